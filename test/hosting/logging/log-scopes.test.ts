import { AsyncLocalStorage } from 'node:async_hooks';
import { LoggerFactory, LoggerFilterOptions } from 'hostward';
import { FakeLogCollector } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

function createLogging() {
  const logs = new FakeLogCollector();
  const factory = new LoggerFactory([logs]);
  return { logs, factory, logger: factory.createLogger('App'), scopes: () => logs.getSnapshot().map(({ scopes }) => scopes.map(({ text }) => text)) };
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve));

describe('a log scope', () => {
  it('is around every entry of every logger until it is disposed, the outermost first', () => {
    const { factory, logger, scopes } = createLogging();
    {
      using _outer = logger.beginScope('Order {Id}', 7);
      using _inner = logger.beginScope('mail');
      factory.createLogger('Other').information('in both');
    }
    logger.information('in none');
    expect(scopes()).toEqual([['Order 7', 'mail'], []]);
  });

  it('has its text, its values and its template; values alone read as a list', () => {
    const { logs, logger } = createLogging();
    using _template = logger.beginScope('Order {Id} of {Name}', 7, 'x');
    using _text = logger.beginScope('{{plain}}');
    using _values = logger.beginScope({ User: 'u', Groups: ['a', 'b'] });
    logger.information('x');
    expect(logs.latestRecord.scopes).toEqual([
      {
        text: 'Order 7 of x',
        values: [
          ['Id', 7],
          ['Name', 'x'],
        ],
        template: 'Order {Id} of {Name}',
      },
      { text: '{{plain}}', values: undefined, template: '{{plain}}' },
      {
        text: 'User:u, Groups:a, b',
        values: [
          ['User', 'u'],
          ['Groups', ['a', 'b']],
        ],
      },
    ]);
  });

  it('survives awaits', async () => {
    const { logger, scopes } = createLogging();
    using _scope = logger.beginScope('request');
    await turn();
    logger.information('after');
    expect(scopes()).toEqual([['request']]);
  });

  it('may be disposed out of order, and twice', () => {
    const { logger, scopes } = createLogging();
    const outer = logger.beginScope('outer');
    const inner = logger.beginScope('inner');
    outer[Symbol.dispose]();
    logger.information('a');
    outer[Symbol.dispose]();
    logger.information('b');
    inner[Symbol.dispose]();
    logger.information('c');
    expect(scopes()).toEqual([['inner'], ['inner'], []]);
  });

  it('that was disposed shows nowhere, not in the work that was started in it either', async () => {
    const { logger, scopes } = createLogging();
    let left: Promise<void>;
    {
      using _scope = logger.beginScope('request');
      left = turn().then(() => logger.information('left over'));
    }
    await left;
    expect(scopes()).toEqual([[]]);
  });

  it('that was disposed in another context shows nowhere', async () => {
    const { logger, scopes } = createLogging();
    const scope = logger.beginScope('request');
    await turn().then(() => scope[Symbol.dispose]());
    logger.information('after');
    expect(scopes()).toEqual([[]]);
  });

  it('that fails to tell its values has a text', () => {
    const { logs, logger } = createLogging();
    using _scope = logger.beginScope({
      get bad(): never {
        throw new Error('no');
      },
    });
    logger.information('x');
    expect(logs.latestRecord.scopes).toEqual([{ text: '[object Object]', values: undefined }]);
  });

  it('opened ten thousand times in one context leaves no chain behind', () => {
    const { logger, scopes } = createLogging();
    for (let count = 0; count < 10_000; count++) {
      const first = logger.beginScope('a');
      const second = logger.beginScope('b');
      first[Symbol.dispose]();
      second[Symbol.dispose]();
    }
    logger.information('x');
    expect(scopes()).toEqual([[]]);
  });

  it('is not kept where scopes are not captured', () => {
    const logs = new FakeLogCollector();
    const options = new LoggerFilterOptions();
    options.captureScopes = false;
    const logger = new LoggerFactory([logs], { filters: { read: () => options, onChange: () => ({ [Symbol.dispose]: () => undefined }) } }).createLogger('App');
    using _scope = logger.beginScope('request');
    logger.withScope(['{Id}', 1], () => logger.information('x'));
    expect(logs.latestRecord.scopes).toEqual([]);
  });
});

describe('a program without scopes', () => {
  it('does not pay for them: no context is looked at before the first one', () => {
    const look = jest.spyOn(AsyncLocalStorage.prototype, 'getStore');
    try {
      const { logger, scopes } = createLogging();
      logger.information('x');
      expect([look.mock.calls.length, scopes()]).toEqual([0, [[]]]);
      logger.beginScope('first')[Symbol.dispose]();
      expect(look).toHaveBeenCalled();
    } finally {
      look.mockRestore();
    }
  });
});

describe('withScope', () => {
  it('is around the work and what it awaits, and gives back its result', async () => {
    const { logger, scopes } = createLogging();
    const result = logger.withScope(['Order {Id}', 7], async () => {
      logger.information('a');
      await turn();
      logger.information('b');
      return 'done';
    });
    logger.information('beside');
    expect(await result).toBe('done');
    logger.information('after');
    expect(scopes()).toEqual([['Order 7'], [], ['Order 7'], []]);
  });

  it('ends with work that is not asynchronous, also when it throws', () => {
    const { logger, scopes } = createLogging();
    expect(logger.withScope({ Id: 1 }, () => 5)).toBe(5);
    const error = new Error('no');
    expect(() =>
      logger.withScope('failing', () => {
        logger.information('a');
        throw error;
      }),
    ).toThrow(error);
    logger.information('b');
    expect(scopes()).toEqual([['failing'], []]);
  });

  it('passes a rejection on', async () => {
    const { logger } = createLogging();
    const error = new Error('no');
    await expect(
      logger.withScope('failing', async () => {
        await turn();
        throw error;
      }),
    ).rejects.toBe(error);
  });

  it('does not call `then` of what is no promise, but only has one', () => {
    const { logger } = createLogging();
    const query = { then: jest.fn() };
    expect(logger.withScope('query', () => query)).toBe(query);
    expect(query.then).not.toHaveBeenCalled();
  });

  it('keeps a hundred pieces of work apart that run beside each other', async () => {
    const { logger, logs } = createLogging();
    const work = (id: number) =>
      logger.withScope(['request {Id}', id], async () => {
        for (let step = 0; step < 5; step++) {
          if ((id + step) % 3 === 0) await turn();
          else await Promise.resolve();
          using _step = logger.beginScope('step {Step}', step);
          if (id % 2 === 0) await turn();
          logger.information('{Id} {Step}', id, step);
        }
      });
    await Promise.all(Array.from({ length: 100 }, (_, id) => work(id)));
    const entries = logs.getSnapshot();
    expect(entries).toHaveLength(500);
    const wrong = entries.filter(({ values, scopes }) => {
      const [id, step] = values.map(([, value]) => Number(value));
      return scopes.map(({ text }) => text).join() !== `request ${id},step ${step}`;
    });
    expect(wrong).toEqual([]);
  });

  it('does what is asked also after the factory was disposed', () => {
    const { logger, factory } = createLogging();
    const open = logger.beginScope('open');
    factory[Symbol.dispose]();
    expect(logger.withScope('late', () => 1)).toBe(1);
    logger.beginScope('late')[Symbol.dispose]();
    open[Symbol.dispose]();
  });
});
