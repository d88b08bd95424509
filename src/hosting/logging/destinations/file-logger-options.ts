import { resolve } from 'node:path';
import { ArgumentError, ArgumentOutOfRangeError } from '../../primitives/index.js';
import type { TimeProvider } from '../../time/index.js';
import type { AnyConsoleFormatterOptions, IConsoleFormatter } from '../formatters/index.js';
import { type BuiltInFormatterName, createBuiltInFormatter } from '../formatters/create-formatter.js';

/** Options of {@link FileLoggerProvider}. */
export interface FileLoggerOptions {
  /** The file; a relative path counts from the working directory. Directories that are missing are made. */
  readonly path: string;
  /** `simple`, `json`, `systemd`, or a formatter of your own. Default: `json`. */
  readonly format?: BuiltInFormatterName | IConsoleFormatter;
  /** The options of the built-in formatter. */
  readonly formatterOptions?: AnyConsoleFormatterOptions;
  /** The file is put aside and a new one begun before it has more bytes than these. One entry that is longer has a file for itself. Default: no limit. */
  readonly maxBytes?: number;
  /** The same when it was begun so many milliseconds ago, at the next entry. Default: no limit. */
  readonly maxAge?: number;
  /** So many files are kept, the current one counted: the oldest of those that were put aside are deleted. Default: 10. */
  readonly maxFiles?: number;
  /** The permissions of new files, as for `fs.open`. Default: 0o640. */
  readonly mode?: number;
  /** Milliseconds that an entry waits for others, to be written with them. Default: 100. */
  readonly flushInterval?: number;
  /** Characters that may wait while the file cannot be written; entries beyond are dropped, and a line says how many. Default: 16777216 (16 Mi). */
  readonly maxQueuedCharacters?: number;
  /** Milliseconds that the disposal gives a file system that is slow. Default: 5000. */
  readonly disposalTimeout?: number;
}

/** The options with all defaults in place. */
export type FileSettings = Readonly<Required<Omit<FileLoggerOptions, 'format' | 'formatterOptions'>>> & { readonly formatter: IConsoleFormatter };

/** @throws ArgumentError, ArgumentOutOfRangeError for options that make no sense */
export function fileSettings(options: FileLoggerOptions, timeProvider: TimeProvider): FileSettings {
  const { path, format = 'json', formatterOptions = {} } = options;
  if (typeof path !== 'string' || path === '') throw new ArgumentError('path', 'Expected the path of a log file, but found none.');
  const formatter = typeof format === 'string' ? createBuiltInFormatter(format, formatterOptions, timeProvider) : format;
  if (typeof formatter?.format !== 'function')
    throw new ArgumentError(
      'format',
      `Expected simple, json, systemd or a formatter, but found ${typeof format === 'string' ? `'${format}'` : typeof format}.`,
    );
  return {
    path: resolve(path),
    formatter,
    maxBytes: atLeast(1, options.maxBytes ?? Infinity, 'maxBytes'),
    maxAge: atLeast(1, options.maxAge ?? Infinity, 'maxAge'),
    maxFiles: atLeast(1, options.maxFiles ?? 10, 'maxFiles'),
    mode: options.mode ?? 0o640,
    flushInterval: atLeast(0, options.flushInterval ?? 100, 'flushInterval'),
    maxQueuedCharacters: atLeast(1, options.maxQueuedCharacters ?? 16 * 1_024 * 1_024, 'maxQueuedCharacters'),
    disposalTimeout: atLeast(0, options.disposalTimeout ?? 5_000, 'disposalTimeout'),
  };
}

function atLeast(minimum: number, value: number, name: string): number {
  if (typeof value !== 'number' || !(value >= minimum)) throw new ArgumentOutOfRangeError(name, value, `a number of at least ${minimum}`);
  return value;
}
