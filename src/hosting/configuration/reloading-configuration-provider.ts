import type { IFileProvider } from '../files/index.js';
import { ArgumentOutOfRangeError, errorCodeOf, onChange, toError } from '../primitives/index.js';
import type { TimeProvider } from '../time/index.js';
import type { ConfigurationData } from './configuration-data.js';
import { ConfigurationProvider } from './configuration-provider.js';
import type { IConfigurationBuilder } from './configuration.js';
import { type FileLoadExceptionContext, warn } from './file-defaults.js';
import { ReloadSchedule } from './reload-schedule.js';

/** What a {@link ReloadingConfigurationProvider} is made of. */
export interface ReloadingParts {
  readonly builder: IConfigurationBuilder;
  readonly fileProvider: IFileProvider;
  /** What of the file provider is watched. */
  readonly filter: string;
  readonly reloadOnChange: boolean;
  readonly reloadDelay: number;
  readonly timeProvider: TimeProvider;
  readonly onLoadException: ((context: FileLoadExceptionContext) => void) | undefined;
}

/** Milliseconds of rest before changed files are read again, unless the source says otherwise. */
export const defaultReloadDelay = 250;

/**
 * The base of providers that read files, and read them again when they change.
 *
 * A reload that fails changes nothing: the values of before stay, and it is said once until a reload succeeds. One that finds the same values fires no token.
 */
export abstract class ReloadingConfigurationProvider extends ConfigurationProvider implements Disposable {
  readonly #parts: ReloadingParts;
  readonly #schedule: ReloadSchedule | undefined;
  readonly #registration: Disposable | undefined;
  #isFailing = false;

  /** @throws ArgumentOutOfRangeError for a `reloadDelay` that is no span of time */
  constructor(parts: ReloadingParts) {
    super();
    this.#parts = parts;
    const { fileProvider, filter, reloadOnChange, reloadDelay, timeProvider } = parts;
    throwUnlessDelay(reloadDelay);
    if (!reloadOnChange) return;
    this.#schedule = new ReloadSchedule(timeProvider, reloadDelay, isAtRest => this.#reload(isAtRest));
    // Before the first load, so that no change falls between the two.
    this.#registration = onChange(
      () => fileProvider.watch(filter),
      () => this.#schedule?.request(),
    );
  }

  /** What is there now. @throws when it cannot be read or understood */
  protected abstract read(): ConfigurationData;

  override load(): void {
    try {
      this.data = this.read();
      this.#isFailing = false;
    } catch (thrown) {
      const exception = toError(thrown);
      const context: FileLoadExceptionContext = { provider: this, exception, ignore: false };
      this.#parts.onLoadException?.(context);
      if (!context.ignore) throw exception;
    }
  }

  [Symbol.dispose](): void {
    this.#registration?.[Symbol.dispose]();
    this.#schedule?.[Symbol.dispose]();
  }

  #reload(isAtRest: boolean): void {
    let data: ConfigurationData;
    try {
      data = this.read();
    } catch (thrown) {
      // What is being written may well be no good; that counts when it stays so.
      if (isAtRest) this.#fail(toError(thrown));
      else this.#schedule?.request();
      return;
    }
    this.#isFailing = false;
    if (isEqual(data, this.data)) return;
    this.data = data;
    this.#tell();
  }

  #tell(): void {
    try {
      this.onReload();
    } catch (thrown) {
      const error = toError(thrown);
      warn(this.#parts.builder, { message: `A change of the configuration has been made, but who was told of it failed: ${describe(error)}`, error });
    }
  }

  #fail(error: Error): void {
    // Another change of the file is told; that there are files to be opened again, or that one may be read again, is not.
    if (isPassing(error)) this.#schedule?.retryLater();
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#report(error);
  }

  #report(exception: Error): void {
    const { builder, onLoadException } = this.#parts;
    try {
      if (onLoadException) return onLoadException({ provider: this, exception, ignore: false });
    } catch {
      // There is nobody to throw to: it becomes a warning.
    }
    warn(builder, { message: `${describe(exception)} The values from before stay in place until it can be loaded.`, error: exception });
  }
}

/** The message of an error with those that led to it; of an aggregate those of its parts, which say what happened. */
function describe(error: Error, depth = 0): string {
  if (error instanceof AggregateError && error.errors.length > 0 && depth < 5)
    return [...new Set(error.errors.map(part => describe(toError(part), depth + 1)))].join('; ');
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error && messages.length < 5; at = at.cause) messages.push(at.message);
  return messages.join(' ');
}

/** Whether the system refused, or files changed while they were read: it may be otherwise the next time although nothing is told. */
function isPassing(error: Error): boolean {
  const code = errorCodeOf(error.cause);
  return code !== undefined && (!code.startsWith('ERR_') || code === 'ERR_FILE_UNREADABLE');
}

function isEqual(a: ConfigurationData, b: ConfigurationData): boolean {
  if (a.size !== b.size) return false;
  const others = [...b];
  return [...a].every(([key, value], index) => others[index]![0] === key && others[index]![1] === value);
}

function throwUnlessDelay(delay: number): void {
  const longest = 86_400_000;
  if (!(delay >= 0 && delay <= longest)) throw new ArgumentOutOfRangeError('reloadDelay', delay, `a number of milliseconds from 0 to ${longest}`);
}
