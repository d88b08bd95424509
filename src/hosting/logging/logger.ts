import { type ServiceToken, serviceToken } from '../dependency-injection/index.js';
import type { LogLevel } from './log-level.js';

/** What happened, as a number and a name that stay the same when the text changes. */
export interface EventId {
  readonly id: number;
  readonly name?: string;
}

/**
 * Arguments of the level methods: an error first when there is one, then the template and what fills its placeholders.
 *
 * A text in the first place is the template, also where it was thrown: for `throw 'no'` write `logger.error(new Error('…', { cause: thrown }), 'it failed')`. Anything else
 * in the first place is taken for what was thrown; undefined and null mean that there was nothing.
 */
export type LogArguments = [message: string, ...args: unknown[]] | [error: unknown, message: string, ...args: unknown[]];

/**
 * Writes log entries of one category; in a class that injects it, the category is the class's name.
 *
 * Messages are templates: `logger.information('beat {Beat}', 3)`. What is put together beforehand (`` `beat ${beat}` ``) is written as well, but then nobody can search for
 * the beat by its name. No call ever throws, whatever the template and the values are.
 *
 * Take a method from its logger each time that you call it: those of levels that are off do nothing, and change when the filters do.
 *
 * @see Microsoft.Extensions.Logging.ILogger
 */
export interface ILogger {
  /** Whether an entry of this level would reach a destination. */
  isEnabled(level: LogLevel): boolean;
  /** Writes an entry with an event id. The other methods are this one, with event id 0. */
  log(level: LogLevel, eventId: EventId, error: Error | undefined, message: string, ...args: unknown[]): void;
  trace(...args: LogArguments): void;
  debug(...args: LogArguments): void;
  information(...args: LogArguments): void;
  warning(...args: LogArguments): void;
  error(...args: LogArguments): void;
  critical(...args: LogArguments): void;
  /**
   * Gives every entry that is written from here on, in this asynchronous context, by whatever logger, this text or these values, until it is disposed.
   *
   * The context is that of the caller, too, until the first `await`: a function that is called without being awaited leaves its scope with its caller for as long as the scope is
   * open. For work that runs beside other work use {@link withScope}.
   */
  beginScope(state: LogScopeState, ...args: unknown[]): Disposable;
  /**
   * The same for as long as `work` takes: until the promise that it returns has settled, if it returns one. Unlike `beginScope` it never reaches the caller's own entries
   * while `work` is pending.
   */
  withScope<T>(state: LogScopeState | readonly [template: string, ...args: unknown[]], work: () => T): T;
}

export const ILogger: ServiceToken<ILogger> = serviceToken('ILogger');

/** A message template, or values by name. */
export type LogScopeState = string | Readonly<Record<string, unknown>>;

/** Values by name, in the order of the template; a name may occur twice. */
export type LogValues = readonly (readonly [name: string, value: unknown])[];

/** One scope around an entry. */
export interface LogScope {
  readonly text: string;
  /** Undefined for a scope that is a text without placeholders. */
  readonly values: LogValues | undefined;
  /** The template of a scope that has one. */
  readonly template?: string | undefined;
}

/** One log entry as providers receive it. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly category: string;
  readonly eventId: EventId;
  /** The template with its placeholders filled. */
  readonly message: string;
  readonly template: string;
  /** What filled the placeholders. */
  readonly values: LogValues;
  /** The scopes that are open where the entry is written, the outermost first. */
  readonly scopes: readonly LogScope[];
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
  /**
   * Never throws: an entry that cannot be written is lost, the program goes on. It may be called after the destination was disposed, by work that ends late: do what can be
   * done, quietly.
   */
  write(entry: LogEntry): void;
}

/** The token under which the logger factory finds all destinations. */
export const ILoggerProvider: ServiceToken<ILoggerProvider> = serviceToken('ILoggerProvider');

/** @see Microsoft.Extensions.Logging.ILoggerFactory */
export interface ILoggerFactory {
  /** The logger of a category, always the same one. */
  createLogger(category: string): ILogger;
  /** Adds a destination while the program runs; it is disposed with the factory. */
  addProvider(provider: ILoggerProvider): void;
}

export const ILoggerFactory: ServiceToken<ILoggerFactory> = serviceToken('ILoggerFactory');
