import type { Duration } from '@js-joda/core';
import { ArgumentOutOfRangeError } from '../primitives/index.js';

/** A length of time: a plain number is milliseconds, fractions allowed; otherwise a js-joda `Duration`. */
export type TimeSpan = number | Duration;

/** The span that never passes: exactly -1 ms, as .NET's `Timeout.InfiniteTimeSpan`. */
export const infiniteTimeSpan = -1;

/** .NET's clock unit: 100 ns. */
export const ticksPerMillisecond = 10_000;

/** The longest span that a .NET timer accepts, in milliseconds: 49 days 17 h 2 min 47.294 s. */
export const maxTimerMilliseconds = 0xffff_fffe;

/**
 * A span in whole 100 ns ticks, truncated toward zero.
 *
 * @throws ArgumentOutOfRangeError when it is not a finite number or a `Duration`
 */
export function toTicks(span: TimeSpan, paramName: string): number {
  if (typeof span === 'number') {
    if (!Number.isFinite(span)) throw new ArgumentOutOfRangeError(paramName, span, 'a finite number of milliseconds or a Duration');
    return truncateNoise(span * ticksPerMillisecond);
  }
  if (typeof span !== 'object' || span === null || typeof span.seconds !== 'function' || typeof span.nano !== 'function')
    throw new ArgumentOutOfRangeError(paramName, span, 'a number of milliseconds or a Duration');
  // js-joda keeps a negative span as floor(seconds) plus a positive nano part; its own toMillis() floors, .NET truncates.
  const nanos = BigInt(span.seconds()) * 1_000_000_000n + BigInt(span.nano());
  return Number(nanos / 100n);
}

/**
 * A span as a timer takes it: ticks, checked against .NET's range of whole milliseconds from -1 to 4294967294.
 *
 * @throws ArgumentOutOfRangeError outside that range
 * @see System.Threading.Timer
 */
export function toTimerTicks(span: TimeSpan, paramName: string): number {
  if (Number.isInteger(span) && (span as number) >= -1 && (span as number) <= maxTimerMilliseconds) return (span as number) * ticksPerMillisecond;
  const ticks = toTicks(span, paramName);
  const whole = wholeMilliseconds(ticks);
  if (whole < -1 || whole > maxTimerMilliseconds)
    throw new ArgumentOutOfRangeError(paramName, span, `-1 ms (infinite) or between 0 and ${maxTimerMilliseconds} ms`);
  return ticks;
}

/** Truncates toward zero, but takes what a binary fraction misses by its last digits for the whole number that was meant: 0.0003 ms are 3 ticks. */
function truncateNoise(ticks: number): number {
  const nearest = Math.round(ticks);
  return Math.abs(ticks - nearest) <= Math.abs(ticks) * Number.EPSILON * 2 ? nearest : Math.trunc(ticks);
}

/** Milliseconds of a span in ticks, truncated toward zero. */
export function wholeMilliseconds(ticks: number): number {
  return Math.trunc(ticks / ticksPerMillisecond);
}
