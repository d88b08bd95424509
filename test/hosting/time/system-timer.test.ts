import { type ITimer, TimeProvider, type TimeSpan } from 'hostward';
import { maxTimerMilliseconds } from '../../../src/hosting/time/span.js';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const { system } = TimeProvider;
const armed: ITimer[] = [];

afterEach(() => {
  for (const timer of armed.splice(0)) timer[Symbol.dispose]();
});

function createTimer(callback: () => void, dueTime: TimeSpan, period: TimeSpan): ITimer {
  const timer = system.createTimer(callback, undefined, dueTime, period);
  armed.push(timer);
  return timer;
}

const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

describe('a timer of the system clock', () => {
  it('fires once after its due time, with its state', async () => {
    const start = performance.now();
    const states: string[] = [];
    armed.push(system.createTimer(state => states.push(state), 'the state', 20, -1));
    await eventually('a firing', () => states.length > 0);
    expect(performance.now() - start).toBeGreaterThanOrEqual(18);
    await wait(30);
    expect(states).toEqual(['the state']);
  });

  it('fires no more than a millisecond before its due time, and mostly soon after it', async () => {
    const late: number[] = [];
    for (let dueTime = 1; dueTime <= 20; dueTime++) {
      const start = system.getTimestamp();
      await new Promise<void>(resolve => createTimer(resolve, dueTime, -1));
      late.push(system.getElapsedMilliseconds(start) - dueTime);
    }
    expect(late.filter(by => by < -1)).toEqual([]);
    expect(late.filter(by => by < 100).length).toBeGreaterThanOrEqual(16);
  });

  it.each([0, 0.9999, -0.9999])('with a due time of %d ms fires as soon as possible, but not inside the call', async dueTime => {
    const fired = jest.fn();
    createTimer(fired, dueTime, -1);
    expect(fired).not.toHaveBeenCalled();
    await eventually('a firing', () => fired.mock.calls.length > 0);
  });

  it.each([-1, -1.9999])('with a due time of %d ms is created disarmed and can be armed', async dueTime => {
    const fired = jest.fn();
    const timer = createTimer(fired, dueTime, 1);
    await wait(10);
    expect(fired).not.toHaveBeenCalled();
    expect(timer.change(1, -1)).toBe(true);
    await eventually('a firing', () => fired.mock.calls.length > 0);
  });

  it.each([0, -1, 0.9999, -1.9999])('with a period of %d ms fires once', async period => {
    const fired = jest.fn();
    createTimer(fired, 0, period);
    await wait(20);
    expect(fired).toHaveBeenCalledTimes(1);
  });

  it('with a period goes on until it is disposed', async () => {
    const fired = jest.fn();
    const timer = createTimer(fired, 0, 2);
    await eventually('three firings', () => fired.mock.calls.length >= 3);
    timer[Symbol.dispose]();
    const count = fired.mock.calls.length;
    await wait(20);
    expect(fired).toHaveBeenCalledTimes(count);
  });

  it('does not fire when it is disposed before, not even when it was due at once', async () => {
    const fired = jest.fn();
    createTimer(fired, 0, -1)[Symbol.dispose]();
    await createTimer(fired, 5, 5)[Symbol.asyncDispose]();
    await wait(20);
    expect(fired).not.toHaveBeenCalled();
  });

  it('can be disposed and changed in its own callback', async () => {
    const [disposed, changed] = [jest.fn(), jest.fn()];
    const first: ITimer = createTimer(() => (disposed(), first[Symbol.dispose]()), 1, 1);
    const second: ITimer = createTimer(() => (changed(), second.change(-1, -1)), 1, 1);
    await wait(30);
    expect([disposed.mock.calls.length, changed.mock.calls.length]).toEqual([1, 1]);
  });

  it('can arm itself anew in the callback of its only firing', async () => {
    let firings = 0;
    const timer: ITimer = createTimer(() => ++firings < 3 && timer.change(1, -1), 1, -1);
    await eventually('three firings', () => firings === 3);
  });

  it('keeps its new schedule when it is changed', async () => {
    const fired = jest.fn();
    const timer = createTimer(fired, 5, 5);
    timer.change(10_000, -1);
    await wait(20);
    expect(fired).not.toHaveBeenCalled();
    timer.change(-1, -1);
  });

  it('is gone once disposed: a change says false, a second disposal does nothing', () => {
    const timer = createTimer(() => undefined, 1000, -1);
    timer[Symbol.dispose]();
    timer[Symbol.dispose]();
    expect(timer.change(1, -1)).toBe(false);
  });

  it.each([
    [-2, 0, 'dueTime'],
    [maxTimerMilliseconds + 1, 0, 'dueTime'],
    [0, -2, 'period'],
    [0, maxTimerMilliseconds + 1, 'period'],
    [-2, -2, 'dueTime'],
  ])('does not take a due time of %d with a period of %d, also when it is disposed', async (dueTime, period, paramName) => {
    const error = expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName });
    const fired = jest.fn();
    const timer = createTimer(fired, 1, -1);
    expect(() => createTimer(() => undefined, dueTime, period)).toThrow(error);
    expect(() => timer.change(dueTime, period)).toThrow(error);
    await eventually('the schedule before', () => fired.mock.calls.length > 0);
    timer[Symbol.dispose]();
    expect(() => timer.change(dueTime, period)).toThrow(error);
  });

  it('needs a callback, and says so before it looks at the spans', () => {
    for (const callback of [null, undefined])
      expect(() => system.createTimer(callback as never, undefined, -2, -2)).toThrow(
        expect.objectContaining({ name: 'ArgumentNullError', paramName: 'callback' }),
      );
  });

  it('keeps the process alive unless it is told not to', () => {
    const alive = () => process.getActiveResourcesInfo().filter(resource => resource === 'Timeout').length;
    const before = alive();
    const idle = system.createTimer(() => undefined, undefined, 10_000, -1, { keepAlive: false });
    const withIdle = alive();
    const busy = createTimer(() => undefined, 10_000, -1);
    const withBusy = alive();
    idle[Symbol.dispose]();
    busy[Symbol.dispose]();
    expect([withIdle - before, withBusy - before]).toEqual([0, 1]);
  });
});
