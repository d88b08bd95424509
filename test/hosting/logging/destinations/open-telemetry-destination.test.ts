import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context, type ContextManager, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, type ReadableLogRecord, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  HostApplicationBuilder,
  ILogger,
  ILoggerFactory,
  type LogEntry,
  type LogLevel,
  OpenTelemetryDestination,
  type OpenTelemetryLoggerOptions,
} from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { errorOf, logEntry } from '../../../support/log-entries.js';

expectNoLeaks();

/** The context of asynchronous calls, as the SDK for Node keeps it. */
class AsyncContext implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(active: Context, work: F, thisArg?: ThisParameterType<F>, ...args: A): ReturnType<F> {
    return this.#storage.run(active, () => work.call(thisArg as never, ...args));
  }

  bind<T>(_context: Context, target: T): T {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

describe('OpenTelemetry as destination', () => {
  let exporter: InMemoryLogRecordExporter;
  let loggerProvider: LoggerProvider;

  beforeEach(() => {
    exporter = new InMemoryLogRecordExporter();
    loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  });

  afterEach(() => loggerProvider.shutdown());

  const written = (entries: readonly Partial<LogEntry>[], options?: OpenTelemetryLoggerOptions): ReadableLogRecord[] => {
    const destination = new OpenTelemetryDestination(options ?? { loggerProvider });
    for (const entry of entries) destination.write(logEntry(entry));
    return exporter.getFinishedLogRecords();
  };

  it('gets the severities as .NET maps them', () => {
    const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];
    expect(written(levels.map(level => ({ level }))).map(({ severityNumber, severityText }) => [severityNumber, severityText])).toEqual([
      [1, 'Trace'],
      [5, 'Debug'],
      [9, 'Information'],
      [13, 'Warning'],
      [17, 'Error'],
      [21, 'Critical'],
    ]);
  });

  it('gets message, time, category, event, values and template', () => {
    const entry = {
      message: 'order 7',
      template: 'order {Id}',
      values: [['Id', 7]] as const,
      category: 'Orders',
      eventId: { id: 3, name: 'Ordered' },
      timestamp: 1_700_000_000_123,
    };
    const [record] = written([entry]);
    expect(record).toMatchObject({ body: 'order 7', eventName: 'Ordered', hrTime: [1_700_000_000, 123_000_000] });
    expect(record!.instrumentationScope.name).toBe('Orders');
    expect(record!.attributes).toEqual({ Id: 7, '{OriginalFormat}': 'order {Id}', 'logrecord.event.id': 3 });
  });

  it('gets the category as attribute where one logger is for all', () => {
    const [record] = written([{ category: 'Orders' }], { logger: loggerProvider.getLogger('mine') });
    expect([record!.instrumentationScope.name, record!.attributes]).toEqual(['mine', { 'dotnet.ilogger.category': 'Orders', '{OriginalFormat}': 'hello' }]);
  });

  it('gets values of scopes as attributes, those of the entry and of inner scopes before others, and their texts', () => {
    const scopes = [
      {
        text: 'a',
        values: [
          ['Id', 1],
          ['Outer', 1],
        ],
      },
      {
        text: 'b',
        values: [
          ['Id', 2],
          ['Inner', 2],
        ],
      },
    ] as const;
    const entry = { scopes, values: [['Inner', 3]] as const };
    expect(written([entry])[0]!.attributes).toEqual({ Id: 2, Outer: 1, Inner: 3, scopes: ['a', 'b'], '{OriginalFormat}': 'hello' });
    expect(written([entry], { loggerProvider, includeScopes: false })[1]!.attributes).toEqual({ Inner: 3, '{OriginalFormat}': 'hello' });
  });

  it('gets errors under the names of the semantic conventions, complete', () => {
    const [record] = written([{ level: 'error', error: errorOf('outer', { cause: errorOf('inner') }) }]);
    expect(record!.attributes).toMatchObject({
      'exception.type': 'Error',
      'exception.message': 'outer',
      'exception.stacktrace': 'Error: outer\n    at somewhere\n  Caused by: Error: inner\n      at somewhere',
    });
  });

  it('gets values of every kind, as far as attributes can hold them', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const values = {
      n: 1.5,
      b: true,
      none: undefined,
      big: 12n,
      date: new Date(0),
      list: [1, [2]],
      map: { a: { b: null } },
      cyclic,
      fails: {
        get a(): never {
          throw new Error('no');
        },
      },
    };
    const { attributes } = written([
      { values: Object.entries(Object.getOwnPropertyDescriptors(values)).map(([name, { value }]) => [name, value] as const) },
    ])[0]!;
    expect(attributes).toMatchObject({ n: 1.5, b: true, none: null, big: '12', date: '1970-01-01T00:00:00.000Z', list: [1, [2]], map: { a: { b: null } } });
    expect(() => JSON.stringify(attributes)).not.toThrow();
  });

  it('gets the trace context of the call that logs', async () => {
    const manager = new AsyncContext();
    context.setGlobalContextManager(manager);
    try {
      const builder = new HostApplicationBuilder({ disableDefaults: true });
      builder.logging.addOpenTelemetry({ loggerProvider });
      await using host = builder.build();
      const logger = host.services.getRequiredService(ILogger);
      const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
      await context.with(trace.setSpanContext(ROOT_CONTEXT, span), async () => {
        await Promise.resolve();
        logger.information('inside');
      });
      logger.information('outside');
      expect(exporter.getFinishedLogRecords().map(({ body, spanContext }) => [body, spanContext])).toEqual([
        ['inside', span],
        ['outside', undefined],
      ]);
    } finally {
      context.disable();
      manager.disable();
    }
  });

  it('gets its records from the global provider where nothing else is said', async () => {
    logs.setGlobalLoggerProvider(loggerProvider);
    try {
      expect(written([{ category: 'Orders' }], {}).map(({ instrumentationScope }) => instrumentationScope.name)).toEqual(['Orders']);
    } finally {
      logs.disable();
    }
  });

  it('never fails the caller', () => {
    const logger = {
      emit: () => {
        throw new Error('no');
      },
    };
    expect(() => new OpenTelemetryDestination({ logger }).write(logEntry({ values: [['__proto__', 1]] }))).not.toThrow();
  });

  it('has exported everything when the host is disposed, and goes on for others', async () => {
    const flushes: string[] = [];
    const provider = { getLogger: (name: string) => loggerProvider.getLogger(name), forceFlush: async () => void flushes.push('flushed') };
    const builder = new HostApplicationBuilder({ disableDefaults: true });
    builder.logging.addOpenTelemetry({ loggerProvider: provider });
    const host = builder.build();
    host.services.getRequiredService(ILoggerFactory).createLogger('App').information('hello');
    await host[Symbol.asyncDispose]();
    expect([flushes, exporter.getFinishedLogRecords().length]).toEqual([['flushed'], 1]);
    loggerProvider.getLogger('other').emit({ body: 'still here' });
    expect(exporter.getFinishedLogRecords().length).toBe(2);
  });

  it('does not hold up the disposal when the exporter is stuck or fails', async () => {
    const stuck = { getLogger: () => loggerProvider.getLogger('x'), forceFlush: () => new Promise<void>(() => undefined) };
    await new OpenTelemetryDestination({ loggerProvider: stuck, flushTimeout: 10 })[Symbol.asyncDispose]();
    const failing = {
      ...stuck,
      forceFlush: () => {
        throw new Error('no');
      },
    };
    await new OpenTelemetryDestination({ loggerProvider: failing })[Symbol.asyncDispose]();
  });
});
