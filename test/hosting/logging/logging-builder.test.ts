import {
  ILogger,
  ILoggerFactory,
  ILoggerProvider,
  LoggingBuilder,
  ServiceCollection,
  ServiceProvider,
  type ServiceToken,
  serviceToken,
  TimeProvider,
} from 'hostward';
import { CapturedLogs } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const IAudit: ServiceToken<ILogger> = serviceToken('IAudit');

class Orders {
  constructor(logger: ILogger) {
    logger.information('made');
  }
}
class Archive extends Orders {}

/** The categories under which what `register` adds writes its entries. */
function categories(register: (services: ServiceCollection) => unknown, ...tokens: ServiceToken<unknown>[]): string[] {
  const logs = new CapturedLogs();
  const services = new ServiceCollection().addSingleton(TimeProvider, TimeProvider.system);
  new LoggingBuilder(services).addProvider(logs);
  register(services);
  const provider = new ServiceProvider(services);
  for (const token of tokens) provider.getRequiredService(token);
  return logs.entries.map(({ category }) => category);
}

describe('the category of an injected logger', () => {
  it('is the class that asks, each its own', () => {
    expect(categories(services => services.addSingleton(Orders, [ILogger]).addTransient(Archive, [ILogger]), Orders, Archive)).toEqual(['Orders', 'Archive']);
  });

  it('is the class that asks also when it asks under another name', () => {
    expect(categories(services => services.addAlias(IAudit, ILogger).addSingleton(Orders, [IAudit]), Orders)).toEqual(['Orders']);
  });

  it('is the class when that is asked for under another name', () => {
    const IOrders: ServiceToken<Orders> = serviceToken('IOrders');
    expect(categories(services => services.addSingleton(Orders, [ILogger]).addAlias(IOrders, Orders), IOrders)).toEqual(['Orders']);
  });
});

describe('LoggingBuilder', () => {
  it('takes all destinations away with clearProviders, those added afterwards excepted', () => {
    const services = new ServiceCollection();
    const [first, last] = [new CapturedLogs(), new CapturedLogs()];
    new LoggingBuilder(services).addProvider(first).addConsole().clearProviders().addProvider(last);
    expect(new ServiceProvider(services).getServices(ILoggerProvider)).toEqual([last]);
  });

  it('makes no destination before somebody logs', () => {
    const services = new ServiceCollection();
    const factory = jest.fn(() => new CapturedLogs());
    new LoggingBuilder(services).addProvider(factory);
    new ServiceProvider(services);
    expect(factory).not.toHaveBeenCalled();
  });
});

describe('what a builder sets up', () => {
  it('tracks the trace, masks secrets and follows filters in every logger of the program', () => {
    const logs = new CapturedLogs();
    const services = new ServiceCollection().addSingleton(TimeProvider, TimeProvider.system);
    const builder = new LoggingBuilder(services).addProvider(logs).addFilter('App', 'debug');
    builder.trackActivity(() => ({ traceId: 't', spanId: 's', parentSpanId: 'p' })).redactor.addSecret('hunter2-hunter2');
    const factory = new ServiceProvider(services).getRequiredService(ILoggerFactory);
    factory.createLogger('App').debug('with {What}', 'hunter2-hunter2');
    factory.createLogger('Other').debug('not this');
    expect(logs.entries.map(({ message, scopes }) => [message, scopes.map(({ text }) => text)])).toEqual([['with ***', ['SpanId:s, TraceId:t, ParentId:p']]]);
  });

  it('ends with the program: the container disposes the factory, and with it what was added to it', async () => {
    const services = new ServiceCollection().addSingleton(TimeProvider, TimeProvider.system);
    new LoggingBuilder(services);
    const provider = new ServiceProvider(services);
    const dispose = jest.fn();
    provider.getRequiredService(ILoggerFactory).addProvider({ write: () => undefined, [Symbol.dispose]: dispose } as ILoggerProvider);
    await provider[Symbol.asyncDispose]();
    expect(dispose).toHaveBeenCalledTimes(1);
  });
});
