import type { ITimer } from 'hostward';
import { RunawayTimerError } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';
import { Bench } from './timer-bench.js';

expectNoLeaks();

const failing = (message: string) => () => {
  throw new Error(message);
};

describe('a callback that throws', () => {
  it('does not keep the others from firing, and its error comes out of the advance', () => {
    const bench = new Bench();
    bench.timer('X', 5, -1, failing('X failed'));
    bench.timer('B', 10);
    expect(() => bench.advance(10)).toThrow(new Error('X failed'));
    expect([bench.news(), bench.now, bench.time.pendingTimers]).toEqual([['X@10', 'B@10'], 10, []]);
  });

  it('goes on being called when its timer is periodic', () => {
    const bench = new Bench();
    bench.timer('X', 10, 10, call => call === 1 && failing('X failed')());
    expect(() => bench.advance(10)).toThrow('X failed');
    expect([bench.news(), bench.advance(10)]).toEqual([['X@10'], ['X@20']]);
  });

  it('is reported together with others that threw, in their order', () => {
    const bench = new Bench();
    bench.timer('X', 1, -1, failing('X failed'));
    bench.timer('Y', 2, -1, failing('Y failed'));
    expect(() => bench.advance(10)).toThrow(
      expect.objectContaining({ name: 'AggregateError', message: 'Several timer callbacks failed.', errors: [new Error('X failed'), new Error('Y failed')] }),
    );
  });

  it('in an asynchronous advance keeps neither the others nor the clock from getting to the end', async () => {
    const bench = new Bench();
    bench.timer('X', 5, -1, failing('X failed'));
    bench.timer('B', 10);
    await expect(bench.time.advanceAsync(20)).rejects.toThrow(new Error('X failed'));
    expect([bench.news(), bench.now]).toEqual([['X@5', 'B@10'], 20]);
  });

  it('throws out of the call that creates its timer when it is due at once', () => {
    const bench = new Bench();
    expect(() => bench.timer('Z', 0, -1, failing('Z failed'))).toThrow('Z failed');
    bench.timer('A', 0);
    expect([bench.news(), bench.time.pendingTimers]).toEqual([['Z@0', 'A@0'], []]);
  });
});

describe('a runaway timer', () => {
  const runaway = expect.objectContaining({
    name: 'RunawayTimerError',
    code: 'ERR_RUNAWAY_TIMER',
    limit: 5,
    firings: 5,
    hottest: expect.objectContaining({ period: 1 }) as unknown,
  });

  it('ends an advance with an error that names its period, and the clock works on', () => {
    const bench = new Bench({ maxFiringsPerAdvance: 5 });
    const timer = bench.timer('A', 1, 1);
    expect(() => bench.advance(6)).toThrow(runaway);
    expect(bench.news().length).toBe(5);
    timer[Symbol.dispose]();
    bench.timer('B', 1);
    expect(bench.advance(1)).toEqual(['B@7']);
  });

  it('ends an asynchronous advance in the same way', async () => {
    const bench = new Bench({ maxFiringsPerAdvance: 5 });
    const timer = bench.timer('A', 1, 1);
    await expect(bench.time.advanceAsync(6)).rejects.toEqual(runaway);
    timer[Symbol.dispose]();
    expect(bench.news().length).toBe(5);
  });

  it('is one that goes beyond the limit, not one that reaches it, and each advance counts anew', async () => {
    const bench = new Bench({ maxFiringsPerAdvance: 5 });
    bench.timer('A', 1, 1);
    bench.advance(5);
    bench.advance(5);
    await bench.time.advanceAsync(5);
    expect(bench.trace.length).toBe(15);
  });

  it('is found when timers that are due at once create each other without end', () => {
    const bench = new Bench({ maxFiringsPerAdvance: 5 });
    const endless = (): ITimer => bench.timer('Z', 0, -1, endless);
    expect(endless).toThrow(expect.objectContaining({ code: 'ERR_RUNAWAY_TIMER', limit: 5, message: expect.stringContaining('make each other') as unknown }));
  });

  it('may fire 100,000 times unless the limit is another', () => {
    const bench = new Bench();
    bench.timer('A', 1, 1);
    bench.advance(100_000);
    expect(bench.trace.length).toBe(100_000);
    expect(() => bench.advance(100_001)).toThrow(expect.objectContaining({ firings: 100_000 }));
  });

  it.each<[number, string, object]>([
    [0, 'has no cause', {}],
    [1, 'has it as its cause', { cause: new Error('X1 failed') }],
    [2, 'has them as its cause', { cause: new AggregateError([new Error('X1 failed'), new Error('X2 failed')], 'Several timer callbacks failed.') }],
  ])('before which %d callbacks threw %s', async (failures, _what, expected) => {
    for (const end of [async ({ time }: Bench) => time.advance(6), ({ time }: Bench) => time.advanceAsync(6), ({ time }: Bench) => time.runAll()]) {
      const bench = new Bench({ maxFiringsPerAdvance: 5 });
      bench.timer('A', 1, 1);
      for (let number = 1; number <= failures; number++) bench.timer(`X${number}`, 1, -1, failing(`X${number} failed`));
      const error: unknown = await end(bench).then(undefined, (reason: unknown) => reason);
      expect(error).toBeInstanceOf(RunawayTimerError);
      expect(Object.hasOwn(error as Error, 'cause') ? { cause: (error as Error).cause } : {}).toEqual(expected);
    }
  });
});
