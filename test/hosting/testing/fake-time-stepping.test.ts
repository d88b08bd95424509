import { delay, PeriodicTimer } from 'hostward';
import { FakeTimeProvider, StuckPromiseError, TimerLeakError } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

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
  expectNoLeaks();

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

  it('fires the others when a callback throws, and throws at the end', async () => {
    const time = new FakeTimeProvider();
    const fired: string[] = [];
    time.createTimer(
      () => {
        throw new Error('a');
      },
      undefined,
      1,
      -1,
    );
    time.createTimer(() => fired.push('b'), undefined, 2, -1);
    await expect(time.advanceAsync(5)).rejects.toThrow('a');
    expect([fired, time.pendingTimers]).toEqual([['b'], []]);
  });
});

describe('runToNext', () => {
  expectNoLeaks();

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
  expectNoLeaks();

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
  expectNoLeaks();

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

  it('stops at its limit and says what is armed', async () => {
    const time = new FakeTimeProvider();
    time.createTimer(() => undefined, undefined, 600, 600);
    const stuck = time.advanceUntilSettled(new Promise(() => undefined), { limit: 1000 });
    await expect(stuck).rejects.toMatchObject({ code: 'ERR_STUCK_PROMISE', timers: [{ dueIn: 600, period: 600 }] });
    await expect(stuck).rejects.toThrow(/limit of 1000 ms allows\. Armed:\n {2}due in 600 ms, then every 600 ms\n {4}created at /);
  });
});

describe('expectNoPendingTimers', () => {
  it('is content when nothing is armed', () => {
    const time = new FakeTimeProvider();
    time.createTimer(() => undefined, undefined, 10, -1)[Symbol.dispose]();
    time.createTimer(() => undefined, undefined, -1, 10);
    time.expectNoPendingTimers();
  });

  it('names each leak with its due time, its period and where it was created', () => {
    const time = new FakeTimeProvider();
    time.createTimer(() => undefined, undefined, 20, -1);
    time.createTimer(() => undefined, undefined, 10, 5);
    const check = (): void => time.expectNoPendingTimers();
    expect(check).toThrow(TimerLeakError);
    expect(check).toThrow(
      /^Expected no pending timer, but found 2:\n {2}due in 10 ms, then every 5 ms\n {4}created at .*fake-time-stepping\.test\.ts[^]*\n {2}due in 20 ms\n {4}created at .*fake-time-stepping\.test\.ts/,
    );
  });
});
