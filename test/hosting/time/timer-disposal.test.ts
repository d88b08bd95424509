import { type ITimer, TimeProvider } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Keeps the thread busy, so that nothing fires meanwhile. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const sync = (timer: ITimer) => timer[Symbol.dispose]();
const async = (timer: ITimer) => timer[Symbol.asyncDispose]();

describe.each<[string, () => { readonly time: TimeProvider; readonly advance: (milliseconds: number) => unknown }]>([
  ['the system clock', () => ({ time: TimeProvider.system, advance: wait })],
  [
    'a fake clock',
    () => {
      const time = new FakeTimeProvider();
      return { time, advance: milliseconds => time.advance(milliseconds) };
    },
  ],
])('a timer of %s', (_what, createClock) => {
  it.each<[string, readonly ((timer: ITimer) => unknown)[]]>([
    ['disposed', [sync]],
    ['disposed ten times', Array<typeof sync>(10).fill(sync)],
    ['disposed asynchronously', [async]],
    ['disposed asynchronously several times', [async, async, async]],
    ['disposed, and then asynchronously', [sync, async]],
    ['disposed asynchronously, and then not', [async, sync, async]],
  ])('that is %s can be changed no more, and does not fire', async (_how, disposals) => {
    const { time, advance } = createClock();
    const fired = jest.fn();
    const timer = time.createTimer(fired, undefined, 5, 5);
    expect(timer.change(2, 2)).toBe(true);
    for (const dispose of disposals) {
      await dispose(timer);
      expect(timer.change(1, 1)).toBe(false);
    }
    await advance(20);
    expect(fired).not.toHaveBeenCalled();
  });

  it('is disposed already when an asynchronous disposal has been called, while nothing of it runs', async () => {
    const timer = createClock().time.createTimer(() => undefined, undefined, 5, 5);
    const disposed = jest.fn();
    void timer[Symbol.asyncDispose]().then(disposed);
    expect(timer.change(1, 1)).toBe(false);
    await Promise.resolve();
    expect(disposed).toHaveBeenCalled();
  });

  it('does not fire when it is disposed in the callback of another one that is due with it', async () => {
    const { time, advance } = createClock();
    const fired = jest.fn();
    const others: ITimer[] = [];
    for (const dueTime of [2, 2])
      others.push(
        time.createTimer(
          () => {
            fired();
            others.forEach(sync);
          },
          undefined,
          dueTime,
          -1,
        ),
      );
    block(5);
    await advance(20);
    expect(fired).toHaveBeenCalledTimes(1);
  });
});

describe('a timer of the system clock that is due already', () => {
  it.each([0, 1])('because %d ms have passed does not fire when it is disposed before it could', async dueTime => {
    const fired = jest.fn();
    const timer = TimeProvider.system.createTimer(fired, undefined, dueTime, 1);
    block(10);
    timer[Symbol.dispose]();
    await wait(10);
    expect(fired).not.toHaveBeenCalled();
  });
});
