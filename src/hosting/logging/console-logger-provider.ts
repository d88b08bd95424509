import type { IConfiguration } from '../configuration/configuration.js';
import type { IConsole, IConsoleStream } from '../console.js';
import { onChange, toError } from '../primitives/index.js';
import { TimeProvider, withDeadline } from '../time/index.js';
import { type ConsoleLoggerOptions, consoleSettings, type ConsoleSettings } from './console-logger-options.js';
import { ConsoleQueue, type QueueLimits } from './destinations/console-queue.js';
import { ownEntry } from './destinations/own-entry.js';
import { safeFormat } from './destinations/safe-format.js';
import type { AnyConsoleFormatterOptions, FormatTarget, IConsoleFormatter } from './formatters/index.js';
import { createBuiltInFormatter } from './formatters/create-formatter.js';
import { isAtLeast } from './log-level.js';
import type { ILoggerProvider, LogEntry } from './logger.js';

/** What a {@link ConsoleLoggerProvider} takes from the program it is in. */
export interface ConsoleLoggerSurroundings {
  /** Formatters beside the built-in ones; of those with one name the last counts. */
  readonly formatters?: readonly IConsoleFormatter[];
  /** The clock whose time zone counts for timestamps, and that stamps what the console itself has to say. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider;
  /** The variables that decide about colours. Default: those of the process. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** What is made from the settings, and made again when they change. */
interface Setup {
  readonly settings: ConsoleSettings;
  readonly formatter: IConsoleFormatter;
  /** Made when the stream is used first: opening one takes its time, and many a program writes to one only, or to none. */
  readonly targets: { out?: FormatTarget; error?: FormatTarget };
}

/**
 * Writes entries to the console, in the format that is chosen by name.
 *
 * @see Microsoft.Extensions.Logging.Console.ConsoleLoggerProvider
 */
export class ConsoleLoggerProvider implements ILoggerProvider, AsyncDisposable, Disposable {
  /** How rules and the configuration call it. */
  static readonly alias = 'Console';
  static readonly providerName = 'Microsoft.Extensions.Logging.Console.ConsoleLoggerProvider';

  readonly #options: readonly ConsoleLoggerOptions[];
  readonly #sections: readonly IConfiguration[];
  readonly #timeProvider: TimeProvider;
  readonly #registrations: Disposable[];
  readonly #queues: { out?: ConsoleQueue; error?: ConsoleQueue } = {};
  #setup: Setup;

  /**
   * @throws ArgumentError, ArgumentOutOfRangeError for options that make no sense
   * @throws InvalidOperationError for a value of the configuration that makes none
   * @throws HostwardError (`ERR_TIMESTAMP_FORMAT`)
   */
  constructor(
    private readonly console: IConsole,
    options: ConsoleLoggerOptions | readonly ConsoleLoggerOptions[] = {},
    private readonly surroundings: ConsoleLoggerSurroundings = {},
  ) {
    this.#options = isList(options) ? options : [options];
    this.#sections = this.#options.flatMap(({ configuration = [] }) => configuration);
    this.#timeProvider = surroundings.timeProvider ?? TimeProvider.system;
    this.#setup = this.#load();
    this.#registrations = this.#sections.map(section =>
      onChange(
        () => section.getReloadToken(),
        () => this.#reload(),
      ),
    );
  }

  write(entry: LogEntry): void {
    const { threshold } = this.#setup.settings;
    const to = threshold !== 'none' && isAtLeast(entry.level, threshold) ? 'error' : 'out';
    try {
      (this.#queues[to] ??= this.#queueFor(to)).write(this.#format(entry, to));
    } catch {
      // A stream of the program's own that fails: there is nobody to tell.
    }
  }

  /** Waits for the readers of the streams as long as `drainTimeout` says. Later entries are written, but not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    // In real time, because it is the reader's.
    const drained = () => Promise.all([this.#queues.out?.idle(), this.#queues.error?.idle()]);
    await withDeadline('The output', this.#setup.settings.drainTimeout, drained).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    for (const registration of this.#registrations.splice(0)) registration[Symbol.dispose]();
    this.#queues.out?.noteLoss();
    this.#queues.error?.noteLoss();
  }

  #load(): Setup {
    const settings = consoleSettings(this.#options, this.#sections);
    return { settings, formatter: this.#formatterFor(settings), targets: {} };
  }

  /** Settings that make no sense leave those in force that did. */
  #reload(): void {
    try {
      this.#setup = this.#load();
    } catch (error) {
      this.write(this.#notice('The console keeps its settings, because the new ones cannot be used: {Reason}', 'Reason', toError(error).message));
    }
  }

  #formatterFor({ formatterName, formatterOptions }: ConsoleSettings): IConsoleFormatter {
    const { formatters = [] } = this.surroundings;
    const own = formatters.findLast(({ name }) => name.toLowerCase() === formatterName.toLowerCase());
    const formatter = own ?? createBuiltInFormatter(formatterName, formatterOptions, this.#timeProvider);
    if (formatter) return formatter;
    const known = [...new Set(['simple', 'json', 'systemd', ...formatters.map(({ name }) => name)])];
    this.console.error.write(`There is no console formatter '${formatterName}', there are ${known.join(', ')}: 'simple' is used.\n`);
    return createBuiltInFormatter('simple', formatterOptions, this.#timeProvider)!;
  }

  #queueFor(to: 'out' | 'error'): ConsoleQueue {
    const limits = (): QueueLimits => {
      const { queueFullMode, maxQueueLength, maxQueuedCharacters } = this.#setup.settings;
      return { entries: queueFullMode === 'dropWrite' ? maxQueueLength : undefined, characters: maxQueuedCharacters };
    };
    const lost = '{Count} messages were dropped, because nobody read them in time';
    return new ConsoleQueue(this.console[to], limits, count => this.#format(this.#notice(lost, 'Count', count), to));
  }

  #format(entry: LogEntry, to: 'out' | 'error'): string {
    const { formatter, settings, targets } = this.#setup;
    const target = (targets[to] ??= { useColors: this.#useColors(settings.formatterOptions, this.console[to]) });
    return safeFormat(formatter, entry, target);
  }

  #useColors({ colorBehavior = 'default' }: AnyConsoleFormatterOptions, { isTerminal }: IConsoleStream): boolean {
    if (colorBehavior !== 'default') return colorBehavior === 'enabled';
    const { NO_COLOR, FORCE_COLOR, TERM } = this.surroundings.environment ?? process.env;
    if (NO_COLOR) return false;
    return FORCE_COLOR ? FORCE_COLOR !== '0' : isTerminal && TERM !== 'dumb';
  }

  #notice(template: string, name: string, value: unknown): LogEntry {
    return ownEntry('hostward.logging.console', template, [[name, value]], this.#timeProvider.getUtcNowMilliseconds());
  }
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
