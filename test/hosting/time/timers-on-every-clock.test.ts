import type { ITimer } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { everyClock, type MovableClock } from './every-clock.js';

expectNoLeaks();

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

const day = 24 * 60 * 60 * 1000;

/** Notes at which of its clock's milliseconds each named timer fires. */
function watch({ time }: MovableClock) {
  const start = time.getTimestamp();
  const firings: (readonly [name: unknown, at: number])[] = [];
  const create = (name: unknown, dueTime: number, period: number, then: (call: number) => void = () => undefined): ITimer => {
    let calls = 0;
    return time.createTimer(
      () => {
        firings.push([name, Math.round(time.getElapsedMilliseconds(start))]);
        then(++calls);
      },
      undefined,
      dueTime,
      period,
    );
  };
  return { create, firings, times: () => firings.map(([, at]) => at) };
}

/** The same numbers in an order that has nothing to do with their size. */
function shuffled(numbers: readonly number[]): number[] {
  return numbers.map((_, index) => numbers[(index * 7919) % numbers.length]!);
}

const evens = (count: number) => Array.from({ length: count }, (_, index) => 2 * (index + 1));

describe.each(everyClock)('a timer of %s', (_what, createClock) => {
  it.each([
    [2, 2],
    [50, 50],
    [250, 50],
    [50, 250],
    [400, 50],
    [50, 400],
    [400, 400],
  ])('fires when it is due, after %d ms, and then every %d ms', async (dueTime, period) => {
    const clock = createClock();
    const { create, times } = watch(clock);
    using _timer = create('A', dueTime, period);
    await clock.advance(dueTime + 3 * period);
    expect(times()).toEqual([0, 1, 2, 3].map(number => dueTime + number * period));
  });

  it.each(['the state', null, undefined])('gives its callback %p, which it was created with', async state => {
    const { time, advance } = createClock();
    const fired = jest.fn();
    time.createTimer(fired, state, 2, -1);
    await advance(2);
    expect(fired.mock.calls).toEqual([[state]]);
  });

  it('keeps the period that it is given in a callback, and fires no more once it is disposed in one', async () => {
    const clock = createClock();
    const { create, times } = watch(clock);
    const timer: ITimer = create('A', 300, 300, call => {
      if (call === 2) timer.change(400, 400);
      if (call === 4) timer[Symbol.dispose]();
    });
    await clock.advance(3_000);
    expect([times(), timer.change(2, 2)]).toEqual([[300, 600, 1_000, 1_400], false]);
  });

  it('fires sooner when it is changed before it is due', async () => {
    const clock = createClock();
    const { create, times } = watch(clock);
    const timer = create('A', 500_000, -1);
    await clock.advance(10);
    expect(timer.change(100, -1)).toBe(true);
    await clock.advance(600_000);
    expect(times()).toEqual([110]);
  });

  it('fires no more when it is changed to an infinite due time', async () => {
    const clock = createClock();
    const { create, times } = watch(clock);
    const [once, periodic] = [create('A', 20, -1), create('B', 10, 10)];
    await clock.advance(10);
    expect([once.change(-1, 0), periodic.change(-1, 10)]).toEqual([true, true]);
    await clock.advance(1_000);
    expect(times()).toEqual([10]);
  });

  it('that has fired its only time can be changed, and fires again', async () => {
    const clock = createClock();
    const { create, times } = watch(clock);
    const timer = create('A', 10, -1);
    await clock.advance(20);
    timer.change(10, -1);
    await clock.advance(20);
    expect(times()).toEqual([10, 30]);
  });

  it('that was created disarmed fires once when it is changed to zero', async () => {
    const clock = createClock();
    const { create, firings } = watch(clock);
    const timer = create('A', -1, -1);
    await clock.advance(100);
    timer.change(0, 0);
    await clock.advance(100);
    expect(firings.length).toBe(1);
  });

  it('of more days than Node has does not fire while short ones do', async () => {
    const clock = createClock();
    const { create, firings } = watch(clock);
    const timers = [create('40 days', 40 * day, -1), create('30 days', 30 * day, -1), create('short', 2, -1), create('longer', 1_000, -1)];
    await clock.advance(day);
    expect(firings).toEqual([
      ['short', 2],
      ['longer', 1_000],
    ]);
    await clock.advance(29 * day);
    expect(firings.slice(2)).toEqual([['30 days', 30 * day]]);
    for (const timer of timers) timer[Symbol.dispose]();
  });
});

describe.each(everyClock)('many timers of %s', (_what, createClock) => {
  it('that are due at one instant all fire', async () => {
    const clock = createClock();
    const fired = jest.fn();
    for (let number = 0; number < 10_000; number++) clock.time.createTimer(fired, undefined, 10, -1);
    await clock.advance(10);
    expect(fired).toHaveBeenCalledTimes(10_000);
  });

  it.each([
    ['ascending', evens(1_000)],
    ['descending', evens(1_000).reverse()],
    ['in no order', shuffled(evens(1_000))],
  ])('with due times of their own, created %s, all fire when they are due', async (_order, dueTimes) => {
    const clock = createClock();
    const { create, firings } = watch(clock);
    for (const dueTime of dueTimes) create(dueTime, dueTime, -1);
    await clock.advance(2_000);
    expect(firings).toEqual(evens(1_000).map(dueTime => [dueTime, dueTime]));
  });

  it('with periods of their own fire at each of them', async () => {
    const clock = createClock();
    const { create, firings } = watch(clock);
    const periods = shuffled(evens(400));
    const timers = periods.map(period => create(period, period, period, call => call === 3 && timers[periods.indexOf(period)]![Symbol.dispose]()));
    await clock.advance(2_400);
    for (const period of periods) expect(firings.filter(([name]) => name === period).map(([, at]) => at)).toEqual([period, 2 * period, 3 * period]);
  });
});
