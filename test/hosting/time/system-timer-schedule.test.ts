import { type ITimer, TimeProvider } from 'hostward';
import { maxTimerMilliseconds } from '../../../src/hosting/time/span.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const day = 24 * 60 * 60 * 1000;
const now = () => Number(process.hrtime.bigint()) / 1e6;

describe('the schedule of a timer of the system clock', () => {
  const firings: number[] = [];
  /** How long the thread has been held up so far. */
  let heldUp: number;

  beforeEach(() => {
    jest.useFakeTimers();
    const { bigint } = process.hrtime;
    heldUp = 0;
    process.hrtime.bigint = () => BigInt((Math.round(Number(bigint()) / 1e6) + heldUp) * 1e6);
    heldUp = -now();
    firings.length = 0;
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const fire = () => void firings.push(now());

  function createTimer(callback: () => void, dueTime: number, period: number): ITimer {
    return TimeProvider.system.createTimer(callback, undefined, dueTime, period);
  }

  it.each([
    [30 * day, -1, [30 * day]],
    [maxTimerMilliseconds, -1, [maxTimerMilliseconds]],
    [1, 30 * day, [1, 1 + 30 * day, 1 + 60 * day]],
  ])("reaches beyond the 24.8 days of Node's own timers: due after %d ms with a period of %d", (dueTime, period, expected) => {
    createTimer(fire, dueTime, period);
    jest.advanceTimersByTime(61 * day);
    expect(firings).toEqual(expected);
  });

  it('can be taken back in the middle of a long wait', () => {
    const timer = createTimer(fire, 30 * day, -1);
    jest.advanceTimersByTime(29 * day);
    timer[Symbol.dispose]();
    jest.advanceTimersByTime(29 * day);
    expect([firings, jest.getTimerCount()]).toEqual([[], 0]);
  });

  it('does not drift: a firing that is late by less than a period shortens the next wait', () => {
    createTimer(fire, 10, 10);
    heldUp += 4;
    jest.advanceTimersByTime(26);
    expect(firings).toEqual([14, 20, 30]);
  });

  it('does not come early: what is less than a millisecond late does not shorten the next wait', () => {
    createTimer(fire, 10, 10);
    heldUp += 0.5;
    jest.advanceTimersByTime(30);
    expect(firings).toEqual([10.5, 20.5, 30.5]);
  });

  it('drops the periods that were missed, and goes on a millisecond later', () => {
    createTimer(fire, 10, 10);
    heldUp += 25;
    jest.advanceTimersByTime(31);
    expect(firings).toEqual([35, 36, 46, 56]);
  });

  it('begins anew when it is changed', () => {
    const timer = createTimer(fire, 10, 10);
    jest.advanceTimersByTime(15);
    timer.change(10, 10);
    jest.advanceTimersByTime(20);
    expect(firings).toEqual([10, 25, 35]);
  });
});
