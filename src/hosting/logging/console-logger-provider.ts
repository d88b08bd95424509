import type { IConsole } from '../console.js';
import { isError } from '../primitives/errors.js';
import { isAtLeast, type LogLevel } from './log-level.js';
import type { ILoggerProvider, LogEntry } from './logger.js';

const labels: Readonly<Record<LogLevel, string>> = {
  trace: 'trce',
  debug: 'dbug',
  information: 'info',
  warning: 'warn',
  error: 'fail',
  critical: 'crit',
  none: 'none',
};
const indent = '      ';

/** Options of {@link ConsoleLoggerProvider}. */
export interface ConsoleLoggerOptions {
  /** Entries from this level on go to stderr, the others to stdout. Default: `none`, everything goes to stdout. */
  readonly logToStandardErrorThreshold?: LogLevel;
}

/**
 * Writes entries as text: a line with level, category and event id, then the message and the error, indented.
 *
 * @see Microsoft.Extensions.Logging.Console, SimpleConsoleFormatter
 */
export class ConsoleLoggerProvider implements ILoggerProvider {
  constructor(
    private readonly console: IConsole,
    private readonly options: ConsoleLoggerOptions = {},
  ) {}

  write(entry: LogEntry): void {
    const { logToStandardErrorThreshold: threshold = 'none' } = this.options;
    const stream = threshold !== 'none' && isAtLeast(entry.level, threshold) ? this.console.error : this.console.out;
    stream.write(formatSimple(entry));
  }
}

function formatSimple({ level, category, eventId, message, error }: LogEntry): string {
  const lines = [message, ...describeError(error)].join('\n').split('\n');
  return `${labels[level]}: ${category}[${eventId.id}]\n${lines.map(line => `${indent}${line}\n`).join('')}`;
}

/** The error with its causes and, for an aggregate, its parts; each once. */
function describeError(error: unknown, seen = new Set<unknown>()): string[] {
  if (!isError(error) || seen.has(error)) return [];
  seen.add(error);
  const parts = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return [error.stack ?? String(error), ...[error.cause, ...parts].flatMap(inner => describeError(inner, seen))];
}
