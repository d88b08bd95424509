import { ArgumentOutOfRangeError } from '../../primitives/index.js';
import type { TimeProvider } from '../../time/index.js';
import type { LogLevel } from '../log-level.js';
import type { LogEntry, LogScope, LogValues } from '../logger.js';
import { originalFormatName } from '../message-template.js';
import type { IConsoleFormatter, JsonConsoleFormatterOptions } from './console-formatter.js';
import { errorText } from './error-text.js';
import { jsonText, jsonValue } from './json-text.js';
import { compileTimestampFormat, type TimestampFormatter } from './timestamp-format.js';

/** The names of the levels in .NET. */
export const levelNames: Readonly<Partial<Record<LogLevel, string>>> = {
  trace: 'Trace',
  debug: 'Debug',
  information: 'Information',
  warning: 'Warning',
  error: 'Error',
  critical: 'Critical',
};

/** So many escaped texts are kept: those of categories, names and templates come again and again. */
const maximumKnownTexts = 1_000;

/**
 * The format for machines: one JSON object an entry, on one line or indented.
 *
 * Names are written as often as they occur: a placeholder that stands twice in a template is there twice, as in .NET.
 *
 * @see Microsoft.Extensions.Logging.Console.JsonConsoleFormatter
 */
export class JsonConsoleFormatter implements IConsoleFormatter {
  readonly name = 'json';
  readonly #includeScopes: boolean;
  readonly #layout: JsonLayout;
  readonly #timestamp: TimestampFormatter | undefined;
  readonly #known = new Map<string, string>();

  /** @throws HostwardError (`ERR_TIMESTAMP_FORMAT`) */
  constructor(options: JsonConsoleFormatterOptions = {}, timeProvider?: TimeProvider) {
    const { includeScopes = false, timestampFormat, useUtcTimestamp: utc = false, jsonWriterOptions = {} } = options;
    this.#includeScopes = includeScopes;
    this.#layout = jsonWriterOptions.indented ? indented : compact;
    this.#timestamp = timestampFormat === undefined ? undefined : compileTimestampFormat(timestampFormat, { utc, timeProvider });
  }

  /** @throws ArgumentOutOfRangeError (`logLevel`) for the level `none` */
  format(entry: LogEntry): string {
    const { comma, colon, open, close } = this.#layout;
    const levelName = levelNames[entry.level];
    if (levelName === undefined) throw new ArgumentOutOfRangeError('logLevel', entry.level, 'a level that an entry can have');
    const timestamp = this.#timestamp ? `"Timestamp"${colon}${jsonText(this.#timestamp(entry.timestamp))}${comma}` : '';
    const category = this.#text(entry.category);
    let text = `{${open}${timestamp}"EventId"${colon}${entry.eventId.id}${comma}"LogLevel"${colon}"${levelName}"${comma}"Category"${colon}${category}`;
    text += `${comma}"Message"${colon}${jsonText(entry.message)}`;
    if (entry.error !== undefined) text += `${comma}"Exception"${colon}${jsonText(errorText(entry.error))}`;
    text += `${comma}"State"${colon}${this.#state(entry)}`;
    if (this.#includeScopes) text += `${comma}"Scopes"${colon}${this.#scopes(entry.scopes)}`;
    return `${text}${close}}\n`;
  }

  /** The values and the template; nothing for a text that came from no template. */
  #state({ values, template, message }: LogEntry): string {
    const { comma2, open2, close2 } = this.#layout;
    const members = this.#members(values, template === '' && message !== '' ? undefined : template, comma2);
    return members === '' ? '{}' : `{${open2}${members}${close2}}`;
  }

  #scopes(scopes: readonly LogScope[]): string {
    const { comma2, comma3, colon, open2, close2, open3, close3 } = this.#layout;
    if (scopes.length === 0) return '[]';
    const texts = scopes.map(({ text, values, template }) => {
      if (!values) return jsonText(text);
      const members = this.#members(values, template, comma3);
      return `{${open3}"Message"${colon}${jsonText(text)}${members === '' ? '' : comma3}${members}${close3}}`;
    });
    return `[${open2}${texts.join(comma2)}${close2}]`;
  }

  /** The values by name, and behind them the template, if there is one. */
  #members(values: LogValues, template: string | undefined, comma: string): string {
    const { colon } = this.#layout;
    let text = '';
    let separator = '';
    // By index: this is the inside of every line.
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!;
      text += separator + this.#text(value[0]) + colon + jsonValue(value[1]);
      separator = comma;
    }
    return template === undefined ? text : `${text}${separator}"${originalFormatName}"${colon}${this.#text(template)}`;
  }

  /** The escaped form of a text that comes often. */
  #text(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= maximumKnownTexts) this.#known.clear();
    const escaped = jsonText(text);
    this.#known.set(text, escaped);
    return escaped;
  }
}

/** What stands between the members, by depth: nothing, or line ends and blanks. */
interface JsonLayout {
  readonly colon: string;
  readonly comma: string;
  readonly open: string;
  readonly close: string;
  readonly comma2: string;
  readonly open2: string;
  readonly close2: string;
  readonly comma3: string;
  readonly open3: string;
  readonly close3: string;
}

const compact: JsonLayout = { colon: ':', comma: ',', open: '', close: '', comma2: ',', open2: '', close2: '', comma3: ',', open3: '', close3: '' };

const indented: JsonLayout = {
  colon: ': ',
  comma: ',\n  ',
  open: '\n  ',
  close: '\n',
  comma2: ',\n    ',
  open2: '\n    ',
  close2: '\n  ',
  comma3: ',\n      ',
  open3: '\n      ',
  close3: '\n    ',
};
