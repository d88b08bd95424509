import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostApplicationBuilder, ILoggerFactory, type LogEntry, type LogLevel, type PinoLogger, PinoLoggerProvider } from 'hostward';
import pino from 'pino';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { logEntry } from '../../../support/log-entries.js';

expectNoLeaks();

/** The lines that a pino logger writes for entries. */
function written(
  entries: readonly Partial<LogEntry>[],
  options: pino.LoggerOptions = { level: 'trace' },
  own?: ConstructorParameters<typeof PinoLoggerProvider>[1],
): any[] {
  const lines: unknown[] = [];
  const provider = new PinoLoggerProvider(pino(options, { write: (line: string) => void lines.push(JSON.parse(line)) }), own);
  for (const entry of entries) provider.write(logEntry(entry));
  return lines;
}

describe('a pino logger as destination', () => {
  it('gets the levels as pino has them', () => {
    const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];
    expect(written(levels.map(level => ({ level }))).map(({ level }) => level)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it('gets message, category, event and the values of the template as fields', () => {
    const entry = { message: 'order 7 100%', template: 'order {Id} 100%', values: [['Id', 7]] as const, eventId: { id: 3, name: 'Ordered' } };
    expect(written([entry])).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        pid: process.pid,
        hostname: expect.any(String),
        category: 'App',
        eventId: 3,
        eventName: 'Ordered',
        Id: 7,
        msg: 'order 7 100%',
      },
    ]);
  });

  it('gets values of scopes as fields, those of the entry and of inner scopes before others, and their texts', () => {
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
      { text: 'c', values: undefined },
    ] as const;
    const entry = { scopes, values: [['Inner', 3]] as const };
    expect(written([entry])[0]).toMatchObject({ Id: 2, Outer: 1, Inner: 3, scopes: ['a', 'b', 'c'] });
    expect(Object.keys(written([entry], {}, { includeScopes: false })[0])).toEqual(['level', 'time', 'pid', 'hostname', 'category', 'Inner', 'msg']);
  });

  it('gets errors as pino wants them, with their causes', () => {
    const error = new TypeError('outer', { cause: new Error('inner') });
    expect(written([{ level: 'error', error }])[0].err).toEqual({
      type: 'TypeError',
      message: 'outer: inner',
      stack: expect.stringContaining('caused by: Error: inner'),
    });
    expect(written([{ error }], { errorKey: 'error' }, { errorKey: 'error' })[0].error).toMatchObject({ type: 'TypeError' });
  });

  it('gets no value in the place of a field of its own', () => {
    const values = ['level', 'time', 'msg', 'err', 'category', '__proto__'].map(name => [name, 'mine'] as const);
    const [line] = written([{ values }]);
    expect(line).toMatchObject({
      level: 30,
      msg: 'hello',
      category: 'App',
      level_: 'mine',
      time_: 'mine',
      msg_: 'mine',
      err_: 'mine',
      category_: 'mine',
      __proto___: 'mine',
    });
    expect(line.time).toEqual(expect.any(Number));
  });

  it('writes the entry without the values when one of them cannot be written', () => {
    const hostile = {
      toJSON: () => {
        throw new Error('no');
      },
    };
    const cyclic: Record<string, unknown> = { big: 1n };
    cyclic.self = cyclic;
    const failing = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
        get: () => {
          throw new Error('no');
        },
      },
    );
    const lines = written([{ values: [['A', hostile]] }, { values: [['A', cyclic]] }, { values: [['A', failing]], error: new Error('x') }, {}]);
    expect(lines.map(({ msg, category }) => [msg, category])).toEqual(Array.from({ length: 4 }, () => ['hello', 'App']));
  });

  it('writes the entry without the values when pino refuses them', () => {
    const lines: unknown[] = [];
    const info = (fields: Readonly<Record<string, unknown>>, message: string) => {
      if ('Value' in fields) throw new Error('no');
      lines.push([fields, message]);
    };
    const provider = new PinoLoggerProvider({ info } as unknown as PinoLogger);
    provider.write(logEntry({ values: [['Value', 1]], error: Object.assign(new Error('x'), { stack: 'Error: x' }) }));
    expect(lines).toEqual([[{ category: 'App', error: 'Error: x' }, 'hello']]);
  });

  it('never fails the caller', () => {
    const failing = () => {
      throw new Error('no');
    };
    const broken: PinoLogger = { trace: failing, debug: failing, info: failing, warn: failing, error: failing, fatal: failing };
    expect(() => new PinoLoggerProvider(broken).write(logEntry())).not.toThrow();
  });

  it('decides by its own level as well, and keeps its bindings', () => {
    expect(written([{ level: 'information' }, { level: 'warning' }], { level: 'warn', base: { service: 'x' } })).toEqual([
      expect.objectContaining({ level: 40, service: 'x' }),
    ]);
  });

  it('has written everything when the host is disposed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostward-'));
    try {
      const destination = pino.destination({ dest: join(folder, 'app.log'), sync: false, minLength: 4_096 });
      const builder = new HostApplicationBuilder({ disableDefaults: true });
      builder.logging.addPino(pino(destination));
      const host = builder.build();
      host.services.getRequiredService(ILoggerFactory).createLogger('App').information('hello {Name}', 'you');
      await host[Symbol.asyncDispose]();
      expect(JSON.parse(readFileSync(join(folder, 'app.log'), 'utf8'))).toMatchObject({ category: 'App', Name: 'you', msg: 'hello you' });
      destination.destroy();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does not hold up the disposal when it does not write', async () => {
    const stuck = { flush: () => undefined } as unknown as PinoLogger;
    await new PinoLoggerProvider(stuck, { flushTimeout: 10 })[Symbol.asyncDispose]();
    const failing = {
      flush: () => {
        throw new Error('no');
      },
    } as unknown as PinoLogger;
    await new PinoLoggerProvider(failing)[Symbol.asyncDispose]();
  });
});
