import { Instant } from '@js-joda/core';
import { type ITimer, TimeProvider, type TimerCallback, type TimerOptions, type TimeSpan } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';

/** A clock and what moves it by milliseconds of its own, continuations included. */
export interface MovableClock {
  readonly time: TimeProvider;
  advance(milliseconds: number): Promise<void>;
}

/** Overrides nothing. */
class PlainClock extends TimeProvider {}

/** Overrides everything but the zone: an hour of it passes in half an hour. Spans must be even. */
export class DoubleSpeedClock extends TimeProvider {
  readonly #origin = Date.now();

  override getUtcNow(): Instant {
    return Instant.ofEpochMilli(2 * Date.now() - this.#origin);
  }

  override get timestampFrequency(): bigint {
    return 10_000_000n;
  }

  override getTimestamp(): bigint {
    return super.getTimestamp() / 50n;
  }

  override createTimer<S>(callback: TimerCallback<S>, state: S, dueTime: TimeSpan, period: TimeSpan, options?: TimerOptions): ITimer {
    const timer = super.createTimer(callback, state, half(dueTime), half(period), options);
    return {
      change: (due, every) => timer.change(half(due), half(every)),
      [Symbol.dispose]: () => timer[Symbol.dispose](),
      [Symbol.asyncDispose]: () => timer[Symbol.asyncDispose](),
    };
  }
}

function half(span: TimeSpan): number {
  return Number(span) <= 0 ? Number(span) : Number(span) / 2;
}

/** A clock of each kind, none of which waits in real time where Jest's fake timers are in use. */
export const everyClock: readonly (readonly [string, () => MovableClock])[] = [
  ['the system clock', () => onJest(TimeProvider.system)],
  ['a subclass that overrides nothing', () => onJest(new PlainClock())],
  ['a clock at double speed', () => onJest(new DoubleSpeedClock(), 2)],
  ['a fake clock', () => onFake(new FakeTimeProvider())],
];

function onJest(time: TimeProvider, speed = 1): MovableClock {
  return { time, advance: milliseconds => jest.advanceTimersByTimeAsync(milliseconds / speed) };
}

function onFake(time: FakeTimeProvider): MovableClock {
  return { time, advance: milliseconds => time.advanceAsync(milliseconds) };
}
