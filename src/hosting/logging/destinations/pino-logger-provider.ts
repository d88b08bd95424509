import { withDeadline } from '../../time/index.js';
import { errorText } from '../formatters/error-text.js';
import type { LogLevel } from '../log-level.js';
import type { ILoggerProvider, LogEntry, LogValues } from '../logger.js';

/** A method of pino's that writes an entry. */
type PinoMethod = (values: Readonly<Record<string, unknown>>, message: string) => void;

/** What is used of a pino logger. */
export interface PinoLogger {
  readonly trace: PinoMethod;
  readonly debug: PinoMethod;
  readonly info: PinoMethod;
  readonly warn: PinoMethod;
  readonly error: PinoMethod;
  readonly fatal: PinoMethod;
  flush?(callback: (error?: Error) => void): void;
}

/** Options of {@link PinoLoggerProvider}. */
export interface PinoLoggerOptions {
  /** Whether the values of the open scopes become fields, and their texts the field `scopes`. Default: true. */
  readonly includeScopes?: boolean;
  /** The field of an error: pino's `errorKey`, if that was set. Default: `err`. */
  readonly errorKey?: string;
  /** Milliseconds that the disposal waits for pino to write what it holds. Default: 2000. */
  readonly flushTimeout?: number;
}

const methods: Readonly<Partial<Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'>>> = {
  trace: 'trace',
  debug: 'debug',
  information: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
};

/** Fields that pino or this provider writes; a value with such a name gets an underscore behind it. */
const ownFields = ['level', 'time', 'pid', 'hostname', 'name', 'msg', 'category', 'eventId', 'eventName', 'scopes'];

/**
 * Gives entries to a pino logger: the message, the values of the template as fields, category, event id, scopes and the error.
 *
 * The logger stays with whoever made it: it is flushed with the host, not closed. Its own level counts in addition to the filters. The time is pino's.
 */
export class PinoLoggerProvider implements ILoggerProvider, AsyncDisposable {
  /** How rules and the configuration call it. */
  static readonly alias = 'Pino';

  readonly #includeScopes: boolean;
  readonly #errorKey: string;
  readonly #flushTimeout: number;
  readonly #taken: ReadonlySet<string>;

  constructor(
    private readonly pino: PinoLogger,
    { includeScopes = true, errorKey = 'err', flushTimeout = 2_000 }: PinoLoggerOptions = {},
  ) {
    this.#includeScopes = includeScopes;
    this.#errorKey = errorKey;
    this.#flushTimeout = flushTimeout;
    this.#taken = new Set([...ownFields, errorKey]);
  }

  write(entry: LogEntry): void {
    const method = methods[entry.level];
    if (method === undefined) return;
    try {
      this.pino[method](this.#fieldsOf(entry), entry.message);
    } catch {
      this.#writePlainly(method, entry);
    }
  }

  /** Waits until pino has written what it holds. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { pino } = this;
    if (!pino.flush) return;
    // In real time, because it is that of the destination.
    await withDeadline('The flush of pino', this.#flushTimeout, () => new Promise<void>(resolve => pino.flush!(() => resolve()))).catch(() => undefined);
  }

  #fieldsOf({ category, eventId, values, scopes, error }: LogEntry): Record<string, unknown> {
    const fields: Record<string, unknown> = { category };
    if (eventId.id !== 0) fields.eventId = eventId.id;
    if (eventId.name !== undefined) fields.eventName = eventId.name;
    if (this.#includeScopes && scopes.length > 0) {
      for (const scope of scopes) this.#add(fields, scope.values ?? []);
      fields.scopes = scopes.map(({ text }) => text);
    }
    this.#add(fields, values);
    if (error !== undefined) fields[this.#errorKey] = error;
    return fields;
  }

  /** Of values with one name the last stays: that of the entry before those of its scopes, that of the inner scope before that of the outer. */
  #add(fields: Record<string, unknown>, values: LogValues): void {
    for (const [name, value] of values) fields[this.#taken.has(name) || name === '__proto__' ? `${name}_` : name] = value;
  }

  /** Without the values, of which one must have been what pino cannot write. */
  #writePlainly(method: NonNullable<(typeof methods)[LogLevel]>, { category, message, error }: LogEntry): void {
    try {
      this.pino[method]({ category, ...(error === undefined ? {} : { error: errorText(error) }) }, message);
    } catch {
      // Pino itself fails: there is nobody to tell.
    }
  }
}
