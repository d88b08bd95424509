import type { IConfiguration } from '../configuration/configuration.js';
import { type ServiceToken, serviceToken } from '../dependency-injection/index.js';
import { ArgumentError, ArgumentOutOfRangeError } from '../primitives/index.js';
import { SectionReader } from './destinations/section-reader.js';
import type { AnyConsoleFormatterOptions } from './formatters/index.js';
import { logLevelNumber, type LogLevel } from './log-level.js';

/** What becomes of entries that a slow reader leaves waiting: kept until they take too much memory, or only so many of them. */
export type ConsoleLoggerQueueFullMode = 'wait' | 'dropWrite';

/**
 * Options of {@link ConsoleLoggerProvider}. What is given in code wins over the configuration.
 *
 * @see Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions
 */
export interface ConsoleLoggerOptions {
  /** Entries from this level on go to stderr, the others to stdout. Default: `none`, everything goes to stdout. */
  readonly logToStandardErrorThreshold?: LogLevel;
  /** `simple`, `json`, `systemd`, or the name of a formatter that was registered with `addConsoleFormatter`, in any case. Default: `simple`. */
  readonly formatterName?: string;
  /** The options of the built-in formatter that is chosen. */
  readonly formatterOptions?: AnyConsoleFormatterOptions;
  /**
   * What happens when the reader is slower than the program. `wait` keeps entries up to `maxQueuedCharacters`, `dropWrite` also no more than `maxQueueLength`;
   * those beyond are dropped, and a notice in their place says how many. Default: `wait`.
   *
   * Differs from .NET: there `wait` blocks the thread that logs. Node has one, and a reader that stands still would stop the program.
   */
  readonly queueFullMode?: ConsoleLoggerQueueFullMode;
  /** Entries that may wait in the mode `dropWrite`, at least 1. Default: 2500. */
  readonly maxQueueLength?: number;
  /** Characters that may wait in either mode, at least 1. Default: 33554432 (32 Mi). */
  readonly maxQueuedCharacters?: number;
  /** Milliseconds that the disposal waits for the reader; what is not read by then is left to the stream, which ends with the process. Default: 1000. */
  readonly drainTimeout?: number;
  /** Sections such as `Logging:Console`, the last wins; read again at every reload. Default: those that the logging builder knows. */
  readonly configuration?: IConfiguration | readonly IConfiguration[];
}

/** Options that are registered under this token count as if they had been given to `addConsole` last. */
export const ConsoleLoggerOptions: ServiceToken<ConsoleLoggerOptions> = serviceToken('ConsoleLoggerOptions');

/** The options with all defaults in place. */
export interface ConsoleSettings {
  readonly threshold: LogLevel;
  readonly formatterName: string;
  readonly formatterOptions: AnyConsoleFormatterOptions;
  readonly queueFullMode: ConsoleLoggerQueueFullMode;
  readonly maxQueueLength: number;
  readonly maxQueuedCharacters: number;
  readonly drainTimeout: number;
}

const levels = Object.keys(logLevelNumber) as LogLevel[];
const queueModes = ['wait', 'dropWrite'] as const;
const colorBehaviors = ['default', 'enabled', 'disabled'] as const;

/**
 * The settings of a console: the defaults, the configuration, and over them the options, of which the last one counts.
 *
 * @throws ArgumentError, ArgumentOutOfRangeError for options that make no sense
 * @throws InvalidOperationError for a value of the configuration that makes none, with its key
 */
export function consoleSettings(options: readonly ConsoleLoggerOptions[], sections: readonly IConfiguration[]): ConsoleSettings {
  const given = merge([...sections.map(fromSection), ...options]);
  const settings: ConsoleSettings = {
    threshold: given.logToStandardErrorThreshold ?? 'none',
    formatterName: given.formatterName ?? 'simple',
    formatterOptions: given.formatterOptions ?? {},
    queueFullMode: given.queueFullMode ?? 'wait',
    maxQueueLength: given.maxQueueLength ?? 2_500,
    maxQueuedCharacters: given.maxQueuedCharacters ?? 32 * 1_024 * 1_024,
    drainTimeout: given.drainTimeout ?? 1_000,
  };
  throwIfUnknown(levels, settings.threshold, 'logToStandardErrorThreshold');
  throwIfUnknown(queueModes, settings.queueFullMode, 'queueFullMode');
  throwIfUnknown(colorBehaviors, settings.formatterOptions.colorBehavior ?? 'default', 'colorBehavior');
  throwIfLessThan(1, settings.maxQueueLength, 'maxQueueLength');
  throwIfLessThan(1, settings.maxQueuedCharacters, 'maxQueuedCharacters');
  throwIfLessThan(0, settings.drainTimeout, 'drainTimeout');
  return settings;
}

function fromSection(section: IConfiguration): ConsoleLoggerOptions {
  const reader = new SectionReader(section);
  const formatter = new SectionReader(section.getSection('FormatterOptions'));
  const indented = formatter.boolean('JsonWriterOptions:Indented');
  return {
    logToStandardErrorThreshold: reader.oneOf('LogToStandardErrorThreshold', levels),
    formatterName: reader.text('FormatterName'),
    queueFullMode: reader.oneOf('QueueFullMode', queueModes),
    maxQueueLength: reader.integer('MaxQueueLength'),
    maxQueuedCharacters: reader.integer('MaxQueuedCharacters'),
    formatterOptions: {
      includeScopes: formatter.boolean('IncludeScopes'),
      timestampFormat: formatter.text('TimestampFormat'),
      useUtcTimestamp: formatter.boolean('UseUtcTimestamp'),
      singleLine: formatter.boolean('SingleLine'),
      colorBehavior: formatter.oneOf('ColorBehavior', colorBehaviors),
      jsonWriterOptions: indented === undefined ? undefined : { indented },
    },
  } as ConsoleLoggerOptions;
}

/** Later ones win, member by member; a member that is undefined says nothing. */
function merge(all: readonly ConsoleLoggerOptions[]): ConsoleLoggerOptions {
  const merged = Object.assign({}, ...all.map(defined)) as ConsoleLoggerOptions;
  const formatterOptions = Object.assign({}, ...all.map(one => defined(one.formatterOptions ?? {}))) as AnyConsoleFormatterOptions;
  return { ...merged, formatterOptions };
}

function defined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function throwIfUnknown(known: readonly string[], value: string, name: string): void {
  if (!known.includes(value)) throw new ArgumentError(name, `Expected one of ${known.join(', ')}, but found '${String(value)}'.`);
}

function throwIfLessThan(minimum: number, value: number, name: string): void {
  if (typeof value !== 'number' || !(value >= minimum)) throw new ArgumentOutOfRangeError(name, value, `a number of at least ${minimum}`);
}
