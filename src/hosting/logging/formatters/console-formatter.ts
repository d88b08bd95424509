import { type ServiceToken, serviceToken } from '../../dependency-injection/index.js';
import type { LogEntry } from '../logger.js';

/** What a formatter has to know of where its text goes. */
export interface FormatTarget {
  /** Whether escape sequences for colours are welcome there. */
  readonly useColors: boolean;
}

/**
 * Turns log entries into text for the console or a file.
 *
 * Register one of your own with `logging.addConsoleFormatter`, and choose it by its name: `addConsole({ formatterName: 'mine' })`, or
 * `Logging:Console:FormatterName` in the configuration.
 *
 * @see Microsoft.Extensions.Logging.Console.ConsoleFormatter
 */
export interface IConsoleFormatter {
  /** Compared without regard to case. */
  readonly name: string;
  /** The text of the entry with its line end. An empty text writes nothing. What it throws costs the entry its form, not the program its life. */
  format(entry: LogEntry, target: FormatTarget): string;
}

/** The token under which the console finds the formatters that the program has registered. */
export const IConsoleFormatter: ServiceToken<IConsoleFormatter> = serviceToken('IConsoleFormatter');

/** What all built-in formatters can be told. @see Microsoft.Extensions.Logging.Console.ConsoleFormatterOptions */
export interface ConsoleFormatterOptions {
  /** Whether the open scopes are written. Default: false. */
  readonly includeScopes?: boolean;
  /** A .NET format of date and time for the moment of the entry, such as `yyyy-MM-dd HH:mm:ss.fff zzz `. Default: none, and no time is written. */
  readonly timestampFormat?: string;
  /** Whether that is the time of UTC rather than of the local time zone. Default: false. */
  readonly useUtcTimestamp?: boolean;
}

/** When the simple format has colours: `default` on a terminal, where neither `NO_COLOR` nor `TERM=dumb` forbids it, and everywhere with `FORCE_COLOR`. */
export type LoggerColorBehavior = 'default' | 'enabled' | 'disabled';

/** @see Microsoft.Extensions.Logging.Console.SimpleConsoleFormatterOptions */
export interface SimpleConsoleFormatterOptions extends ConsoleFormatterOptions {
  /** Whether an entry takes one line. Default: false, and the message has a line of its own. */
  readonly singleLine?: boolean;
  /** Default: `default`. */
  readonly colorBehavior?: LoggerColorBehavior;
}

/** @see Microsoft.Extensions.Logging.Console.JsonConsoleFormatterOptions */
export interface JsonConsoleFormatterOptions extends ConsoleFormatterOptions {
  /** `indented`: whether an entry takes a line for each of its properties. Default: false. */
  readonly jsonWriterOptions?: { readonly indented?: boolean };
}

/** The options of all built-in formatters; each takes what concerns it. */
export interface AnyConsoleFormatterOptions extends SimpleConsoleFormatterOptions, JsonConsoleFormatterOptions {}
