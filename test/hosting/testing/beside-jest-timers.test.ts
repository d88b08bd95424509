import { CancellationSource, delay, PeriodicTimer, TimeProvider, waitWithTimeout, withDeadline } from 'hostward';
import type * as Testing from 'hostward/testing';
import { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

type Configuration = Parameters<typeof jest.useFakeTimers>[0];

const { system } = TimeProvider;
// Taken before Jest replaces it.
const realTurn = setImmediate;
const realDate = new Date('2026-03-29T00:30:00Z');

const configurations: readonly (readonly [string, Configuration])[] = [
  ['all of them', {}],
  ['all of them, at another time', { now: 0 }],
  ['all of them, which go on by themselves', { advanceTimers: true }],
  ['all but the date', { doNotFake: ['Date'] }],
  ['all but the date and the immediate', { doNotFake: ['Date', 'setImmediate', 'clearImmediate'] }],
  ['all but ticks and microtasks', { doNotFake: ['nextTick', 'queueMicrotask'] }],
  ['the old ones', { legacyFakeTimers: true }],
];

afterEach(() => {
  jest.useRealTimers();
});

describe.each(configurations)("beside Jest's fake timers (%s)", (_what, configuration) => {
  beforeEach(() => {
    jest.useFakeTimers(configuration);
  });

  it('a fake clock steps from firing to firing and lets continuations run', async () => {
    const time = new FakeTimeProvider();
    const seen = await watchLoop(time, () => time.advanceAsync(30));
    expect(seen).toEqual([10, 20, 30]);
  });

  it('a fake clock goes to the next firing, to the last, and until a promise settles', async () => {
    const time = new FakeTimeProvider();
    expect(await watchLoop(time, () => time.runToNext())).toEqual([10]);
    await time.runAll();
    await time.advanceUntilSettled(delay(3_600_000, { timeProvider: time }));
    expect([time.toString(), time.pendingTimers]).toEqual(['2000-01-01T01:00:00.030', []]);
  });

  it("a fake clock does not move Jest's, nor the other way round", async () => {
    const time = new FakeTimeProvider();
    const [ours, jests] = [jest.fn(), jest.fn()];
    time.createTimer(ours, undefined, 1_000, -1);
    const handle = setTimeout(jests, 1_000_000);
    jest.advanceTimersByTime(2_000);
    expect([ours.mock.calls.length, time.toString()]).toEqual([0, '2000-01-01T00:00:00.000']);
    await time.advanceAsync(10_000_000);
    expect([ours.mock.calls.length, jests.mock.calls.length]).toEqual([1, 0]);
    clearTimeout(handle);
  });

  it('a fake clock takes dates from before Jest replaced them, and from after', () => {
    const time = new FakeTimeProvider({ start: realDate });
    time.setUtcNow(new Date('2026-03-29T00:31:00Z'));
    expect(time.toString()).toBe('2026-03-29T00:31:00.000');
  });

  it('a fake clock that is loaded after Jest has replaced them steps as well', async () => {
    let loaded!: typeof Testing;
    jest.isolateModules(() => {
      loaded = jest.requireActual('hostward/testing');
    });
    const time = new loaded.FakeTimeProvider();
    expect(await watchLoop(time, () => time.advanceAsync(30))).toEqual([10, 20, 30]);
  });

  it('a wait with a timeout of zero, and one whose signal has fired, end at once', async () => {
    const never = new Promise(() => undefined);
    await expect(waitWithTimeout(never, 0)).rejects.toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED' });
    await expect(waitWithTimeout(never, 10, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('timers of the system clock fire when Jest says so', () => {
    const fired = jest.fn();
    const timer = system.createTimer(fired, undefined, 10_000, -1);
    jest.advanceTimersByTime(9_000);
    expect(fired).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1_000);
    expect(fired).toHaveBeenCalledTimes(1);
    timer[Symbol.dispose]();
  });

  it('everything that waits on the system clock ends when Jest says so', async () => {
    using source = new CancellationSource({ delay: 10_000 });
    const waits = [
      delay(10_000).then(() => 'delay'),
      waitWithTimeout(new Promise(() => undefined), 10_000).catch(({ name }: Error) => name),
      withDeadline('work', 10_000, () => new Promise(() => undefined)).catch(({ name }: Error) => name),
    ];
    jest.advanceTimersByTime(10_000);
    expect([source.isCancellationRequested, ...(await Promise.all(waits))]).toEqual([true, 'delay', 'DeadlineExceededError', 'DeadlineExceededError']);
  });
});

describe("under Jest's fake timers the system clock", () => {
  it('tells the time that Jest tells, as a date and as a timestamp', () => {
    jest.useFakeTimers({ now: realDate });
    const start = system.getTimestamp();
    jest.advanceTimersByTime(1_500);
    expect([system.getUtcNow().toString(), system.getUtcNowMilliseconds(), system.getElapsedMilliseconds(start)]).toEqual([
      '2026-03-29T00:30:01.500Z',
      Date.now(),
      1_500,
    ]);
  });

  it.each(['2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z'])('follows a wall clock that is set to %s, and its timestamps and timers do not', now => {
    jest.useFakeTimers({ now: realDate });
    const start = system.getTimestamp();
    const fired = jest.fn();
    using _timer = system.createTimer(fired, undefined, 10, 10);
    jest.advanceTimersByTime(15);
    jest.setSystemTime(new Date(now));
    expect([system.getUtcNowMilliseconds(), system.getElapsedMilliseconds(start), fired.mock.calls.length]).toEqual([Date.parse(now), 15, 1]);
    jest.advanceTimersByTime(20);
    expect([system.getUtcNowMilliseconds(), system.getElapsedMilliseconds(start), fired.mock.calls.length]).toEqual([Date.parse(now) + 20, 35, 3]);
  });

  it.each<[string, Configuration]>([
    ['are left alone', { doNotFake: ['Date', 'hrtime'] }],
    ['are not among those that it replaces', { legacyFakeTimers: true }],
  ])('tells the real time where the date and the high-resolution time %s', (_what, configuration) => {
    const [before, start] = [system.getUtcNowMilliseconds(), system.getTimestamp()];
    jest.useFakeTimers(configuration);
    jest.advanceTimersByTime(3_600_000);
    expect(system.getUtcNowMilliseconds() - before).toBeLessThan(60_000);
    expect(system.getElapsedMilliseconds(start)).toBeLessThan(60_000);
  });

  it('ticks through a chain of delays and a periodic timer in an asynchronous advance of Jest', async () => {
    jest.useFakeTimers();
    const start = Date.now();
    const seen: string[] = [];
    using timer = new PeriodicTimer(10);
    void (async () => {
      for (let turn = 0; turn < 3; turn++) await delay(10).then(() => seen.push(`delay@${Date.now() - start}`));
    })();
    void (async () => {
      for await (const _ of timer) seen.push(`tick@${Date.now() - start}`);
    })();
    await jest.advanceTimersByTimeAsync(30);
    expect(seen.sort()).toEqual(['delay@10', 'delay@20', 'delay@30', 'tick@10', 'tick@20', 'tick@30']);
  });
});

/** The times, in milliseconds from the start, at which the turns of a loop of three delays run while `move` does. */
async function watchLoop(time: FakeTimeProvider, move: () => Promise<unknown>): Promise<readonly number[]> {
  const start = time.getUtcNowMilliseconds();
  const seen: number[] = [];
  void (async () => {
    for (let turn = 0; turn < 3; turn++) {
      await delay(10, { timeProvider: time });
      seen.push(time.getUtcNowMilliseconds() - start);
    }
  })();
  await move();
  const now = [...seen];
  await new Promise(resolve => realTurn(resolve));
  expect(seen).toEqual(now);
  return now;
}
