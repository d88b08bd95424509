import {
  CancellationSource,
  createCancellationSource,
  delay,
  type ITimer,
  PeriodicTimer,
  type TimerCallback,
  type TimeSpan,
  waitWithTimeout,
  withDeadline,
} from 'hostward';
import { FakeTimeProvider, TimerLeakError } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const nothing = () => undefined;
const numbers = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('pendingTimers', () => {
  it('lists what is armed, the next firing first', () => {
    const time = new FakeTimeProvider();
    time.createTimer(nothing, undefined, 10, 5);
    time.createTimer(nothing, undefined, 3, -1);
    time.createTimer(nothing, undefined, 10, -1);
    time.advance(2);
    expect(time.pendingTimers).toEqual([
      { dueIn: 1, period: 0 },
      { dueIn: 8, period: 5 },
      { dueIn: 8, period: 0 },
    ]);
  });

  it('has one timer less when one of two is disposed', () => {
    const time = new FakeTimeProvider();
    const [kept, disposed] = [jest.fn(), jest.fn()];
    time.createTimer(kept, undefined, 1, 1);
    const timer = time.createTimer(disposed, undefined, 1, 1);
    time.advance(1);
    timer[Symbol.dispose]();
    expect(time.pendingTimers).toEqual([{ dueIn: 1, period: 1 }]);
    time.advance(1);
    expect([kept.mock.calls.length, disposed.mock.calls.length]).toEqual([2, 1]);
  });

  it('says how often each has fired', () => {
    const time = new FakeTimeProvider();
    time.createTimer(nothing, undefined, 1, 1);
    time.advance(3);
    expect(time.pendingTimers.map(({ firings }) => firings)).toEqual([3]);
  });

  it('is a picture of its moment: what happens later changes nothing in it', () => {
    const time = new FakeTimeProvider();
    time.createTimer(nothing, undefined, 5, 5);
    const before = time.pendingTimers;
    time.advance(7);
    expect([before, before[0]?.firings]).toEqual([[{ dueIn: 5, period: 5 }], 0]);
  });
});

describe('the stack of a pending timer', () => {
  const hasStack = (time: FakeTimeProvider) => time.pendingTimers.map(({ stack }) => stack !== undefined);

  const here = expect.stringContaining('pending-timer.test.ts') as string;

  it('begins with the call that created it', () => {
    const time = new FakeTimeProvider();
    time.createTimer(nothing, undefined, 1, -1);
    expect(time.pendingTimers[0]?.stack?.split('\n')[0]).toEqual(here);
  });

  it('begins with that call also where a subclass overrides createTimer', () => {
    class Watching extends FakeTimeProvider {
      override createTimer<S>(callback: TimerCallback<S>, state: S, dueTime: TimeSpan, period: TimeSpan): ITimer {
        return super.createTimer(callback, state, dueTime, period);
      }
    }
    const time = new Watching();
    time.createTimer(nothing, undefined, 1, -1);
    expect(time.pendingTimers[0]?.stack?.split('\n')[1]).toEqual(here);
  });

  it.each<[string, (timeProvider: FakeTimeProvider) => unknown]>([
    ['delay', timeProvider => delay(1, { timeProvider })],
    ['delay with a signal', timeProvider => delay(1, { timeProvider, signal: new AbortController().signal })],
    ['waitWithTimeout', timeProvider => waitWithTimeout(new Promise(nothing), 1, { timeProvider })],
    ['withDeadline', timeProvider => withDeadline('work', 1, () => new Promise(nothing), { timeProvider })],
    ['createCancellationSource', timeProvider => createCancellationSource(1, { timeProvider })],
    ['cancelAfter', timeProvider => new CancellationSource({ timeProvider }).cancelAfter(1)],
    ['PeriodicTimer', timeProvider => new PeriodicTimer(1, timeProvider)],
  ])('leads to the caller of %s, within the lines that a leak shows', (_what, wait) => {
    const time = new FakeTimeProvider();
    void wait(time);
    expect(time.pendingTimers[0]?.stack).toEqual(here);
    expect(time.pendingTimers[0]?.toString()).toEqual(here);
  });

  it('is kept for the first 1,000 that are armed at a time', () => {
    const time = new FakeTimeProvider();
    const timers = numbers(1, 1_001).map(due => time.createTimer(nothing, undefined, due, -1));
    expect(hasStack(time)).toEqual([...Array<boolean>(1_000).fill(true), false]);
    for (const timer of timers.slice(1)) timer[Symbol.dispose]();
    time.createTimer(nothing, undefined, 2, -1);
    expect(hasStack(time)).toEqual([true, true]);
  });

  /** Arms a timer that arms the next, and so on; says in which firings one was armed that has a stack. */
  function armedWithStack(time: FakeTimeProvider): readonly number[] {
    const firings: number[] = [];
    let firing = 0;
    const arm = () => void time.createTimer(fire, undefined, 1, -1);
    const fire = () => {
      firing++;
      arm();
      // The first one is that which fires.
      if (hasStack(time)[1]) firings.push(firing);
    };
    arm();
    return firings;
  }

  it('is kept in an asynchronous advance of what its first 10 firings arm, and of what the last 10 before the limit do', async () => {
    const time = new FakeTimeProvider({ maxFiringsPerAdvance: 50 });
    const firings = armedWithStack(time);
    await expect(time.runAll()).rejects.toMatchObject({
      name: 'RunawayTimerError',
      hottest: { stack: here },
    });
    expect(firings).toEqual([...numbers(1, 10), ...numbers(41, 50)]);
  });

  it('is kept again after an asynchronous advance, and by each one anew', async () => {
    const time = new FakeTimeProvider();
    const firings = armedWithStack(time);
    await time.advanceAsync(15);
    time.createTimer(nothing, undefined, 1_000, -1);
    expect(hasStack(time)).toEqual([false, true]);
    await time.advanceAsync(15);
    expect(firings).toEqual([...numbers(1, 10), ...numbers(16, 25)]);
  });

  it('is kept of everything that a synchronous advance lets arm', () => {
    const time = new FakeTimeProvider();
    const firings = armedWithStack(time);
    for (const _ of numbers(1, 20)) time.advance(1);
    expect(firings).toEqual(numbers(1, 20));
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
      /^Expected no pending timer, but found 2:\n {2}due in 10 ms, then every 5 ms\n {4}created at .*pending-timer\.test\.ts[^]*\n {2}due in 20 ms\n {4}created at .*pending-timer\.test\.ts/,
    );
  });
});
