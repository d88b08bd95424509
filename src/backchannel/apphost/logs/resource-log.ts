import { BoundedLog, defaultLogLimits, type LogLimits } from './bounded-log.js';

/** One line of a resource; it may hold line feeds when it was logged as one. */
export interface LogLine {
  /** Counts from 0 over the whole life of the log, lines that are gone included. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly text: string;
  readonly isError: boolean;
}

/** The newest lines of one resource. It outlives the resource's end: whoever reads it reads on when the resource starts again. */
export class ResourceLog {
  readonly #lines: BoundedLog<LogLine>;

  constructor(limits: LogLimits = defaultLogLimits) {
    this.#lines = new BoundedLog(limits, ({ text }) => text.length);
  }

  get limits(): LogLimits {
    return this.#lines.limits;
  }

  /** The number of the oldest line that is kept; that of the next when there is none. */
  get first(): number {
    return this.#lines.first;
  }

  /** The number that the next line gets. */
  get next(): number {
    return this.#lines.next;
  }

  /** The lines that are kept, the oldest first. */
  get lines(): readonly LogLine[] {
    return this.#lines.slice(0);
  }

  /** Lines from a number on, at most `count`; those that are gone are left out. */
  slice(from: number, count?: number): readonly LogLine[] {
    return this.#lines.slice(from, count);
  }

  /** @param timestamp milliseconds since 1970 */
  write(text: string, timestamp: number, isError = false): void {
    this.#lines.push({ number: this.#lines.next, timestamp, text, isError });
  }

  /** Calls back with each line from now on. */
  onLine(listener: (line: LogLine) => void): Disposable {
    return this.#lines.onItem(listener);
  }
}
