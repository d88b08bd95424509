import { IConsole } from '../console.js';
import type { IConfiguration } from '../configuration/index.js';
import { type Class, describeService, type Implementation, type IServiceProvider, type ServiceCollection, tokenName } from '../dependency-injection/index.js';
import { ArgumentError } from '../primitives/index.js';
import { TimeProvider } from '../time/index.js';
import { ConsoleLoggerOptions } from './console-logger-options.js';
import { ConsoleLoggerProvider } from './console-logger-provider.js';
import {
  type FileLoggerOptions,
  FileLoggerProvider,
  OpenTelemetryDestination,
  type OpenTelemetryLoggerOptions,
  type PinoLogger,
  type PinoLoggerOptions,
  PinoLoggerProvider,
} from './destinations/index.js';
import { type ConsoleFormatterOptions, IConsoleFormatter, type JsonConsoleFormatterOptions, type SimpleConsoleFormatterOptions } from './formatters/index.js';
import { type ActivityTracking, type ActivityTrackingField, defaultActivityTrackingFields, type TraceContext } from './activity-scope.js';
import { type LogLevel, logLevelNumber } from './log-level.js';
import { ILogger, ILoggerFactory, ILoggerProvider } from './logger.js';
import { LoggerFactory } from './logger-factory.js';
import { type LogFilter, type LoggerFilterOptions, nameOfProviderClass } from './logger-filter-options.js';
import { LoggerFilterSteps } from './logger-filter-source.js';
import { SecretRedactor, type SecretRedactorOptions } from './secret-redactor.js';

/**
 * Sets up logging while the host is being built.
 *
 * @see Microsoft.Extensions.Logging.ILoggingBuilder
 */
export class LoggingBuilder {
  /** Keeps secrets out of the log; the host tells it those of the configuration. */
  readonly redactor: SecretRedactor = new SecretRedactor();
  readonly #filters = new LoggerFilterSteps();
  readonly #sections: IConfiguration[] = [];
  readonly #consoleOptions: ConsoleLoggerOptions[] = [];
  readonly #createConsole = (provider: IServiceProvider): ConsoleLoggerProvider => {
    const configuration = this.#sections.map(section => section.getSection('Console'));
    const options = [{ configuration }, ...this.#consoleOptions, ...provider.getServices(ConsoleLoggerOptions)];
    const formatters = provider.getServices(IConsoleFormatter);
    return new ConsoleLoggerProvider(provider.getRequiredService(IConsole), options, { ...surroundingsOf(provider), formatters });
  };
  #activityTracking: ActivityTracking | undefined;

  constructor(readonly services: ServiceCollection) {
    services.addSingleton(ILoggerFactory, provider => this.#createFactory(provider));
    services.addTransient(ILogger, (provider, { requester }) =>
      provider.getRequiredService(ILoggerFactory).createLogger(requester ? tokenName(requester) : 'Default'),
    );
  }

  /** The least level of what no rule applies to. Default: `information`. @throws ArgumentError for a level that is none */
  setMinimumLevel(level: LogLevel): this {
    throwUnlessLevel(level);
    return this.configureFilters(options => (options.minLevel = level));
  }

  /**
   * Adds a rule: for a category (what it begins with, in any case; with one `*`, what it begins and ends with; null means any), for a destination (the class of it)
   * or a category of it, or a function that decides about each entry by itself.
   *
   * @throws ArgumentError for a level that is none
   * @see Microsoft.Extensions.Logging.FilterLoggingBuilderExtensions.AddFilter
   */
  addFilter(category: string | null, level: LogLevel): this;
  addFilter(category: string | null, filter: (level: LogLevel) => boolean): this;
  addFilter(provider: Class<ILoggerProvider>, level: LogLevel): this;
  addFilter(provider: Class<ILoggerProvider>, category: string | null, level: LogLevel): this;
  addFilter(provider: Class<ILoggerProvider>, filter: (category: string, level: LogLevel) => boolean): this;
  addFilter(filter: LogFilter): this;
  addFilter(...args: readonly unknown[]): this {
    const rule = ruleOf(args);
    return this.configureFilters(({ rules }) => rules.push(rule));
  }

  /** Adds the rules of a configuration section, usually `Logging`, and those that it has after each reload. Rules that are wrong fail the build; after a reload, the last good ones stay. */
  addConfiguration(section: IConfiguration): this {
    this.#filters.addConfiguration(section);
    this.#sections.push(section);
    return this;
  }

  /** Changes the filters as a whole. Everything that does takes effect in the order of the calls, and again after each reload of the configuration. */
  configureFilters(configure: (options: LoggerFilterOptions) => unknown): this {
    this.#filters.add(configure);
    return this;
  }

  /** The filters as they are now, with what the configuration says at this moment. @throws InvalidOperationError for a level or a category that is none */
  readFilters(): LoggerFilterOptions {
    return this.#filters.read();
  }

  /** Changes what is masked, or switches masking off. */
  configureRedaction(options: SecretRedactorOptions): this {
    this.redactor.configure(options);
    return this;
  }

  /**
   * Adds to every entry, as its outermost scope, where in a trace it was written.
   *
   * With OpenTelemetry: `trackActivity(() => trace.getActiveSpan()?.spanContext())`.
   *
   * Differs from .NET: nothing is tracked before this is called, because Node has no trace context of its own.
   *
   * @param fields default: the ids of the span, of the trace and of the parent
   * @see Microsoft.Extensions.Logging.ActivityTrackingOptions
   */
  trackActivity(current: () => TraceContext | undefined, fields: readonly ActivityTrackingField[] = defaultActivityTrackingFields): this {
    this.#activityTracking = { current, fields };
    return this;
  }

  /** Adds a destination. */
  addProvider(provider: Implementation<ILoggerProvider>): this {
    this.services.addSingleton(ILoggerProvider, provider);
    return this;
  }

  /** Takes all destinations away. */
  clearProviders(): this {
    this.services.removeAll(ILoggerProvider);
    return this;
  }

  /**
   * Writes to the console, by default in .NET's simple format. There is one console however often this is called: later options win, and all of them over the configuration
   * (`Console` in the sections of {@link addConfiguration}).
   *
   * @see Microsoft.Extensions.Logging.ConsoleLoggerExtensions
   */
  addConsole(options: ConsoleLoggerOptions = {}): this {
    this.#consoleOptions.push(options);
    this.services.tryAddEnumerable(describeService(ILoggerProvider, 'singleton', this.#createConsole, { implementationType: ConsoleLoggerProvider }));
    return this;
  }

  /** Writes to the console in the format for people. */
  addSimpleConsole(options: SimpleConsoleFormatterOptions = {}): this {
    return this.addConsole({ formatterName: 'simple', formatterOptions: options });
  }

  /** Writes to the console as JSON, an object an entry. */
  addJsonConsole(options: JsonConsoleFormatterOptions = {}): this {
    return this.addConsole({ formatterName: 'json', formatterOptions: options });
  }

  /** Writes to the console in the format of systemd's journal. */
  addSystemdConsole(options: ConsoleFormatterOptions = {}): this {
    return this.addConsole({ formatterName: 'systemd', formatterOptions: options });
  }

  /** Adds a format, which is chosen by its name. One with the name of a built-in format takes its place. */
  addConsoleFormatter(formatter: Implementation<IConsoleFormatter>): this {
    this.services.addSingleton(IConsoleFormatter, formatter);
    return this;
  }

  /** Writes to a file that is begun anew when it is too long or too old. Each call adds a file. */
  addFile(options: FileLoggerOptions): this {
    return this.addProvider(provider => new FileLoggerProvider(options, surroundingsOf(provider)));
  }

  /** Gives entries to a pino logger of the program. */
  addPino(pino: PinoLogger, options?: PinoLoggerOptions): this {
    return this.addProvider(() => new PinoLoggerProvider(pino, options));
  }

  /** Gives entries to OpenTelemetry: to a logger, to a logger provider, or to the global one. */
  addOpenTelemetry(options?: OpenTelemetryLoggerOptions): this {
    return this.addProvider(() => new OpenTelemetryDestination(options));
  }

  #createFactory(provider: IServiceProvider): LoggerFactory {
    return new LoggerFactory(provider.getServices(ILoggerProvider), {
      filters: this.#filters,
      timeProvider: provider.getRequiredService(TimeProvider),
      redactor: this.redactor,
      activityTracking: this.#activityTracking,
      // Asked for when it is needed: a program that never says anything needs no console.
      reportFailure: text => (provider.getService(IConsole)?.error ?? process.stderr).write(text),
    });
  }
}

/** What destinations take of the program. A container without a host may have none of it. */
function surroundingsOf(provider: IServiceProvider): { readonly timeProvider?: TimeProvider; readonly console?: IConsole } {
  const timeProvider = provider.getService(TimeProvider);
  const console = provider.getService(IConsole);
  return { ...(timeProvider && { timeProvider }), ...(console && { console }) };
}

function ruleOf(args: readonly unknown[]): LoggerFilterOptions['rules'][number] {
  const [first, second, third] = args;
  if (args.length === 1) return { filter: first as LogFilter };
  if (typeof first === 'function') {
    const providerName = nameOfProviderClass(first);
    if (typeof second === 'function')
      return { providerName, filter: (_provider, category, level) => (second as (category: string, level: LogLevel) => boolean)(category, level) };
    const level = args.length === 2 ? second : third;
    throwUnlessLevel(level);
    return { providerName, categoryName: args.length === 2 ? undefined : ((second as string | null) ?? undefined), logLevel: level };
  }
  const categoryName = (first as string | null) ?? undefined;
  if (typeof second === 'function') return { categoryName, filter: (_provider, _category, level) => (second as (level: LogLevel) => boolean)(level) };
  throwUnlessLevel(second);
  return { categoryName, logLevel: second };
}

function throwUnlessLevel(level: unknown): asserts level is LogLevel {
  if (typeof level === 'string' && Object.hasOwn(logLevelNumber, level)) return;
  throw new ArgumentError('level', `Expected one of ${Object.keys(logLevelNumber).join(', ')}, but found ${String(level)}.`);
}
