import { type ILoggerProvider, isAtLeast, type LogEntry, logLevelNumber } from '../../../hosting/logging/index.js';
import type { AppHostLogEntry } from '../../contract/index.js';
import { BoundedLog, defaultLogLimits, type LogLimits } from './bounded-log.js';
import { ResourceLog } from './resource-log.js';

/** The category of the messages that pass between this AppHost and its clients. Nothing of it is kept: who reads the log would make more of it by reading. */
export const wireLogCategory = 'hostward.AppHost.Wire';

/** Categories kept before the resources are known. */
const maxUnclaimed = 200;
/** Characters of an entry; what is longer is cut, so that one entry cannot push out all others. */
const maxEntryLength = 65_536;

/**
 * What this process has logged lately: the entries of each category for the resource of that name, and all of them for the AppHost's own log.
 *
 * Memory is bounded: each log by its {@link LogLimits}, one entry by 65,536 characters, and the categories by the resources that have asked for theirs. Until the
 * resources are known, the first 200 categories are kept for them.
 */
export class LogBook implements ILoggerProvider {
  /** The newest entries of all categories. */
  readonly entries: BoundedLog<AppHostLogEntry>;
  readonly #claimed = new Map<string, ResourceLog>();
  #unclaimed: Map<string, ResourceLog> | undefined = new Map();

  constructor(readonly limits: LogLimits = defaultLogLimits) {
    this.entries = new BoundedLog(limits, ({ message, categoryName }) => message.length + categoryName.length);
  }

  /** The log of a category, which is kept from now on, with what was logged before. */
  logOf(category: string): ResourceLog {
    let log = this.#claimed.get(category);
    if (!log) this.#claimed.set(category, (log = this.#unclaimed?.get(category) ?? new ResourceLog(this.limits)));
    this.#unclaimed?.delete(category);
    return log;
  }

  /** Every resource has asked for its log: from now on, categories without a resource are in the AppHost's log only. */
  forgetOthers(): void {
    this.#unclaimed = undefined;
  }

  write(entry: LogEntry): void {
    const { category, level, timestamp } = entry;
    if (category === wireLogCategory) return;
    const log = this.#claimed.get(category) ?? this.#unclaimedLog(category);
    log?.write(textOf(entry), timestamp, isAtLeast(level, 'error'));
    this.entries.push(toAppHostLogEntry(entry));
  }

  #unclaimedLog(category: string): ResourceLog | undefined {
    const known = this.#unclaimed?.get(category);
    if (known || !this.#unclaimed || this.#unclaimed.size >= maxUnclaimed) return known;
    const log = new ResourceLog(this.limits);
    this.#unclaimed.set(category, log);
    return log;
  }
}

function textOf({ message, error }: LogEntry): string {
  return shorten(error ? `${message}\n${error.stack ?? String(error)}` : message);
}

/** An exception is in the resource's log only, as in .NET. */
function toAppHostLogEntry({ eventId, level, message, timestamp, category }: LogEntry): AppHostLogEntry {
  return {
    eventId: { id: eventId.id, name: eventId.name ?? null },
    logLevel: logLevelNumber[level],
    message: shorten(message),
    timestamp: new Date(timestamp).toISOString(),
    categoryName: category,
  };
}

function shorten(text: string): string {
  return text.length > maxEntryLength ? `${text.slice(0, maxEntryLength)}… (${text.length} characters)` : text;
}
