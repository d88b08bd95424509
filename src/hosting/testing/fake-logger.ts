import {
  type EventId,
  type ILogger,
  type LogArguments,
  type LogEntry,
  LoggerFactory,
  LoggerFilterOptions,
  type LogLevel,
  type LogScopeState,
} from '../logging/index.js';
import { onDispose } from '../primitives/index.js';
import type { TimeProvider } from '../time/index.js';
import { FakeLogCollector } from './fake-log-collector.js';

/** Options of {@link FakeLogger}. */
export interface FakeLoggerOptions {
  /** Where the entries go. Default: a collector of its own. */
  readonly collector?: FakeLogCollector;
  /** Default: `FakeLogger`. */
  readonly category?: string;
  /** The clock of the entries. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider;
}

/**
 * A logger for tests of one class: `new Mailer(logger)`, then `logger.latestRecord.message`. Every level is on.
 *
 * @see Microsoft.Extensions.Logging.Testing.FakeLogger
 */
export class FakeLogger implements ILogger, Disposable {
  readonly collector: FakeLogCollector;
  readonly category: string;
  readonly #disabled = new Set<LogLevel>();
  readonly #factory: LoggerFactory;
  readonly #logger: ILogger;

  constructor({ collector = new FakeLogCollector(), category = 'FakeLogger', timeProvider }: FakeLoggerOptions = {}) {
    this.collector = collector;
    this.category = category;
    const options = new LoggerFilterOptions();
    options.rules.push({ filter: (_provider, _category, level) => !this.#disabled.has(level) });
    this.#factory = new LoggerFactory([collector], { filters: { read: () => options, onChange: () => onDispose(() => undefined) }, timeProvider });
    this.#logger = this.#factory.createLogger(category);
  }

  /** @throws InvalidOperationError when nothing has been logged */
  get latestRecord(): LogEntry {
    return this.collector.latestRecord;
  }

  /** Switches a level off, or on again. */
  controlLevel(level: LogLevel, isEnabled: boolean): void {
    if (isEnabled) this.#disabled.delete(level);
    else this.#disabled.add(level);
  }

  isEnabled(level: LogLevel): boolean {
    return this.#logger.isEnabled(level);
  }

  log(level: LogLevel, eventId: EventId, error: Error | undefined, message: string, ...args: unknown[]): void {
    this.#logger.log(level, eventId, error, message, ...args);
  }

  trace(...args: LogArguments): void {
    this.#logger.trace(...args);
  }

  debug(...args: LogArguments): void {
    this.#logger.debug(...args);
  }

  information(...args: LogArguments): void {
    this.#logger.information(...args);
  }

  warning(...args: LogArguments): void {
    this.#logger.warning(...args);
  }

  error(...args: LogArguments): void {
    this.#logger.error(...args);
  }

  critical(...args: LogArguments): void {
    this.#logger.critical(...args);
  }

  beginScope(state: LogScopeState, ...args: unknown[]): Disposable {
    return this.#logger.beginScope(state, ...args);
  }

  withScope<T>(state: LogScopeState | readonly [template: string, ...args: unknown[]], work: () => T): T {
    return this.#logger.withScope(state, work);
  }

  [Symbol.dispose](): void {
    this.#factory[Symbol.dispose]();
  }
}
