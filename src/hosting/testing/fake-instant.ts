import type { Instant } from '@js-joda/core';
import { ArgumentOutOfRangeError } from '../primitives/index.js';
import { joda } from '../time/joda.js';

/** .NET ticks from year 1 to 1970. */
export const unixEpochTicks = 621_355_968_000_000_000n;
/** The last tick of the year 9999 in ticks since 1970: .NET's latest date. */
export const maxUnixTicks = 2_534_023_007_999_999_999n;

const ticksPerSecond = 10_000_000n;

/** An instant in ticks of 100 ns since 1970. @throws ArgumentOutOfRangeError for a `Date` that is none */
export function ticksOf(instant: Instant | Date, paramName: string): bigint {
  if (instant instanceof Date && Number.isNaN(instant.getTime())) throw new ArgumentOutOfRangeError(paramName, instant, 'a valid date');
  if (instant instanceof Date) return BigInt(instant.getTime()) * 10_000n;
  return BigInt(instant.epochSecond()) * ticksPerSecond + BigInt(Math.floor(instant.nano() / 100));
}

export function instantOf(ticks: bigint): Instant {
  const seconds = floorDivide(ticks, ticksPerSecond);
  return joda().Instant.ofEpochSecond(Number(seconds), Number(ticks - seconds * ticksPerSecond) * 100);
}

/** Milliseconds since 1970, what is finer cut off. */
export function millisecondsOf(ticks: bigint): number {
  return Number(floorDivide(ticks, 10_000n));
}

/** `yyyy-MM-ddTHH:mm:ss.fff`, what is finer cut off. */
export function formatClock(ticks: bigint): string {
  return new Date(millisecondsOf(ticks)).toISOString().slice(0, -1);
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
