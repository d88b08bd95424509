import type { Duration, Instant, ZonedDateTime, ZoneId } from '@js-joda/core';
import { ArgumentNullError, InvalidOperationError } from '../primitives/index.js';
import { joda } from './joda.js';
import type { TimeSpan } from './span.js';
import { SystemTimer } from './system-timer.js';
import type { ITimer, TimerCallback, TimerOptions } from './timer.js';

const nanosPerSecond = 1_000_000_000n;

/**
 * The clock that everything in hostward takes: wall time, monotonic timestamps and timers.
 *
 * A subclass that overrides nothing is the system clock. Tests give a `FakeTimeProvider` from `hostward/testing`, and the whole program follows it.
 *
 * @see System.TimeProvider
 */
export abstract class TimeProvider {
  /** The clock of this machine. */
  static get system(): TimeProvider {
    return systemTimeProvider;
  }

  /** The current instant. Loads js-joda at its first call. */
  getUtcNow(): Instant {
    return joda().Instant.ofEpochMilli(Date.now());
  }

  /**
   * Milliseconds since 1970 of {@link getUtcNow}, for code that does not want a js-joda type.
   *
   * Differs from .NET: an addition. It follows a subclass that overrides only `getUtcNow`.
   */
  getUtcNowMilliseconds(): number {
    return this.getUtcNow === TimeProvider.prototype.getUtcNow ? Date.now() : this.getUtcNow().toEpochMilli();
  }

  /** The current instant in {@link localTimeZone}. */
  getLocalNow(): ZonedDateTime {
    return this.getUtcNow().atZone(this.localTimeZone);
  }

  /** The time zone of this machine. */
  get localTimeZone(): ZoneId {
    return joda().ZoneId.systemDefault();
  }

  /** Counts per second of {@link getTimestamp}; constant for one provider. */
  get timestampFrequency(): bigint {
    return nanosPerSecond;
  }

  /** A monotonic counter that the wall clock's adjustments do not move. */
  getTimestamp(): bigint {
    return process.hrtime.bigint();
  }

  /**
   * The time between two timestamps, or since one, truncated toward zero to 100 ns.
   *
   * @throws InvalidOperationError when the provider's frequency is not positive
   */
  getElapsedTime(startingTimestamp: bigint, endingTimestamp?: bigint): Duration {
    const counts = (endingTimestamp ?? this.getTimestamp()) - startingTimestamp;
    const ticks = (counts * 10_000_000n) / this.#positiveFrequency();
    return joda().Duration.ofSeconds(Number(ticks / 10_000_000n), Number((ticks % 10_000_000n) * 100n));
  }

  /** {@link getElapsedTime} as a number of milliseconds with fractions. Differs from .NET: an addition that loads no js-joda. */
  getElapsedMilliseconds(startingTimestamp: bigint, endingTimestamp?: bigint): number {
    const counts = (endingTimestamp ?? this.getTimestamp()) - startingTimestamp;
    const frequency = this.#positiveFrequency();
    return Number(frequency === nanosPerSecond ? counts / 100n : (counts * 10_000_000n) / frequency) / 10_000;
  }

  /**
   * Creates a timer.
   *
   * Both spans count in whole milliseconds, -1 to 4294967294. A `dueTime` of -1 creates it disarmed, 0 fires as soon as possible but never inside this
   * call; a `period` of 0 or -1 fires once.
   *
   * @throws ArgumentNullError when there is no callback, before the spans are looked at
   * @throws ArgumentOutOfRangeError for `dueTime`, then for `period`
   */
  createTimer<S>(callback: TimerCallback<S>, state: S, dueTime: TimeSpan, period: TimeSpan, options?: TimerOptions): ITimer {
    if (callback === null || callback === undefined) throw new ArgumentNullError('callback');
    return new SystemTimer(callback, state, dueTime, period, options?.keepAlive ?? true);
  }

  #positiveFrequency(): bigint {
    const frequency = this.timestampFrequency;
    if (frequency <= 0n) throw new InvalidOperationError(`The timestamp frequency must be positive, but was ${frequency}.`);
    return frequency;
  }
}

class SystemTimeProvider extends TimeProvider {}

const systemTimeProvider: TimeProvider = new SystemTimeProvider();
