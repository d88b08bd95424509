import { AsyncLocalStorage } from 'node:async_hooks';
import {
  CancellationSource,
  createCancellationSource,
  Deferred,
  delay,
  type ITimer,
  PeriodicTimer,
  TimeProvider,
  type TimerCallback,
  type TimerOptions,
  type TimeSpan,
  waitWithTimeout,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { DoubleSpeedClock, everyClock } from './every-clock.js';

expectNoLeaks();

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

const day = 24 * 60 * 60 * 1000;
const canceled = { name: 'AbortError' };
const timedOut = { name: 'DeadlineExceededError' };

/** What has become of a promise. */
function follow(promise: Promise<unknown>): { state: unknown } {
  const seen = { state: 'pending' as unknown };
  promise.then(
    value => (seen.state = value ?? 'done'),
    ({ name }: Error) => (seen.state = name),
  );
  return seen;
}

describe.each(everyClock)('on %s', (_what, createClock) => {
  it('delays of zero are over at once, and a longer one when its time has passed', async () => {
    const { time, advance } = createClock();
    const { signal } = new AbortController();
    const seen = [0, 20_000].flatMap(span => [follow(delay(span, { timeProvider: time })), follow(delay(span, { timeProvider: time, signal }))]);
    await advance(0);
    expect(seen.map(({ state }) => state)).toEqual(['done', 'done', 'pending', 'pending']);
    await advance(19_990);
    expect(seen[2]!.state).toBe('pending');
    await advance(10);
    expect(seen.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
  });

  it.each([-1, day])('a delay of %d ms ends with its signal', async span => {
    const { time } = createClock();
    const caller = new AbortController();
    const wait = delay(span, { timeProvider: time, signal: caller.signal });
    caller.abort();
    await expect(wait).rejects.toMatchObject({ ...canceled, signal: caller.signal });
  });

  it.each([-1, 10, day])('a wait with a timeout of %d ms ends with its promise', async timeout => {
    const { time, advance } = createClock();
    const [work, signal] = [new Deferred<string>(), new AbortController().signal];
    const seen = [{ timeProvider: time }, { timeProvider: time, signal }].map(options => follow(waitWithTimeout(work.promise, timeout, options)));
    await advance(8);
    expect(seen.map(({ state }) => state)).toEqual(['pending', 'pending']);
    work.resolve('result');
    await advance(0);
    expect(seen.map(({ state }) => state)).toEqual(['result', 'result']);
  });

  it('a wait ends with its timeout, and its promise settles later as if nobody had waited', async () => {
    const { time, advance } = createClock();
    const work = new Deferred<string>();
    const wait = waitWithTimeout(work.promise, 10, { timeProvider: time });
    const seen = follow(wait);
    await advance(10);
    expect(seen.state).toBe(timedOut.name);
    work.resolve('result');
    expect(await work.promise).toBe('result');
  });

  it.each([-1, 10, day])('a wait with a timeout of %d ms ends with its signal', async timeout => {
    const { time } = createClock();
    const caller = new AbortController();
    const wait = waitWithTimeout(new Promise(() => undefined), timeout, { timeProvider: time, signal: caller.signal });
    caller.abort();
    await expect(wait).rejects.toMatchObject({ ...canceled, signal: caller.signal });
  });

  it('a source is not cancelled by an infinite delay or a long one, and then soon when it is told so', async () => {
    const { time, advance } = createClock();
    using forEver = createCancellationSource(-1, { timeProvider: time });
    using long = createCancellationSource(30 * day, { timeProvider: time });
    using plain = new CancellationSource({ timeProvider: time });
    const sources = [forEver, long, plain];
    const cancelled = () => sources.map(({ isCancellationRequested }) => isCancellationRequested);
    await advance(day);
    expect(cancelled()).toEqual([false, false, false]);
    for (const source of sources) source.cancelAfter(6);
    await advance(4);
    expect(cancelled()).toEqual([false, false, false]);
    await advance(2);
    expect(cancelled()).toEqual([true, true, true]);
  });

  it('a periodic timer ticks until it is disposed, and its waits say false from then on', async () => {
    const { time, advance } = createClock();
    const timer = new PeriodicTimer(2, time);
    for (let tick = 0; tick < 3; tick++) {
      const seen = follow(timer.waitForNextTick());
      await advance(2);
      expect(seen.state).toBe(true);
    }
    timer[Symbol.dispose]();
    expect([await timer.waitForNextTick(), await timer.waitForNextTick()]).toEqual([false, false]);
  });

  it('what continues after a wait has the context of who awaited it, not of who began it', async () => {
    const { time, advance } = createClock();
    const context = new AsyncLocalStorage<string>();
    using timer = new PeriodicTimer(10, time);
    const begin = () => [delay(10, { timeProvider: time }), waitWithTimeout(new Promise(() => undefined), 10, { timeProvider: time }), timer.waitForNextTick()];
    const waits = context.run('who began it', begin);
    const seen = context.run('who awaited it', () => Promise.all(waits.map(wait => wait.catch(() => undefined).then(() => context.getStore()))));
    await advance(10);
    expect(await seen).toEqual(Array(3).fill('who awaited it'));
  });

  it('a loop over a periodic timer ends when it is disposed beside it', async () => {
    const { time, advance } = createClock();
    const timer = new PeriodicTimer(10, time);
    let ticks = 0;
    const loop = follow(
      (async () => {
        for await (const _ of timer) ticks++;
      })(),
    );
    void delay(56, { timeProvider: time }).then(() => timer[Symbol.dispose]());
    await advance(100);
    expect([loop.state, ticks]).toEqual(['done', 5]);
  });

  it('a wait for a tick says false when the timer is disposed during it', async () => {
    const { time, advance } = createClock();
    const timer = new PeriodicTimer(1_000, time);
    const seen = follow(timer.waitForNextTick());
    void delay(10, { timeProvider: time }).then(() => timer[Symbol.dispose]());
    await advance(10);
    expect(seen.state).toBe(false);
  });
});

describe('a clock of your own', () => {
  it('is asked for the timer of every wait, also when it overrides nothing else', () => {
    const armed: unknown[] = [];
    class Watching extends TimeProvider {
      override createTimer<S>(callback: TimerCallback<S>, state: S, dueTime: TimeSpan, period: TimeSpan, options?: TimerOptions): ITimer {
        armed.push(dueTime);
        return super.createTimer(callback, state, dueTime, period, options);
      }
    }
    const timeProvider = new Watching();
    const caller = new AbortController();
    void delay(2, { timeProvider, signal: caller.signal });
    waitWithTimeout(new Promise(() => undefined), 4, { timeProvider, signal: caller.signal }).catch(() => undefined);
    using _source = createCancellationSource(6, { timeProvider });
    using _timer = new PeriodicTimer(8, timeProvider);
    caller.abort();
    expect(armed).toEqual([2, 4, 6, 8]);
  });

  it('may be ahead of real time, and measures by its own timestamps', async () => {
    const clock = new DoubleSpeedClock();
    const start = clock.getTimestamp();
    const before = clock.getUtcNowMilliseconds();
    await jest.advanceTimersByTimeAsync(1_000);
    const end = clock.getTimestamp();
    expect([clock.getUtcNowMilliseconds() - before, clock.getUtcNowMilliseconds() - Date.now()]).toEqual([2_000, 1_000]);
    expect([clock.timestampFrequency, end - start, clock.getElapsedMilliseconds(start, end)]).toEqual([10_000_000n, 20_000_000n, 2_000]);
    expect(clock.getElapsedTime(start).toMillis()).toBe(2_000);
  });
});
