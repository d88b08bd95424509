import { ILogger, ILoggerProvider, LoggingBuilder, ServiceCollection, ServiceProvider, type ServiceToken, serviceToken, TimeProvider } from 'hostward';
import { CapturedLogs } from 'hostward/testing';
import { formatMessage } from '../../../src/hosting/logging/message-template.js';

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

describe('a value that cannot be shown', () => {
  const cyclic: unknown[] = [1];
  cyclic.push(cyclic);
  const failing = () => {
    throw new Error('no text');
  };

  it.each<[string, unknown, string]>([
    ['a list that contains itself', cyclic, '[object Array]'],
    ['an object whose toString throws', { toString: failing }, '[object Object]'],
    ['an object whose toString is no method', { toString: 1, valueOf: 1 }, '[object Object]'],
    ['an object whose toJSON throws', { toJSON: failing }, '[object Object]'],
  ])('does not make logging fail: %s', (_what, value, text) => {
    expect(formatMessage('{Value}', [value])).toBe(text);
  });
});
