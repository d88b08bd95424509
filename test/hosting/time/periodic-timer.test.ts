import { getEventListeners } from 'node:events';
import { Duration } from '@js-joda/core';
import { PeriodicTimer, TimeProvider, type TimeSpan } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const turn = () => new Promise(resolve => setImmediate(resolve));

function tickingEvery(period: TimeSpan): { time: FakeTimeProvider; timer: PeriodicTimer } {
  const time = new FakeTimeProvider();
  return { time, timer: new PeriodicTimer(period, time) };
}

/** What a promise has come to by now. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([promise, turn().then(() => 'pending')]);
}

describe('a periodic timer', () => {
  it('ticks for the first time one period from now, and then at each period', async () => {
    const { time, timer } = tickingEvery(10);
    const first = timer.waitForNextTick();
    time.advance(9);
    expect(await stateOf(first)).toBe('pending');
    time.advance(1);
    expect(await first).toBe(true);
    const second = timer.waitForNextTick();
    time.advance(10);
    expect(await second).toBe(true);
  });

  it('keeps a tick for the next wait, and counts several as one', async () => {
    const { time, timer } = tickingEvery(10);
    time.advance(35);
    expect(await timer.waitForNextTick()).toBe(true);
    const next = timer.waitForNextTick();
    expect(await stateOf(next)).toBe('pending');
    time.advance(5);
    expect(await next).toBe(true);
  });

  it('lets a wait absorb the ticks that come before it is observed to end', async () => {
    const { time, timer } = tickingEvery(10);
    const wait = timer.waitForNextTick();
    time.advance(30);
    expect(await wait).toBe(true);
    expect(await stateOf(timer.waitForNextTick())).toBe('pending');
  });

  it('never ticks with a period of exactly -1', async () => {
    const { time, timer } = tickingEvery(-1);
    time.advance(Duration.ofDays(40));
    expect(await stateOf(timer.waitForNextTick())).toBe('pending');
  });

  it.each([0, 0.9999, -0.5, -1.5, -2, 4_294_967_295, NaN])('does not take a period of %d', period => {
    const time = new FakeTimeProvider();
    expect(() => new PeriodicTimer(period, time)).toThrow(
      expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'period', actualValue: period }),
    );
    expect(time.pendingTimers).toEqual([]);
  });

  it('looks at its period before it looks at its clock', () => {
    expect(() => new PeriodicTimer(0, null as never)).toThrow(expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'period' }));
  });

  it.each([1, 4_294_967_294, 1.5])('takes a period of %d as it is', period => {
    expect(tickingEvery(period).time.pendingTimers).toEqual([{ dueIn: period, period }]);
  });

  it('has one consumer at a time: a second wait fails and does not disturb the first', async () => {
    const { time, timer } = tickingEvery(10);
    const first = timer.waitForNextTick();
    const second = () => timer.waitForNextTick();
    expect(second).toThrow(expect.objectContaining({ name: 'InvalidOperationError' }) as Error);
    time.advance(10);
    expect(second).toThrow(expect.objectContaining({ name: 'InvalidOperationError' }) as Error);
    expect(await first).toBe(true);
  });

  it('ends a wait through its signal, goes on ticking, and the next wait works', async () => {
    const { time, timer } = tickingEvery(10);
    const controller = new AbortController();
    const wait = timer.waitForNextTick(controller.signal);
    controller.abort();
    await expect(wait).rejects.toMatchObject({ name: 'AbortError', signal: controller.signal });
    const next = timer.waitForNextTick();
    time.advance(10);
    expect(await next).toBe(true);
  });

  it('does not consume a tick for a wait whose signal has fired before', async () => {
    const { time, timer } = tickingEvery(10);
    time.advance(10);
    await expect(timer.waitForNextTick(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(await stateOf(timer.waitForNextTick())).toBe(true);
  });

  it('gives a tick when the signal fires between the tick and its observation', async () => {
    const { time, timer } = tickingEvery(10);
    const controller = new AbortController();
    const wait = timer.waitForNextTick(controller.signal);
    time.advance(10);
    controller.abort();
    expect(await wait).toBe(true);
  });

  it('leaves no listener on the signal of a wait that has ended', async () => {
    const { time, timer } = tickingEvery(10);
    const { signal } = new AbortController();
    const first = timer.waitForNextTick(signal);
    time.advance(10);
    await first;
    const second = timer.waitForNextTick(signal);
    timer[Symbol.dispose]();
    await second;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('says false to the wait that is pending when it is disposed, and to all later ones', async () => {
    const { time, timer } = tickingEvery(10);
    const wait = timer.waitForNextTick();
    timer[Symbol.dispose]();
    timer[Symbol.dispose]();
    expect([await wait, await timer.waitForNextTick(), time.pendingTimers]).toEqual([false, false, []]);
  });

  it('forgets a tick that nobody has waited for when it is disposed', async () => {
    const { time, timer } = tickingEvery(10);
    time.advance(10);
    timer[Symbol.dispose]();
    expect(await timer.waitForNextTick()).toBe(false);
  });

  it('says false to a wait that a tick has ended but nobody has observed when it is disposed', async () => {
    const { time, timer } = tickingEvery(10);
    const wait = timer.waitForNextTick();
    time.advance(10);
    timer[Symbol.dispose]();
    expect(await wait).toBe(false);
  });

  it('is cancelled rather than over for a signal that has fired', async () => {
    const { timer } = tickingEvery(10);
    timer[Symbol.dispose]();
    await expect(timer.waitForNextTick(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('can be looped over until it is disposed', async () => {
    const { time, timer } = tickingEvery(10);
    const seen: number[] = [];
    const start = time.getUtcNowMilliseconds();
    const loop = (async () => {
      for await (const _ of timer) seen.push(time.getUtcNowMilliseconds() - start);
    })();
    await time.advanceAsync(35);
    timer[Symbol.dispose]();
    await loop;
    expect(seen).toEqual([10, 20, 30]);
  });

  it('goes on when a loop over it is left, and can be looped over again', async () => {
    const { time, timer } = tickingEvery(10);
    const loop = async () => {
      for await (const _ of timer) break;
      return time.toString();
    };
    const [first] = await Promise.all([loop(), time.advanceAsync(10)]);
    expect([first, time.pendingTimers]).toEqual(['2000-01-01T00:00:00.010', [{ dueIn: 10, period: 10 }]]);
    const [second] = await Promise.all([loop(), time.advanceAsync(10)]);
    expect([second, await stateOf(timer.waitForNextTick())]).toEqual(['2000-01-01T00:00:00.020', 'pending']);
  });

  it.each([
    [undefined, 1],
    [true, 1],
    [false, 0],
  ])('with keepAlive %p holds the process by %d timers', (keepAlive, count) => {
    const alive = () => process.getActiveResourcesInfo().filter(resource => resource === 'Timeout').length;
    const before = alive();
    using _timer = new PeriodicTimer(10_000, TimeProvider.system, keepAlive === undefined ? {} : { keepAlive });
    expect(alive() - before).toBe(count);
  });

  it('takes the clock of the machine unless it is given another', async () => {
    using timer = new PeriodicTimer(2);
    let ticks = 0;
    void (async () => {
      for await (const _ of timer) ticks++;
    })();
    await eventually('three ticks', () => ticks >= 3);
  });
});
