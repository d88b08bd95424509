import { ArgumentOutOfRangeError } from '../../primitives/index.js';
import type { TimeProvider } from '../../time/index.js';
import type { LogLevel } from '../log-level.js';
import type { LogEntry } from '../logger.js';
import type { ConsoleFormatterOptions, IConsoleFormatter } from './console-formatter.js';
import { errorText } from './error-text.js';
import { onOneLine, withoutControls } from './plain-text.js';
import { scopesText } from './simple-console-formatter.js';
import { compileTimestampFormat, type TimestampFormatter } from './timestamp-format.js';

/** The levels as the journal of systemd numbers them. */
const priorities: Readonly<Partial<Record<LogLevel, number>>> = { trace: 7, debug: 7, information: 6, warning: 4, error: 3, critical: 2 };

/**
 * The format of systemd's journal: one line that begins with the priority.
 *
 * @see Microsoft.Extensions.Logging.Console.SystemdConsoleFormatter
 */
export class SystemdConsoleFormatter implements IConsoleFormatter {
  readonly name = 'systemd';
  readonly #includeScopes: boolean;
  readonly #timestamp: TimestampFormatter | undefined;

  /** @throws HostwardError (`ERR_TIMESTAMP_FORMAT`) */
  constructor({ includeScopes = false, timestampFormat, useUtcTimestamp: utc = false }: ConsoleFormatterOptions = {}, timeProvider?: TimeProvider) {
    this.#includeScopes = includeScopes;
    this.#timestamp = timestampFormat === undefined ? undefined : compileTimestampFormat(timestampFormat, { utc, timeProvider });
  }

  /** @throws ArgumentOutOfRangeError (`logLevel`) for the level `none` */
  format(entry: LogEntry): string {
    const { level, category, eventId, message, error } = entry;
    const priority = priorities[level];
    if (priority === undefined) throw new ArgumentOutOfRangeError('logLevel', level, 'a level that an entry can have');
    let text = `<${priority}>${this.#timestamp?.(entry.timestamp) ?? ''}${withoutControls(category)}[${eventId.id}]`;
    if (this.#includeScopes) text += scopesText(entry);
    if (message !== '') text += ` ${onOneLine(withoutControls(message))}`;
    if (error !== undefined) text += ` ${onOneLine(withoutControls(errorText(error)))}`;
    return `${text}\n`;
  }
}
