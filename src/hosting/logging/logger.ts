import { type ServiceToken, serviceToken } from '../dependency-injection/index.js';
import type { LogLevel } from './log-level.js';

/** What happened, as a number and a name that stay the same when the text changes. */
export interface EventId {
  readonly id: number;
  readonly name?: string;
}

/** Arguments of the level methods: an error first when there is one, then the template and what fills its placeholders. */
export type LogArguments = [message: string, ...args: unknown[]] | [error: unknown, message: string, ...args: unknown[]];

/**
 * Writes log entries of one category; in a class that injects it, the category is the class's name.
 *
 * Messages are templates: `logger.information('beat {Beat}', 3)`.
 *
 * @see Microsoft.Extensions.Logging.ILogger
 */
export interface ILogger {
  isEnabled(level: LogLevel): boolean;
  log(level: LogLevel, eventId: EventId, error: Error | undefined, message: string, ...args: unknown[]): void;
  trace(...args: LogArguments): void;
  debug(...args: LogArguments): void;
  information(...args: LogArguments): void;
  warning(...args: LogArguments): void;
  error(...args: LogArguments): void;
  critical(...args: LogArguments): void;
}

export const ILogger: ServiceToken<ILogger> = serviceToken('ILogger');

/** One log entry as providers receive it. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly category: string;
  readonly eventId: EventId;
  /** The template with its placeholders filled. */
  readonly message: string;
  readonly template: string;
  /** What filled the placeholders, by name. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly error: Error | undefined;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/**
 * A destination of log entries. It may be disposable: one that the program has created is disposed with it, after the services that log.
 *
 * @see Microsoft.Extensions.Logging.ILoggerProvider
 */
export interface ILoggerProvider {
  /** Never throws: an entry that cannot be written is lost, the program goes on. */
  write(entry: LogEntry): void;
}

/** The token under which the logger factory finds all destinations. */
export const ILoggerProvider: ServiceToken<ILoggerProvider> = serviceToken('ILoggerProvider');

/** @see Microsoft.Extensions.Logging.ILoggerFactory */
export interface ILoggerFactory {
  createLogger(category: string): ILogger;
}

export const ILoggerFactory: ServiceToken<ILoggerFactory> = serviceToken('ILoggerFactory');
