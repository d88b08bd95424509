import { ArgumentOutOfRangeError } from '../../primitives/index.js';
import type { TimeProvider } from '../../time/index.js';
import type { LogLevel } from '../log-level.js';
import type { LogEntry } from '../logger.js';
import type { FormatTarget, IConsoleFormatter, SimpleConsoleFormatterOptions } from './console-formatter.js';
import { errorText } from './error-text.js';
import { onOneLine, withoutControls } from './plain-text.js';
import { compileTimestampFormat, type TimestampFormatter } from './timestamp-format.js';

/** The label of a level, and the same in its colours. */
interface Label {
  readonly plain: string;
  readonly colored: string;
}

const grey = '\u001b[40m\u001b[37m';
const labels: Readonly<Partial<Record<LogLevel, Label>>> = {
  trace: labelOf('trce', grey),
  debug: labelOf('dbug', grey),
  information: labelOf('info', '\u001b[40m\u001b[32m'),
  warning: labelOf('warn', '\u001b[40m\u001b[1m\u001b[33m'),
  error: labelOf('fail', '\u001b[41m\u001b[30m'),
  critical: labelOf('crit', '\u001b[41m\u001b[1m\u001b[37m'),
};
const indent = '      ';

/**
 * The format for people: a line with level, category and event id, then scopes, message and error, indented; or all of it on one line.
 *
 * @see Microsoft.Extensions.Logging.Console.SimpleConsoleFormatter
 */
export class SimpleConsoleFormatter implements IConsoleFormatter {
  readonly name = 'simple';
  readonly #includeScopes: boolean;
  readonly #singleLine: boolean;
  readonly #timestamp: TimestampFormatter | undefined;

  /** @throws HostwardError (`ERR_TIMESTAMP_FORMAT`) */
  constructor(options: SimpleConsoleFormatterOptions = {}, timeProvider?: TimeProvider) {
    const { includeScopes = false, singleLine = false, timestampFormat, useUtcTimestamp: utc = false } = options;
    this.#includeScopes = includeScopes;
    this.#singleLine = singleLine;
    this.#timestamp = timestampFormat === undefined ? undefined : compileTimestampFormat(timestampFormat, { utc, timeProvider });
  }

  /** @throws ArgumentOutOfRangeError (`logLevel`) for the level `none` */
  format(entry: LogEntry, { useColors }: FormatTarget): string {
    const label = labels[entry.level];
    if (!label) throw new ArgumentOutOfRangeError('logLevel', entry.level, 'a level that an entry can have');
    const timestamp = this.#timestamp?.(entry.timestamp) ?? '';
    const head = `${timestamp}${useColors ? label.colored : label.plain}: ${withoutControls(entry.category)}[${entry.eventId.id}]`;
    return this.#singleLine ? this.#onOneLine(head, entry) : this.#onLines(head, entry);
  }

  #onOneLine(head: string, entry: LogEntry): string {
    let text = head + (this.#includeScopes ? scopesText(entry) : '');
    for (const part of partsOf(entry)) text += ` ${onOneLine(part)}`;
    return `${text}\n`;
  }

  #onLines(head: string, entry: LogEntry): string {
    let text = `${head}\n`;
    if (this.#includeScopes && entry.scopes.length > 0) text += `${indent}${scopesText(entry).slice(1)}\n`;
    for (const part of partsOf(entry)) text += `${indent}${part.includes('\n') ? part.replaceAll('\n', `\n${indent}`) : part}\n`;
    return text;
  }
}

/** ` => outer => inner`. A line end in a scope stays, as in .NET. */
export function scopesText({ scopes }: LogEntry): string {
  let text = '';
  for (const scope of scopes) text += ` => ${withoutControls(scope.text)}`;
  return text;
}

function partsOf({ message, error }: LogEntry): string[] {
  const parts = error === undefined ? [message] : [message, errorText(error)];
  return parts.filter(part => part !== '').map(withoutControls);
}

function labelOf(plain: string, colors: string): Label {
  return { plain, colored: `${colors}${plain}\u001b[39m\u001b[22m\u001b[49m` };
}
