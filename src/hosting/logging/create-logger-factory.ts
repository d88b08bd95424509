import { IConsole, SystemConsole } from '../console.js';
import { ServiceCollection, ServiceProvider } from '../dependency-injection/index.js';
import { TimeProvider } from '../time/index.js';
import { ILoggerFactory } from './logger.js';
import { LoggingBuilder } from './logging-builder.js';

/** A logger factory that owns its destinations. */
export interface OwnedLoggerFactory extends ILoggerFactory, Disposable, AsyncDisposable {}

/**
 * A logger factory for a program without a host, set up as in one. Disposing it disposes its destinations; use `await using` where one of them writes asynchronously.
 *
 * @throws InvalidOperationError for a level in the configuration, or a category of a filter, that is none
 * @see Microsoft.Extensions.Logging.LoggerFactory.Create
 */
export function createLoggerFactory(configure: (builder: LoggingBuilder) => unknown): OwnedLoggerFactory {
  const services = new ServiceCollection();
  configure(new LoggingBuilder(services));
  services.tryAddSingleton(TimeProvider, TimeProvider.system).tryAddSingleton(IConsole, SystemConsole);
  const provider = new ServiceProvider(services);
  const factory = provider.getRequiredService(ILoggerFactory);
  return {
    createLogger: category => factory.createLogger(category),
    addProvider: destination => factory.addProvider(destination),
    [Symbol.dispose]: () => provider[Symbol.dispose](),
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}
