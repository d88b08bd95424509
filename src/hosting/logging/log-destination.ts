import { valueText } from './value-text.js';
import { type LoggerFilterOptions, type LoggerProviderNames, namesOfProvider, selectFilter } from './logger-filter-options.js';
import { type LogLevel, logLevelNumber } from './log-level.js';
import type { ILoggerProvider, LogEntry } from './logger.js';

/** Says to a person that logging itself has trouble. */
export type ReportLoggingFailure = (text: string) => void;

/**
 * A provider as a factory keeps it: guarded against its own errors, and against itself.
 *
 * Differs from .NET: there, an error of a provider goes to whoever logs. Here it is reported once, and the program goes on: a full disk is no reason to fail a request.
 */
export class LogDestination {
  readonly names: LoggerProviderNames;
  #isWriting = false;
  #hasFailed = false;

  constructor(
    readonly provider: ILoggerProvider,
    private readonly report: ReportLoggingFailure,
  ) {
    this.names = namesOfProvider(provider);
  }

  /** Never throws. What the provider logs while it writes does not come back to it. */
  write(entry: LogEntry): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      this.provider.write(entry);
    } catch (error) {
      this.fail('cannot write', error);
    } finally {
      this.#isWriting = false;
    }
  }

  /** Reports the first failure. */
  fail(what: string, error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    try {
      this.report(`The log destination ${this.names.name ?? '(without a name)'} ${what}, and this is said only once: ${valueText(error)}\n`);
    } catch {
      // There is nobody left to tell.
    }
  }
}

/** What of one category goes to one destination. */
export class LogTarget {
  /** The number of the least level that may pass. */
  readonly minimum: number;
  readonly #filter: ((level: LogLevel) => boolean) | undefined;

  /** @throws InvalidOperationError for a filter that no category can be compared with */
  constructor(
    readonly destination: LogDestination,
    category: string,
    options: LoggerFilterOptions,
  ) {
    const { minimum, filter } = selectFilter(options, destination.names, category);
    this.minimum = minimum;
    this.#filter = filter && (level => filter(destination.names.name, category, level));
  }

  /** Never throws. */
  accepts(level: LogLevel): boolean {
    if (logLevelNumber[level] < this.minimum) return false;
    if (!this.#filter) return true;
    try {
      return this.#filter(level);
    } catch (error) {
      this.destination.fail('has a filter that fails', error);
      return true;
    }
  }
}
