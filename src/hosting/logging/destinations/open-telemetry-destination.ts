import { withDeadline } from '../../time/index.js';
import { errorText } from '../formatters/error-text.js';
import { levelNames } from '../formatters/json-console-formatter.js';
import type { LogLevel } from '../log-level.js';
import type { ILoggerProvider, LogEntry, LogScope, LogValues } from '../logger.js';
import { originalFormatName } from '../message-template.js';
import { attributeOf, type AttributeValue } from './attribute-value.js';
import { globalLoggerProvider } from './global-logger-provider.js';

/** A log record as OpenTelemetry's API takes it. */
export interface OpenTelemetryLogRecord {
  readonly timestamp: number;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: Record<string, AttributeValue>;
  readonly eventName?: string;
}

/** What is used of a logger of `@opentelemetry/api-logs`. */
export interface OpenTelemetryLogger {
  emit(record: OpenTelemetryLogRecord): void;
}

/** What is used of a logger provider of `@opentelemetry/api-logs`, or of its SDK. */
export interface OpenTelemetryLoggerProvider {
  getLogger(name: string): OpenTelemetryLogger;
  forceFlush?(): Promise<void>;
}

/** Options of {@link OpenTelemetryDestination}. */
export interface OpenTelemetryLoggerOptions {
  /** Makes a logger for each category, whose name becomes the instrumentation scope. Default: the global one of `@opentelemetry/api-logs`. */
  readonly loggerProvider?: OpenTelemetryLoggerProvider;
  /** One logger for all categories, which then are the attribute `dotnet.ilogger.category`. It goes before `loggerProvider`. */
  readonly logger?: OpenTelemetryLogger;
  /** Whether the values of the open scopes become attributes, and their texts the attribute `scopes`. Default: true. */
  readonly includeScopes?: boolean;
  /** Milliseconds that the disposal waits for the SDK to export what it holds. Default: 5000. */
  readonly flushTimeout?: number;
}

/** The first number of each severity of OpenTelemetry. */
const severities: Readonly<Partial<Record<LogLevel, number>>> = { trace: 1, debug: 5, information: 9, warning: 13, error: 17, critical: 21 };

/** So many loggers of categories are kept. */
const maximumLoggers = 1_000;

/**
 * Gives entries to OpenTelemetry: the message as body, the values of the template as attributes, the template as `{OriginalFormat}`, and the error as
 * `exception.type`, `exception.message` and `exception.stacktrace`. The trace context is that of the call that logs.
 *
 * The SDK stays with whoever made it: it is flushed with the host, not shut down.
 *
 * Differs from .NET's exporter: scopes are included unless that is switched off.
 *
 * @see OpenTelemetry.Logs.OpenTelemetryLogger
 */
export class OpenTelemetryDestination implements ILoggerProvider, AsyncDisposable {
  /** How rules and the configuration call it. */
  static readonly alias = 'OpenTelemetry';
  static readonly providerName = 'OpenTelemetry.Logs.OpenTelemetryLoggerProvider';

  readonly #loggers = new Map<string, OpenTelemetryLogger>();
  readonly #provider: OpenTelemetryLoggerProvider | undefined;

  /** @throws HostwardError (`ERR_OPTIONAL_PACKAGE`) when neither a logger nor a provider is given, and `@opentelemetry/api-logs` is not installed */
  constructor(private readonly options: OpenTelemetryLoggerOptions = {}) {
    this.#provider = options.logger ? options.loggerProvider : (options.loggerProvider ?? globalLoggerProvider());
  }

  write(entry: LogEntry): void {
    const severityNumber = severities[entry.level];
    if (severityNumber === undefined) return;
    try {
      // Called where the entry is written: the SDK takes the active context, and with it the span.
      this.#loggerFor(entry.category).emit({
        timestamp: entry.timestamp,
        severityNumber,
        severityText: levelNames[entry.level]!,
        body: entry.message,
        attributes: this.#attributesOf(entry),
        ...(entry.eventId.name === undefined ? {} : { eventName: entry.eventId.name }),
      });
    } catch {
      // A processor that fails: there is nobody to tell.
    }
  }

  /** Waits until the SDK has exported what it holds. */
  async [Symbol.asyncDispose](): Promise<void> {
    const provider = this.#provider;
    if (!provider?.forceFlush) return;
    // In real time, because it is that of the exporter.
    await withDeadline('The flush of OpenTelemetry', this.options.flushTimeout ?? 5_000, async () => provider.forceFlush!()).catch(() => undefined);
  }

  #loggerFor(category: string): OpenTelemetryLogger {
    const { logger } = this.options;
    if (logger) return logger;
    const known = this.#loggers.get(category);
    if (known) return known;
    if (this.#loggers.size >= maximumLoggers) this.#loggers.clear();
    const created = this.#provider!.getLogger(category);
    this.#loggers.set(category, created);
    return created;
  }

  #attributesOf({ category, eventId, values, template, scopes, error }: LogEntry): Record<string, AttributeValue> {
    const attributes: Record<string, AttributeValue> = {};
    if (this.options.logger) attributes['dotnet.ilogger.category'] = category;
    if (this.options.includeScopes !== false) addScopes(attributes, scopes);
    addValues(attributes, values);
    if (template !== '') attributes[originalFormatName] = template;
    if (eventId.id !== 0) attributes['logrecord.event.id'] = eventId.id;
    if (error !== undefined) addError(attributes, error);
    return attributes;
  }
}

function addScopes(attributes: Record<string, AttributeValue>, scopes: readonly LogScope[]): void {
  if (scopes.length === 0) return;
  for (const { values } of scopes) if (values) addValues(attributes, values);
  attributes.scopes = scopes.map(({ text }) => text);
}

/** Of values with one name the last stays: that of the entry before those of its scopes, that of the inner scope before that of the outer. */
function addValues(attributes: Record<string, AttributeValue>, values: LogValues): void {
  for (const [name, value] of values) if (name !== '__proto__') attributes[name] = attributeOf(value);
}

function addError(attributes: Record<string, AttributeValue>, error: Error): void {
  attributes['exception.type'] = attributeOf(readText(error, 'name') ?? 'Error');
  attributes['exception.message'] = attributeOf(readText(error, 'message') ?? '');
  attributes['exception.stacktrace'] = errorText(error);
}

function readText(error: Error, property: 'name' | 'message'): string | undefined {
  try {
    return String(error[property]);
  } catch {
    return undefined;
  }
}
