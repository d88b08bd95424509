import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Deferred, delay, PeriodicTimer, raceAbort, TimeProvider, waitWithTimeout } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
setFlagsFromString('--no-expose-gc');

/** Two turns, because an object that a job has seen lives until its end. */
async function collected(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    await new Promise(resolve => setImmediate(resolve));
    collectGarbage();
  }
}

/** What of the objects lives on when nobody refers to them any more. */
async function survivors(objects: Readonly<Record<string, WeakRef<object>>>): Promise<string[]> {
  await collected();
  return Object.keys(objects).filter(name => objects[name]!.deref() !== undefined);
}

describe('a wait that has ended', () => {
  type End = (time: FakeTimeProvider, caller: AbortController) => void;
  const ends: readonly (readonly [string, End])[] = [
    ['its time', time => time.advance(10)],
    ['its signal', (_time, caller) => caller.abort({ reason: 'enough' })],
  ];

  function beginWait(source: Promise<unknown>, time: FakeTimeProvider, end: End): Record<string, WeakRef<object>> {
    const caller = new AbortController();
    const wait = waitWithTimeout(source, 10, { timeProvider: time, signal: caller.signal });
    const handled = wait.catch(() => undefined);
    end(time, caller);
    return { wait: new WeakRef(wait), handled: new WeakRef(handled), signal: new WeakRef(caller.signal) };
  }

  it.each(ends)('through %s is not held by the promise that it waited for', async (_through, end) => {
    const [source, time] = [new Deferred<string>(), new FakeTimeProvider()];
    expect(await survivors(beginWait(source.promise, time, end))).toEqual([]);
    source.resolve('late');
    expect(await source.promise).toBe('late');
  });

  function beginRace(source: Promise<unknown>): Record<string, WeakRef<object>> {
    const caller = new AbortController();
    const race = raceAbort(source, caller.signal).catch(() => undefined);
    caller.abort({ reason: 'enough' });
    return { race: new WeakRef(race), signal: new WeakRef(caller.signal) };
  }

  it('against a signal alone is not held either', async () => {
    const source = new Deferred<string>();
    expect(await survivors(beginRace(source.promise))).toEqual([]);
    source.resolve('late');
    expect(await source.promise).toBe('late');
  });

  /** One wait of each kind, one after the other. */
  async function waitWith(signal: AbortSignal, time: FakeTimeProvider): Promise<Record<string, WeakRef<object>>> {
    const result = { text: 'result' };
    const wait = waitWithTimeout(Promise.resolve(result), 10, { timeProvider: time, signal });
    await wait;
    const pause = delay(10, { timeProvider: time, signal });
    using timer = new PeriodicTimer(10, time);
    const tick = timer.waitForNextTick(signal);
    time.advance(10);
    await Promise.all([pause, tick]);
    return Object.fromEntries(Object.entries({ result, wait, pause, timer, tick }).map(([name, object]) => [name, new WeakRef(object)]));
  }

  it('is not held by the signal and by the clock that it was given', async () => {
    const [controller, time] = [new AbortController(), new FakeTimeProvider()];
    expect(await survivors(await waitWith(controller.signal, time))).toEqual([]);
    expect([controller.signal.aborted, time.pendingTimers]).toEqual([false, []]);
  });
});

describe('a timer that nobody refers to', () => {
  const providers: readonly (readonly [string, () => { readonly provider: TimeProvider; readonly advance: () => void }])[] = [
    ['the system clock', () => ({ provider: TimeProvider.system, advance: () => undefined })],
    [
      'a fake clock',
      () => {
        const provider = new FakeTimeProvider();
        return { provider, advance: () => provider.advance(20) };
      },
    ],
  ];

  it.each(providers)('fires nevertheless on %s', async (_what, create) => {
    const { provider, advance } = create();
    const fired = jest.fn();
    (() => void provider.createTimer(fired, undefined, 20, -1))();
    await collected();
    advance();
    await eventually('the firing', () => fired.mock.calls.length > 0);
  });
});
