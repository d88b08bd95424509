import { Duration, Instant, ZoneId, ZoneOffset } from '@js-joda/core';
import { delay, type ITimer, TimeProvider, type TimerCallback, type TimeSpan } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';
import { Bench } from './timer-bench.js';

expectNoLeaks();

const outOfRange = (paramName: string) => expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName }) as Error;

describe('a fake clock', () => {
  it('stands at the beginning of the year 2000 unless it is told otherwise', () => {
    expect(new FakeTimeProvider().getUtcNow()).toEqual(Instant.parse('2000-01-01T00:00:00Z'));
  });

  it.each([
    ['2024-02-29T12:30:00.5Z', Instant.parse('2024-02-29T12:30:00.5Z')],
    ['2024-02-29T12:30:00.500Z', new Date('2024-02-29T12:30:00.5Z')],
    ['1969-12-31T23:59:59.999Z', Instant.ofEpochMilli(-1)],
    ['2000-01-01T00:00:00.000123400Z', Instant.parse('2000-01-01T00:00:00.0001234Z')],
    ['1969-12-31T23:59:59.999999900Z', Instant.parse('1969-12-31T23:59:59.9999999Z')],
  ])('can start at %s', (_text, start) => {
    const expected = start instanceof Date ? Instant.ofEpochMilli(start.getTime()) : start;
    const time = new FakeTimeProvider({ start });
    expect([time.getUtcNow(), time.getUtcNowMilliseconds()]).toEqual([expected, expected.toEpochMilli()]);
  });

  it('moves only when it is told to', async () => {
    const time = new FakeTimeProvider();
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(time.getUtcNow()).toEqual(Instant.parse('2000-01-01T00:00:00Z'));
    time.advance(Duration.ofDays(1).plusNanos(100));
    expect(time.getUtcNow()).toEqual(Instant.parse('2000-01-02T00:00:00.0000001Z'));
    expect(time.getUtcNowMilliseconds()).toBe(Date.UTC(2000, 0, 2));
  });

  it('counts ticks of 100 ns since the year 1', () => {
    const time = new FakeTimeProvider();
    const start = time.getTimestamp();
    time.advance(0.0001);
    expect([start, time.getTimestamp() - start, time.timestampFrequency]).toEqual([630_822_816_000_000_000n, 1n, 10_000_000n]);
    time.advance(1.5);
    expect([time.getElapsedMilliseconds(start), time.getElapsedTime(start)]).toEqual([1.5001, Duration.ofNanos(1_500_100)]);
  });

  it('is in UTC until it is given a zone', () => {
    const time = new FakeTimeProvider();
    expect([time.localTimeZone, time.getLocalNow().toString()]).toEqual([ZoneOffset.UTC, '2000-01-01T00:00Z']);
    time.setLocalTimeZone(ZoneId.of('+02:00'));
    expect([time.localTimeZone, time.getLocalNow().toString()]).toEqual([ZoneOffset.ofHours(2), '2000-01-01T02:00+02:00']);
    expect(() => time.setLocalTimeZone(null as never)).toThrow(expect.objectContaining({ name: 'ArgumentNullError', paramName: 'localTimeZone' }));
  });

  it('is a TimeProvider and can be derived from', () => {
    class Watching extends FakeTimeProvider {
      armed = 0;
      override createTimer<S>(callback: TimerCallback<S>, state: S, dueTime: TimeSpan, period: TimeSpan): ITimer {
        this.armed++;
        return super.createTimer(callback, state, dueTime, period);
      }
    }
    const time = new Watching();
    void delay(10, { timeProvider: time });
    expect([time instanceof TimeProvider, time.armed, time.pendingTimers.length]).toEqual([true, 1, 1]);
  });

  it.each([-0.0001, -1, Duration.ofNanos(-100)])('does not go back by %s', delta => {
    const time = new FakeTimeProvider();
    expect(() => time.advance(delta)).toThrow(expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'delta', actualValue: delta }));
    expect(time.getUtcNowMilliseconds()).toBe(Date.UTC(2000, 0, 1));
  });

  it('does not go back asynchronously either', async () => {
    await expect(new FakeTimeProvider().advanceAsync(-1)).rejects.toMatchObject({ name: 'ArgumentOutOfRangeError', paramName: 'delta' });
  });

  it.each<[string, (time: FakeTimeProvider, date: Date) => unknown]>([
    ['start', (_time, start) => new FakeTimeProvider({ start })],
    ['value', (time, value) => time.setUtcNow(value)],
    ['value', (time, value) => time.adjustTime(value)],
  ])('does not take an invalid date as its %s, and stays as it is', (paramName, use) => {
    const time = new FakeTimeProvider();
    time.createTimer(() => undefined, undefined, 10, -1);
    expect(() => use(time, new Date(NaN))).toThrow(outOfRange(paramName));
    expect([time.toString(), time.pendingTimers]).toEqual(['2000-01-01T00:00:00.000', [{ dueIn: 10, period: 0 }]]);
  });
});

describe('the readings of a fake clock', () => {
  it.each<[string, number, (time: FakeTimeProvider, timer: ITimer) => unknown]>([
    ['getUtcNow', 1, time => time.getUtcNow()],
    ['getUtcNowMilliseconds', 1, time => time.getUtcNowMilliseconds()],
    ['getLocalNow', 1, time => time.getLocalNow()],
    ['getTimestamp', 1, time => time.getTimestamp()],
    ['getElapsedTime since', 1, time => time.getElapsedTime(0n)],
    ['getElapsedMilliseconds since', 1, time => time.getElapsedMilliseconds(0n)],
    ['getElapsedTime between', 0, time => time.getElapsedTime(0n, 1n)],
    ['getElapsedMilliseconds between', 0, time => time.getElapsedMilliseconds(0n, 1n)],
    ['toString', 0, time => String(time)],
    ['start', 0, time => time.start],
    ['localTimeZone', 0, time => time.localTimeZone],
    ['timestampFrequency', 0, time => time.timestampFrequency],
    ['pendingTimers', 0, time => time.pendingTimers],
    ['createTimer', 0, time => time.createTimer(() => undefined, undefined, 10, -1)],
    ['change', 0, (_time, timer) => timer.change(10, 10)],
    ['advance', 0, time => time.advance(0)],
    ['setUtcNow', 0, time => time.setUtcNow(time.start)],
    ['adjustTime', 0, time => time.adjustTime(time.start)],
  ])('%s moves it %d times by the auto-advance amount', (_what, times, use) => {
    const time = new FakeTimeProvider();
    const timer = time.createTimer(() => undefined, undefined, -1, -1);
    time.autoAdvanceAmount = 7;
    use(time, timer);
    time.autoAdvanceAmount = 0;
    expect(time.getUtcNowMilliseconds() - time.start.toEpochMilli()).toBe(7 * times);
  });

  it('fire what a reading makes due before it returns, once, although the callback reads as well', () => {
    const bench = new Bench();
    bench.time.autoAdvanceAmount = 10;
    bench.timer('A', 10);
    expect([bench.now, bench.news(), bench.now, bench.news()]).toEqual([0, ['A@10'], 20, []]);
  });
});

describe('beyond the year 9999', () => {
  const last = Instant.parse('9999-12-31T23:59:59.9999999Z');

  /** A clock a millisecond before the end, with a timer that would be due after it. */
  function atTheEnd() {
    const fired = jest.fn();
    const time = new FakeTimeProvider({ start: last.minusMillis(1) });
    time.createTimer(fired, undefined, 2, -1);
    return { time, unchanged: () => [fired.mock.calls.length, time.getUtcNow().equals(time.start), time.pendingTimers] };
  }

  it.each<[string, (time: FakeTimeProvider) => Promise<void>]>([
    ['advance', async time => time.advance(2)],
    ['advanceAsync', time => time.advanceAsync(2)],
    ['advanceAsync as a jump', time => time.advanceAsync(2, { mode: 'jump' })],
  ])('%s does not go, and leaves everything as it is', async (_what, advance) => {
    const { time, unchanged } = atTheEnd();
    await expect(advance(time)).rejects.toEqual(outOfRange('delta'));
    expect(unchanged()).toEqual([0, true, [{ dueIn: 2, period: 0 }]]);
  });

  it.each<[string, (time: FakeTimeProvider) => unknown]>([
    ['getUtcNow', time => time.getUtcNow()],
    ['getUtcNowMilliseconds', time => time.getUtcNowMilliseconds()],
    ['getLocalNow', time => time.getLocalNow()],
    ['getTimestamp', time => time.getTimestamp()],
    ['getElapsedTime', time => time.getElapsedTime(0n)],
  ])('%s does not advance by itself: it throws, and leaves everything as it is', (_what, read) => {
    const { time, unchanged } = atTheEnd();
    time.autoAdvanceAmount = 2;
    expect(() => read(time)).toThrow(outOfRange('delta'));
    time.autoAdvanceAmount = 0;
    expect(unchanged()).toEqual([0, true, [{ dueIn: 2, period: 0 }]]);
  });

  it('there is nothing, but up to its last tick one can go', () => {
    const { time } = atTheEnd();
    time.advance(1);
    expect(time.getUtcNow()).toEqual(last);
    expect(() => time.advance(0.0001)).toThrow(outOfRange('delta'));
  });
});
