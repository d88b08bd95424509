import { type Implementation, type ServiceCollection, tokenName } from '../dependency-injection/index.js';
import { IConsole } from '../console.js';
import { TimeProvider } from '../time/index.js';
import { type ConsoleLoggerOptions, ConsoleLoggerProvider } from './console-logger-provider.js';
import type { LogLevel } from './log-level.js';
import { ILogger, ILoggerFactory, ILoggerProvider } from './logger.js';
import { LoggerFactory, type LoggerFilterOptions } from './logger-factory.js';

/**
 * Sets up logging while the host is being built.
 *
 * @see Microsoft.Extensions.Logging.ILoggingBuilder
 */
export class LoggingBuilder {
  readonly #filter: LoggerFilterOptions = { minimumLevel: 'information', rules: [] };

  constructor(readonly services: ServiceCollection) {
    services.addSingleton(
      ILoggerFactory,
      provider => new LoggerFactory(provider.getServices(ILoggerProvider), this.#filter, provider.getRequiredService(TimeProvider)),
    );
    services.addTransient(ILogger, (provider, { requester }) =>
      provider.getRequiredService(ILoggerFactory).createLogger(requester ? tokenName(requester) : 'Default'),
    );
  }

  /** The least level of categories without a rule of their own. Default: `information`. */
  setMinimumLevel(level: LogLevel): this {
    this.#filter.minimumLevel = level;
    return this;
  }

  /** The least level of categories that begin with `category`, in any case. */
  addFilter(category: string, level: LogLevel): this {
    this.#filter.rules.push({ category, level });
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

  /** Writes to the console in .NET's simple format. */
  addConsole(options?: ConsoleLoggerOptions): this {
    return this.addProvider(provider => new ConsoleLoggerProvider(provider.getRequiredService(IConsole), options));
  }
}
