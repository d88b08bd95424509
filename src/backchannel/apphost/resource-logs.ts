import { logLevelNumber, type ILoggerProvider, isAtLeast, type LogEntry } from '../../hosting/logging/index.js';
import { ChangeLatch, onDispose } from '../../hosting/primitives/index.js';
import type { AppHostLogEntry, ResourceLogLine } from '../contract/index.js';

/** What of a resource's log is wanted. */
export interface LogQuery {
  /** Whether to go on with what is logged from now on. */
  readonly follow: boolean;
  /** Only lines that contain this, in any case. */
  readonly search?: string | undefined;
  /** Only the last lines, when not following. */
  readonly tail?: number | undefined;
}

/** One kept line with the number that it has in its resource's log, from 0. */
interface KeptLine {
  readonly number: number;
  readonly entry: LogEntry;
}

/**
 * Keeps the newest log entries of this process: those of each category for the resource of that name, and all of them for the AppHost's own log.
 *
 * Memory is bounded by `capacity` lines for each, and for a reader that is too slow to follow: it misses the oldest.
 */
export class ResourceLogs implements ILoggerProvider {
  readonly #all: KeptLine[] = [];
  readonly #byCategory = new Map<string, { lines: KeptLine[]; next: number }>();
  readonly #followers = new Set<(line: KeptLine) => void>();

  constructor(private readonly capacity: number) {}

  write(entry: LogEntry): void {
    let log = this.#byCategory.get(entry.category);
    if (!log) this.#byCategory.set(entry.category, (log = { lines: [], next: 0 }));
    const line = { number: log.next++, entry };
    keep(log.lines, line, this.capacity);
    keep(this.#all, line, this.capacity);
    for (const follower of this.#followers) follower(line);
  }

  /** The lines of some resources in the order of time; numbered from 0, when following from 1, as the original does. */
  async *read(resources: readonly string[], query: LogQuery, signal: AbortSignal): AsyncGenerator<ResourceLogLine, void, undefined> {
    const wanted = new Set(resources);
    const first = query.follow ? 1 : 0;
    const toLine = ({ number, entry }: KeptLine): ResourceLogLine => ({
      resourceName: entry.category,
      lineNumber: number + first,
      content: formatContent(entry),
      isError: isAtLeast(entry.level, 'error'),
    });
    const matches = ({ content }: ResourceLogLine): boolean => query.search === undefined || content.toLowerCase().includes(query.search.toLowerCase());
    const backlog = resources.flatMap(name => this.#byCategory.get(name)?.lines ?? []).sort((a, b) => a.entry.timestamp - b.entry.timestamp);
    if (query.follow) {
      for await (const line of this.#follow(backlog, ({ entry }) => wanted.has(entry.category), signal)) if (matches(toLine(line))) yield toLine(line);
    } else {
      const lines = backlog.map(toLine).filter(matches);
      yield* query.tail !== undefined && query.tail > 0 && resources.length === 1 ? lines.slice(-query.tail) : lines;
    }
  }

  /** The AppHost's own log: what is kept of it, then what comes. */
  async *readAll(signal: AbortSignal): AsyncGenerator<AppHostLogEntry, void, undefined> {
    for await (const { entry } of this.#follow(this.#all, () => true, signal)) yield toAppHostLogEntry(entry);
  }

  async *#follow(backlog: readonly KeptLine[], isWanted: (line: KeptLine) => boolean, signal: AbortSignal): AsyncGenerator<KeptLine, void, undefined> {
    const queue = [...backlog];
    const changed = new ChangeLatch();
    const follower = (line: KeptLine): void => {
      if (!isWanted(line)) return;
      keep(queue, line, this.capacity);
      changed.set();
    };
    this.#followers.add(follower);
    using _follower = onDispose(() => this.#followers.delete(follower));
    for (;;) {
      for (let line = queue.shift(); line; line = queue.shift()) yield line;
      await changed.wait(signal);
    }
  }
}

function keep<T>(list: T[], item: T, capacity: number): void {
  list.push(item);
  if (list.length > capacity) list.shift();
}

/** The moment in UTC with seven decimals, as every client expects it at the start of a line, then the text. */
function formatContent({ timestamp, message, error }: LogEntry): string {
  const moment = new Date(timestamp).toISOString().replace('Z', '0000Z');
  return `${moment} ${error ? `${message}\n${error.stack ?? String(error)}` : message}`;
}

function toAppHostLogEntry({ eventId, level, message, timestamp, category }: LogEntry): AppHostLogEntry {
  return {
    eventId: { id: eventId.id, name: eventId.name ?? null },
    logLevel: logLevelNumber[level],
    message,
    timestamp: new Date(timestamp).toISOString(),
    categoryName: category,
  };
}
