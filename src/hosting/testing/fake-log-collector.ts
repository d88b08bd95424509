import { type ILoggerProvider, isAtLeast, type LogEntry, type LogLevel } from '../logging/index.js';
import { Deferred, InvalidOperationError, onDispose } from '../primitives/index.js';
import { type TimeProvider, withDeadline } from '../time/index.js';

/** Which entries are meant: those that fit everything that is given. */
export interface LogQuery {
  readonly category?: string;
  /** This level and no other. */
  readonly level?: LogLevel;
  /** This level and the worse ones. */
  readonly minimumLevel?: LogLevel;
  /** The whole message, or what it matches. */
  readonly message?: string | RegExp;
  readonly eventId?: number;
}

/** Options of {@link FakeLogCollector.waitFor}. */
export interface WaitForLogOptions {
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
  /** In milliseconds. Default: 5,000, so that a test which waits in vain says for what. */
  readonly timeout?: number;
  /** The clock that measures the timeout. Default: `TimeProvider.system`, because a test that waits seldom moves its fake clock, too. */
  readonly timeProvider?: TimeProvider | undefined;
}

const defaultTimeout = 5_000;

/**
 * A log destination for tests: keeps every entry, and waits for those to come.
 *
 * @see Microsoft.Extensions.Logging.Testing.FakeLogCollector
 */
export class FakeLogCollector implements ILoggerProvider {
  readonly #records: LogEntry[] = [];
  readonly #waiting = new Set<(entry: LogEntry) => void>();

  /** How many entries are kept. */
  get count(): number {
    return this.#records.length;
  }

  /** @throws InvalidOperationError when nothing has been logged */
  get latestRecord(): LogEntry {
    const latest = this.#records.at(-1);
    if (!latest) throw new InvalidOperationError('No records logged.');
    return latest;
  }

  write(entry: LogEntry): void {
    this.#records.push(entry);
    for (const offer of this.#waiting) offer(entry);
  }

  /** The entries so far, in order: a copy that later ones do not change. */
  getSnapshot(query: LogQuery = {}): LogEntry[] {
    return this.#records.filter(entry => matches(entry, query));
  }

  /** The messages of the entries so far, in order. */
  messages(query: LogQuery = {}): string[] {
    return this.getSnapshot(query).map(({ message }) => message);
  }

  /** Forgets the entries so far. Waits go on. */
  clear(): void {
    this.#records.length = 0;
  }

  /**
   * The first entry that fits: one that is kept already, or the next to come.
   *
   * @throws DeadlineExceededError when none has come in time; its message says what was waited for
   * @throws OperationCanceledError when the signal fires
   */
  async waitFor(query: LogQuery, { signal, timeout = defaultTimeout, timeProvider }: WaitForLogOptions = {}): Promise<LogEntry> {
    const known = this.#records.find(entry => matches(entry, query));
    if (known) return known;
    const found = new Deferred<LogEntry>();
    const offer = (entry: LogEntry): void => {
      if (matches(entry, query)) found.resolve(entry);
    };
    this.#waiting.add(offer);
    using _waiting = onDispose(() => this.#waiting.delete(offer));
    return await withDeadline(`The wait for a log entry with ${describe(query)}`, timeout, () => found.promise, { signal, timeProvider });
  }
}

function matches(entry: LogEntry, { category, level, minimumLevel, message, eventId }: LogQuery): boolean {
  if (category !== undefined && entry.category !== category) return false;
  if (level !== undefined && entry.level !== level) return false;
  if (minimumLevel !== undefined && !isAtLeast(entry.level, minimumLevel)) return false;
  if (eventId !== undefined && entry.eventId.id !== eventId) return false;
  if (message === undefined) return true;
  // Not `test`: an expression with `g` would begin where it stopped last.
  return typeof message === 'string' ? entry.message === message : entry.message.search(message) >= 0;
}

function describe(query: LogQuery): string {
  const parts = Object.entries(query).map(([name, value]) => `${name} ${String(value)}`);
  return parts.length > 0 ? parts.join(', ') : 'any content';
}
