import {
  IConsole,
  ILoggerFactory,
  type ILoggerProvider,
  type LogEntry,
  LoggerFactory,
  LoggerFilterOptions,
  LoggingBuilder,
  ServiceCollection,
  ServiceProvider,
  TimeProvider,
} from 'hostward';
import { FakeLogCollector } from 'hostward/testing';
import { FakeConsole } from '../../support/hosting-fakes.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

class FullDisk implements ILoggerProvider {
  calls = 0;
  write(): void {
    this.calls++;
    throw new Error('no space left on device');
  }
}

function createFactory(...providers: ILoggerProvider[]) {
  const reports: string[] = [];
  return { reports, factory: new LoggerFactory(providers, { reportFailure: text => reports.push(text) }) };
}

describe('a destination that fails', () => {
  it('fails nobody who logs, takes nothing from the others, and is reported once', () => {
    const [disk, logs] = [new FullDisk(), new FakeLogCollector()];
    const { factory, reports } = createFactory(disk, logs);
    for (const category of ['A', 'B']) factory.createLogger(category).error('x');
    expect([logs.count, disk.calls]).toEqual([2, 2]);
    expect(reports).toEqual(['The log destination FullDisk cannot write, and this is said only once: Error: no space left on device\n']);
  });

  it('may be one without a name, and its report may fail, too', () => {
    const factory = new LoggerFactory(
      [
        {
          write: () => {
            throw new Error('no');
          },
        },
      ],
      {
        reportFailure: text => {
          expect(text).toContain('(without a name)');
          throw new Error('nor this');
        },
      },
    );
    expect(() => factory.createLogger('A').error('x')).not.toThrow();
  });

  it('is reported on the stderr of the program', () => {
    const console = new FakeConsole();
    const services = new ServiceCollection().addSingleton(TimeProvider, TimeProvider.system).addSingleton(IConsole, console);
    new LoggingBuilder(services).addProvider(new FullDisk());
    new ServiceProvider(services).getRequiredService(ILoggerFactory).createLogger('A').error('x');
    expect([console.error.text, console.out.text]).toEqual([expect.stringContaining('no space left on device'), '']);
  });

  it('may have a filter that fails: entries pass, and that is reported', () => {
    const options = new LoggerFilterOptions();
    options.rules.push({
      filter: () => {
        throw new Error('bad filter');
      },
    });
    const logs = new FakeLogCollector();
    const reports: string[] = [];
    const factory = new LoggerFactory([logs], {
      filters: { read: () => options, onChange: () => ({ [Symbol.dispose]: () => undefined }) },
      reportFailure: text => reports.push(text),
    });
    const logger = factory.createLogger('A');
    logger.trace('x');
    expect([logger.isEnabled('trace'), logs.count, reports]).toEqual([true, 1, [expect.stringContaining('FakeLogCollector has a filter that fails')]]);
  });
});

describe('a destination that logs itself', () => {
  it('reaches the others, and never itself', () => {
    const logs = new FakeLogCollector();
    const written: string[] = [];
    const chatty: ILoggerProvider = {
      write: ({ message }) => {
        written.push(message);
        factory.createLogger('Chatty').information('wrote {What}', message);
      },
    };
    const { factory, reports } = createFactory(chatty, logs);
    factory.createLogger('App').information('hello');
    expect([written, logs.messages(), reports]).toEqual([['hello'], ['wrote hello', 'hello'], []]);
  });

  it('does not go on for ever with one that does the same', () => {
    const counts = [0, 0];
    const chatty = (index: number): ILoggerProvider => ({
      write: () => {
        counts[index]!++;
        factory.createLogger('Chatty').information('again');
      },
    });
    const { factory } = createFactory(chatty(0), chatty(1));
    factory.createLogger('App').information('hello');
    expect(counts[0]! + counts[1]!).toBeLessThan(10);
  });
});

describe('a destination that is added while the program runs', () => {
  it('receives what loggers write that there were before', () => {
    const [first, second] = [new FakeLogCollector(), new FakeLogCollector()];
    const { factory } = createFactory(first);
    const logger = factory.createLogger('A');
    logger.information('one');
    factory.addProvider(second);
    logger.information('two');
    expect([first.messages(), second.messages()]).toEqual([['one', 'two'], ['two']]);
  });

  it('switches on what was off for want of one', () => {
    const { factory } = createFactory();
    const logger = factory.createLogger('A');
    expect(logger.isEnabled('critical')).toBe(false);
    factory.addProvider(new FakeLogCollector());
    expect(logger.isEnabled('critical')).toBe(true);
  });

  it('is disposed with the factory, the last first; those that it was created with are not', async () => {
    const trace: string[] = [];
    const disposable = (name: string) => ({ write: () => undefined, [Symbol.asyncDispose]: async () => void trace.push(name) });
    const { factory } = createFactory(disposable('given'));
    factory.addProvider(disposable('a'));
    factory.addProvider({ write: () => undefined });
    factory.addProvider(disposable('b'));
    await factory[Symbol.asyncDispose]();
    await factory[Symbol.asyncDispose]();
    expect(trace).toEqual(['b', 'a']);
    expect(() => factory.addProvider(new FakeLogCollector())).toThrow(expect.objectContaining({ code: 'ERR_OBJECT_DISPOSED' }));
  });
});

describe('a factory that was disposed', () => {
  it('still gives what comes late to the destinations that it does not own, and to no others', () => {
    const [logs, own] = [new FakeLogCollector(), new FakeLogCollector()];
    const { factory } = createFactory(logs);
    factory.addProvider(own);
    const logger = factory.createLogger('A');
    factory[Symbol.dispose]();
    logger.critical('late');
    factory.createLogger('B').critical('new');
    expect([logs.messages(), own.count]).toEqual([['late', 'new'], 0]);
  });

  it('is quiet when that fails', () => {
    const disk = new FullDisk();
    const { factory, reports } = createFactory(disk);
    factory[Symbol.dispose]();
    factory.createLogger('A').critical('late');
    expect([disk.calls, reports]).toEqual([1, []]);
  });
});

describe('an entry', () => {
  const write = (log: (logger: ReturnType<LoggerFactory['createLogger']>) => void): LogEntry => {
    const logs = new FakeLogCollector();
    log(createFactory(logs).factory.createLogger('A'));
    return logs.latestRecord;
  };
  const { proxy: revoked, revoke } = Proxy.revocable(new Error('x'), {});
  revoke();

  it('is made of whatever JavaScript passes', () => {
    const bare = write(logger => (logger.error as (error: unknown) => void)(new Error('it failed')));
    expect([bare.message, bare.error?.message]).toEqual(['it failed', 'it failed']);
    expect(write(logger => (logger.error as (error: unknown, what: unknown) => void)(new Error('no'), { a: 1 })).message).toBe('{"a":1}');
    expect(write(logger => logger.log('error', { id: 1 }, undefined, null as unknown as string, 1)).message).toBe('[null]');
    expect(write(logger => void Reflect.apply(logger.error, logger, [])).message).toBe('[null]');
    expect(write(logger => logger.error(Object.create(null), 'x {A}', 1))).toMatchObject({ message: 'x 1', error: { code: 'ERR_NOT_AN_ERROR' } });
    expect(write(logger => logger.error(null, 'x'))).toMatchObject({ message: 'x', error: undefined });
    expect(write(logger => logger.error(revoked, 'x'))).toMatchObject({ message: 'x' });
    const silent = Object.defineProperty(new Error(), 'message', {
      get: () => {
        throw new Error('no');
      },
    });
    expect(write(logger => (logger.error as (error: unknown) => void)(silent)).error).toBe(silent);
  });

  it('of a level that there is not is written nowhere', () => {
    const logs = new FakeLogCollector();
    createFactory(logs)
      .factory.createLogger('A')
      .log('loud' as 'error', { id: 1 }, undefined, 'x');
    expect(logs.count).toBe(0);
  });

  it('says where in a trace it was written, around all scopes', () => {
    const logs = new FakeLogCollector();
    let context: { traceId: string; spanId: string; traceFlags: number } | undefined = { traceId: 't', spanId: 's', traceFlags: 1 };
    const factory = new LoggerFactory([logs], {
      activityTracking: {
        fields: ['TraceId', 'SpanId', 'ParentId', 'TraceFlags', 'TraceState'],
        current: () => {
          if (context?.traceId === 'bad') throw new Error('no context');
          return context;
        },
      },
    });
    const logger = factory.createLogger('A');
    using _scope = logger.beginScope('scope');
    logger.information('x');
    expect(logs.latestRecord.scopes).toEqual([
      {
        text: 'SpanId:s, TraceId:t, ParentId:0000000000000000, TraceState:, TraceFlags:Recorded',
        values: [
          ['SpanId', 's'],
          ['TraceId', 't'],
          ['ParentId', '0000000000000000'],
          ['TraceState', ''],
          ['TraceFlags', 'Recorded'],
        ],
      },
      expect.objectContaining({ text: 'scope' }),
    ]);
    for (const other of [undefined, { traceId: 'bad', spanId: '', traceFlags: 0 }]) {
      context = other;
      logger.information('x');
      expect(logs.latestRecord.scopes).toHaveLength(1);
    }
  });
});
