import type { ILoggerProvider, LogEntry } from '../logging/index.js';

/** A log destination that keeps every entry. */
export class CapturedLogs implements ILoggerProvider {
  readonly entries: LogEntry[] = [];

  write(entry: LogEntry): void {
    this.entries.push(entry);
  }

  /** The messages of one category, or of all. */
  messages(category?: string): string[] {
    return this.entries.filter(entry => category === undefined || entry.category === category).map(entry => entry.message);
  }
}
