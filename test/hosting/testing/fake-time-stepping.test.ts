import { delay, PeriodicTimer } from 'hostward';
import { FakeTimeProvider, StuckPromiseError } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';
import { Bench } from './timer-bench.js';

expectNoLeaks();

/** A loop of delays that notes the time after each. */
function loop(time: FakeTimeProvider, times: number, span = 10): { readonly seen: number[]; readonly done: Promise<string> } {
  const start = time.getUtcNowMilliseconds();
  const seen: number[] = [];
  const done = (async () => {
    for (let turn = 0; turn < times; turn++) {
      await delay(span, { timeProvider: time });
      seen.push(time.getUtcNowMilliseconds() - start);
    }
    return 'done';
  })();
  return { seen, done };
}

describe('an asynchronous advance of a fake clock', () => {
  it('steps through a chain of delays, where a jump fires the first of them only', async () => {
    const [stepped, jumped] = [new FakeTimeProvider(), new FakeTimeProvider()];
    const [slow, fast] = [loop(stepped, 3), loop(jumped, 3)];
    await stepped.advanceAsync(30);
    await jumped.advanceAsync(30, { mode: 'jump' });
    expect([slow.seen, fast.seen]).toEqual([[10, 20, 30], [30]]);
    await jumped.advanceAsync(20);
    expect(fast.seen).toEqual([30, 40, 50]);
  });

  it('excludes another one, and lets a callback jump', async () => {
    const time = new FakeTimeProvider();
    const seen: number[] = [];
    const start = time.getUtcNowMilliseconds();
    time.createTimer(() => time.advance(5), undefined, 10, -1);
    time.createTimer(() => seen.push(time.getUtcNowMilliseconds() - start), undefined, 15, -1);
    const first = time.advanceAsync(30);
    await expect(time.advanceAsync(1)).rejects.toMatchObject({ code: 'ERR_INVALID_OPERATION' });
    await first;
    expect(seen).toEqual([15]);
  });

  it('gives every timer its own due time to see', async () => {
    const bench = new Bench();
    bench.timer('A', 3, 3);
    bench.timer('B', 5);
    await bench.time.advanceAsync(10);
    expect(bench.trace).toEqual(['A@3', 'B@5', 'A@6', 'A@9']);
  });

  it('lets code that has not armed its timer yet do so before the first firing', async () => {
    const bench = new Bench();
    void Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => bench.timer('late', 10));
    await bench.time.advanceAsync(10);
    expect(bench.trace).toEqual(['late@10']);
  });

  it('lets promise chains of any depth run after each firing and after the last', async () => {
    const bench = new Bench();
    void (async () => {
      await delay(10, { timeProvider: bench.time });
      for (let depth = 0; depth < 1000; depth++) await Promise.resolve();
      bench.trace.push('the end');
    })();
    await bench.time.advanceAsync(10);
    expect(bench.trace).toEqual(['the end']);
  });

  it('lets a loop over a periodic timer see each tick', async () => {
    const bench = new Bench();
    using timer = new PeriodicTimer(10, bench.time);
    void (async () => {
      while (await timer.waitForNextTick()) bench.trace.push(`tick@${bench.now}`);
    })();
    await bench.time.advanceAsync(30);
    expect(bench.trace).toEqual(['tick@10', 'tick@20', 'tick@30']);
  });

  it('does not stop at timers beyond its end', async () => {
    const bench = new Bench();
    bench.timer('A', 10.0001);
    await bench.time.advanceAsync(10);
    expect([bench.trace, bench.now]).toEqual([[], 10]);
  });

  it('lets operations that wait and fail be tried again as often as they are given time', async () => {
    const time = new FakeTimeProvider();
    let tries = 0;
    const ended = jest.fn();
    const tryForEver = async (): Promise<void> => {
      for (;;) {
        await delay(500, { timeProvider: time });
        tries++;
        await delay(1000, { timeProvider: time });
      }
    };
    void tryForEver().finally(ended);
    for (let turn = 0; turn < 42; turn++) {
      await time.advanceAsync(500);
      await time.advanceAsync(1000);
    }
    expect([tries, ended.mock.calls.length, time.pendingTimers]).toEqual([42, 0, [{ dueIn: 500, period: 0 }]]);
  });
});

describe('runToNext', () => {
  it('goes to the next firing and says whether there was one', async () => {
    const time = new FakeTimeProvider();
    const { seen, done } = loop(time, 2, 7);
    expect([await time.runToNext(), [...seen], await time.runToNext(), [...seen], await time.runToNext(), await done]).toEqual([
      true,
      [7],
      true,
      [7, 14],
      false,
      'done',
    ]);
  });
});

describe('runAll', () => {
  it('goes on until nothing is armed', async () => {
    const time = new FakeTimeProvider();
    const { done } = loop(time, 50);
    await time.runAll();
    expect([await done, time.pendingTimers]).toEqual(['done', []]);
  });

  it('gives up on a timer that never ends, and names it', async () => {
    const time = new FakeTimeProvider({ maxFiringsPerAdvance: 50 });
    using _timer = new PeriodicTimer(250, time);
    time.createTimer(() => undefined, undefined, 1000, 1000);
    await expect(time.runAll()).rejects.toMatchObject({
      code: 'ERR_RUNAWAY_TIMER',
      hottest: { period: 250 },
      message: expect.stringContaining('its period is 250 ms') as unknown,
    });
  });
});

describe('advanceUntilSettled', () => {
  it('moves the clock as far as the promise needs and no further', async () => {
    const time = new FakeTimeProvider();
    const start = time.getUtcNowMilliseconds();
    const { done } = loop(time, 4);
    time.createTimer(() => undefined, undefined, 45, -1);
    expect([await time.advanceUntilSettled(done), time.getUtcNowMilliseconds() - start]).toEqual(['done', 40]);
  });

  it('rejects as the promise does', async () => {
    const time = new FakeTimeProvider();
    const failing = delay(5, { timeProvider: time }).then(() => Promise.reject(new Error('too late')));
    await expect(time.advanceUntilSettled(failing)).rejects.toThrow('too late');
  });

  it('says that nothing on this clock can make the promise settle', async () => {
    const time = new FakeTimeProvider();
    const stuck = time.advanceUntilSettled(new Promise(() => undefined));
    await expect(stuck).rejects.toThrow(StuckPromiseError);
    await expect(stuck).rejects.toThrow('The promise is still pending: no timer is armed, so that nothing on this clock can make it settle.');
  });

  it.each([-1, NaN])('does not take a limit of %d', async limit => {
    const time = new FakeTimeProvider();
    await expect(time.advanceUntilSettled(Promise.resolve(), { limit })).rejects.toMatchObject({ name: 'ArgumentOutOfRangeError', paramName: 'limit' });
  });

  it('stops at its limit and says what is armed', async () => {
    const time = new FakeTimeProvider();
    time.createTimer(() => undefined, undefined, 600, 600);
    const stuck = time.advanceUntilSettled(new Promise(() => undefined), { limit: 1000 });
    await expect(stuck).rejects.toMatchObject({ code: 'ERR_STUCK_PROMISE', timers: [{ dueIn: 600, period: 600 }] });
    await expect(stuck).rejects.toThrow(/limit of 1000 ms allows\. Armed:\n {2}due in 600 ms, then every 600 ms\n {4}created at /);
  });
});
