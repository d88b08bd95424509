import { type AnyDisposable, disposeAll, disposeAllSync, isDisposable, ObjectDisposedError } from '../primitives/index.js';
import { TimeProvider } from '../time/index.js';
import type { ActivityTracking } from './activity-scope.js';
import { CategoryLogger } from './category-logger.js';
import { LogDestination, LogTarget, type ReportLoggingFailure } from './log-destination.js';
import { LogEntries } from './log-entries.js';
import type { ILogger, ILoggerFactory, ILoggerProvider } from './logger.js';
import { LoggerFilterOptions } from './logger-filter-options.js';
import type { ILoggerFilterSource } from './logger-filter-source.js';
import { SecretRedactor } from './secret-redactor.js';

const ownCategory = 'Microsoft.Extensions.Logging.LoggerFactory';

/** Options of {@link LoggerFactory}. */
export interface LoggerFactoryOptions {
  /** What reaches which destination. Default: `information` and what is worse. */
  readonly filters?: ILoggerFilterSource | undefined;
  /** The clock of the entries. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider | undefined;
  /** What keeps secrets out. Default: one that knows no secrets but those that are named like one. */
  readonly redactor?: SecretRedactor | undefined;
  /** Adds where in a trace an entry was written, as the outermost scope. Default: none. */
  readonly activityTracking?: ActivityTracking | undefined;
  /** Is told of a destination that fails, once for each. Default: writes to stderr. */
  readonly reportFailure?: ReportLoggingFailure | undefined;
}

/**
 * Creates the loggers and gives their entries to the destinations. It owns those of `addProvider`, not those that it was created with.
 *
 * After it was disposed, what is logged still goes to the destinations that it does not own: background work that ends late must not end unheard. Nothing is reported any
 * more then, because a destination may have been disposed, too.
 *
 * Differs from .NET: filters that are wrong after a reload leave the last good ones in force, with one warning; there the reload fails. And `createLogger` works after
 * disposal, because whoever says good-bye last has done nothing wrong.
 *
 * @see Microsoft.Extensions.Logging.LoggerFactory
 */
export class LoggerFactory implements ILoggerFactory, Disposable, AsyncDisposable {
  readonly #loggers = new Map<string, CategoryLogger>();
  readonly #owned: ILoggerProvider[] = [];
  readonly #entries: LogEntries;
  readonly #filters: ILoggerFilterSource | undefined;
  readonly #reloads: Disposable | undefined;
  readonly #report: ReportLoggingFailure;
  #destinations: readonly LogDestination[];
  #options: LoggerFilterOptions;
  #hasWarned = false;
  #isDisposed = false;

  /** @throws InvalidOperationError for a level in the configuration, or a category of a filter, that is none */
  constructor(providers: readonly ILoggerProvider[], options: LoggerFactoryOptions = {}) {
    this.#filters = options.filters;
    this.#options = options.filters?.read() ?? new LoggerFilterOptions();
    const report = options.reportFailure ?? (text => void process.stderr.write(text));
    this.#report = text => {
      if (!this.#isDisposed) report(text);
    };
    this.#entries = new LogEntries(options.timeProvider ?? TimeProvider.system, options.redactor ?? new SecretRedactor(), options.activityTracking);
    this.#entries.capturesScopes = this.#options.captureScopes;
    this.#destinations = providers.map(provider => new LogDestination(provider, this.#report));
    this.#reloads = options.filters?.onChange(() => this.#reload());
  }

  createLogger(category: string): ILogger {
    const known = this.#loggers.get(category);
    if (known) return known;
    const logger = new CategoryLogger(category, this.#entries);
    logger.setTargets(this.#targetsFor(category));
    this.#loggers.set(category, logger);
    return logger;
  }

  /** @throws ObjectDisposedError after disposal: nobody would dispose the destination */
  addProvider(provider: ILoggerProvider): void {
    if (this.#isDisposed) throw new ObjectDisposedError('LoggerFactory');
    this.#owned.push(provider);
    this.#destinations = [...this.#destinations, new LogDestination(provider, this.#report)];
    this.#refresh();
  }

  [Symbol.dispose](): void {
    disposeAllSync(this.#close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await disposeAll(this.#close());
  }

  /** @returns what is to be disposed, the last added first; nothing the second time */
  #close(): AnyDisposable[] {
    if (this.#isDisposed) return [];
    this.#isDisposed = true;
    this.#reloads?.[Symbol.dispose]();
    this.#destinations = this.#destinations.filter(({ provider }) => !this.#owned.includes(provider));
    this.#refresh();
    this.#entries[Symbol.dispose]();
    return this.#owned.filter((provider): provider is ILoggerProvider & AnyDisposable => isDisposable(provider)).reverse();
  }

  #targetsFor(category: string): LogTarget[] {
    return this.#destinations.map(destination => new LogTarget(destination, category, this.#options));
  }

  #refresh(): void {
    this.#entries.capturesScopes = this.#options.captureScopes;
    for (const logger of this.#loggers.values()) logger.setTargets(this.#targetsFor(logger.category));
  }

  #reload(): void {
    try {
      this.#options = this.#filters!.read();
      this.#hasWarned = false;
    } catch (error) {
      // Said once, however often a file is written before it is right again.
      if (!this.#hasWarned) this.createLogger(ownCategory).warning(error, 'The log filters cannot be read and stay as they were.');
      this.#hasWarned = true;
      return;
    }
    this.#refresh();
  }
}
