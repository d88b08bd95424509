import {
  HostApplicationBuilder,
  IConsole,
  ILogger,
  ILoggerFactory,
  type ILoggerProvider,
  inject,
  isAtLeast,
  type LogEntry,
  type LogLevel,
  logLevelNumber,
  TimeProvider,
} from 'hostward';
import { CapturedLogs, createTestHost, FakeTimeProvider } from 'hostward/testing';
import { FakeConsole } from '../../support/hosting-fakes.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical'];

/** A logger factory as a program sets it up, and what it lets pass. */
function logging(configure: (builder: HostApplicationBuilder) => unknown = () => undefined) {
  const logs = new CapturedLogs();
  const builder = new HostApplicationBuilder({ disableDefaults: true });
  builder.services.addSingleton(TimeProvider, new FakeTimeProvider()).addSingleton(IConsole, new FakeConsole());
  builder.logging.addProvider(logs);
  configure(builder);
  const host = builder.build();
  const factory = host.services.getRequiredService(ILoggerFactory);
  return {
    factory,
    logs,
    host,
    services: host.services,
    passing: (category: string) => levels.filter(level => factory.createLogger(category).isEnabled(level)),
  };
}

describe('log levels', () => {
  it('have the numbers of .NET, and their order', () => {
    expect(logLevelNumber).toEqual({ trace: 0, debug: 1, information: 2, warning: 3, error: 4, critical: 5, none: 6 });
    expect(levels.map(level => isAtLeast(level, 'warning'))).toEqual([false, false, false, true, true, true]);
  });

  it('none lets nothing pass, and nothing is logged at it', () => {
    expect(levels.map(level => isAtLeast(level, 'none'))).toEqual(levels.map(() => false));
    expect(isAtLeast('none', 'trace')).toBe(false);
    expect(isAtLeast('none', 'none')).toBe(false);
  });
});

describe('a logger', () => {
  it('gives providers the whole entry', () => {
    const { factory, logs } = logging();
    const error = new Error('no');
    factory.createLogger('App.Orders').log('warning', { id: 7, name: 'Late' }, error, 'order {Id} is {Hours} late', 3, 'two');
    expect(logs.entries).toEqual<LogEntry[]>([
      {
        level: 'warning',
        category: 'App.Orders',
        eventId: { id: 7, name: 'Late' },
        message: 'order 3 is two late',
        template: 'order {Id} is {Hours} late',
        values: [
          ['Id', 3],
          ['Hours', 'two'],
        ],
        scopes: [],
        error,
        timestamp: Date.UTC(2000, 0, 1),
      },
    ]);
  });

  it.each(['trace', 'debug', 'information', 'warning', 'error', 'critical'] as const)(
    'has a method for %s: template and values, with an error before them if there is one',
    level => {
      const { factory, logs } = logging(builder => builder.logging.setMinimumLevel('trace'));
      const logger = factory.createLogger('App');
      const error = new Error('no');
      logger[level]('plain {A}', 1);
      logger[level](error, 'failed {A}', 2);
      logger[level]('a text', 'thrown {A}', 3);
      logger[level](undefined, 'perhaps {A}', 4);
      expect(logs.entries.map(entry => [entry.level, entry.eventId, entry.message, entry.error])).toEqual([
        [level, { id: 0 }, 'plain 1', undefined],
        [level, { id: 0 }, 'failed 2', error],
        [level, { id: 0 }, 'a text', undefined],
        [level, { id: 0 }, 'perhaps 4', undefined],
      ]);
    },
  );

  it('makes an error of what was thrown and is none', () => {
    const { factory, logs } = logging();
    factory.createLogger('App').error({ code: 7 }, 'it failed');
    expect(logs.entries).toMatchObject([{ message: 'it failed', error: { code: 'ERR_NOT_AN_ERROR', cause: { code: 7 } } }]);
  });

  it('writes to all providers in the order of their registration', () => {
    const seen: string[] = [];
    const { factory } = logging(builder => builder.logging.addProvider({ write: () => seen.push('a') }).addProvider(() => ({ write: () => seen.push('b') })));
    factory.createLogger('App').information('x');
    expect(seen).toEqual(['a', 'b']);
  });

  it('is enabled for nothing without a provider', () => {
    const { passing } = logging(builder => builder.logging.clearProviders());
    expect(passing('App')).toEqual([]);
  });

  it('does not touch its arguments when it is not enabled', () => {
    const { factory } = logging();
    factory.createLogger('App').debug('{Value}', {
      toString: () => {
        throw new Error('touched');
      },
    });
  });

  it('is the same for the same category', () => {
    const { factory } = logging();
    expect(factory.createLogger('App')).toBe(factory.createLogger('App'));
    expect(factory.createLogger('App')).not.toBe(factory.createLogger('app'));
  });

  it('has the name of the class that injects it as category', async () => {
    class Worker {
      constructor(@inject(ILogger) readonly logger: ILogger) {}
    }
    class PlainJavaScript {
      constructor(readonly logger: ILogger) {}
    }
    abstract class IThing {
      abstract readonly logger: ILogger;
    }
    const { logs, services } = logging(builder =>
      builder.services
        .addSingleton(Worker)
        .addTransient(PlainJavaScript, [ILogger])
        .addSingleton(IThing, provider => ({ logger: provider.getRequiredService(ILogger) })),
    );
    for (const { logger } of [services.getRequiredService(Worker), services.getRequiredService(PlainJavaScript), services.getRequiredService(IThing)])
      logger.information('x');
    services.getRequiredService(ILogger).information('x');
    expect(logs.entries.map(({ category }) => category)).toEqual(['Worker', 'PlainJavaScript', 'IThing', 'Default']);
  });
});

describe('a filter', () => {
  it('lets information and what is worse pass unless it is told otherwise', () => {
    expect(logging().passing('App')).toEqual(['information', 'warning', 'error', 'critical']);
    expect(logging(builder => builder.logging.setMinimumLevel('error')).passing('App')).toEqual(['error', 'critical']);
  });

  it('keeps what does not pass from the providers', () => {
    const { factory, logs } = logging();
    for (const level of [...levels, 'none'] as const) factory.createLogger('App').log(level, { id: 0 }, undefined, level);
    expect(logs.messages()).toEqual(['information', 'warning', 'error', 'critical']);
  });

  it('applies a rule to the categories that begin with its text, in any case', () => {
    const { passing } = logging(builder => builder.logging.addFilter('app.Orders', 'error'));
    expect(['App.Orders', 'APP.ORDERS.Mail', 'App.OrdersX', 'App'].map(category => passing(category).length)).toEqual([2, 2, 2, 4]);
  });

  it('prefers the longest rule, and of equally long ones the last; the minimum level counts without a rule only', () => {
    const { passing } = logging(builder =>
      builder.logging
        .setMinimumLevel('critical')
        .addFilter('App.Orders', 'trace')
        .addFilter('App', 'error')
        .addFilter('APP', 'warning')
        .addFilter('Other', 'trace'),
    );
    expect(['App.Orders', 'App.Mail', 'Other', 'Third'].map(category => passing(category).length)).toEqual([6, 3, 6, 1]);
  });

  it('switches a category off with none', () => {
    expect(logging(builder => builder.logging.addFilter('Noise', 'none')).passing('Noise.Maker')).toEqual([]);
  });
});

describe('a log provider', () => {
  it('is disposed with the program when the program made it, and left alone when it was ready-made', async () => {
    const trace: string[] = [];
    const provider = (name: string): ILoggerProvider & Disposable => ({ write: () => undefined, [Symbol.dispose]: () => void trace.push(name) });
    class Own implements ILoggerProvider, Disposable {
      write(): void {}
      [Symbol.dispose](): void {
        trace.push('class');
      }
    }
    const { host } = logging(builder =>
      builder.logging
        .addProvider(provider('instance'))
        .addProvider(() => provider('factory'))
        .addProvider(Own),
    );
    await host[Symbol.asyncDispose]();
    expect(trace).toEqual(['class', 'factory']);
  });

  it('outlives the services that log while they are disposed', async () => {
    const written: string[] = [];
    let isDisposed = false;
    class Service implements Disposable {
      constructor(@inject(ILogger) private readonly logger: ILogger) {}
      [Symbol.dispose](): void {
        this.logger.information(`isDisposed: ${isDisposed}`);
      }
    }
    const { host } = logging(builder => {
      builder.logging.addProvider(
        () => ({ write: ({ message }) => written.push(message), [Symbol.dispose]: () => void (isDisposed = true) }) as ILoggerProvider,
      );
      builder.services.addSingleton(Service);
    });
    host.services.getRequiredService(Service);
    await host[Symbol.asyncDispose]();
    expect([written, isDisposed]).toEqual([['isDisposed: false'], true]);
  });
});

describe('captured logs', () => {
  it('keep every entry, and its message by category', async () => {
    await using host = createTestHost(() => undefined);
    const factory = host.services.getRequiredService(ILoggerFactory);
    factory.createLogger('A').trace('one');
    factory.createLogger('B').critical('two');
    expect([host.logs.messages('A'), host.logs.messages('B'), host.logs.messages(), host.logs.entries.length]).toEqual([['one'], ['two'], ['one', 'two'], 2]);
  });
});
