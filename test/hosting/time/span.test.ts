import { Duration } from '@js-joda/core';
import { infiniteTimeSpan } from 'hostward';
import { maxTimerMilliseconds, toTicks, toTimerTicks, wholeMilliseconds } from '../../../src/hosting/time/span.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

describe('a time span in ticks', () => {
  it.each([
    [0, 0],
    [1, 10_000],
    [-1, -10_000],
    [0.5, 5_000],
    [0.00019, 1],
    [-0.00019, -1],
    [86_400_000, 864_000_000_000],
    [Duration.ofMillis(1), 10_000],
    [Duration.ofNanos(199), 1],
    [Duration.ofNanos(-199), -1],
    [Duration.ofMillis(-1), -10_000],
    [Duration.ofSeconds(-1, 1), -9_999_999],
    [Duration.ofDays(1), 864_000_000_000],
  ])('of %s is %d, truncated toward zero', (span, ticks) => {
    expect(toTicks(span, 'span')).toBe(ticks);
  });

  it.each([NaN, Infinity, -Infinity, '1000', null, undefined, {}, new Date(0)])('of %p is an error that names the parameter', span => {
    expect(() => toTicks(span as never, 'delay')).toThrow(expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'delay', actualValue: span }));
  });
});

describe('the span of a timer', () => {
  it('counts in whole milliseconds toward zero, so that everything below 2 ms before zero is infinite or zero', () => {
    expect([-1.9999, -1, -0.9999, 0.9999, 1.9999].map(span => wholeMilliseconds(toTimerTicks(span, 'dueTime')))).toEqual([
      infiniteTimeSpan,
      infiniteTimeSpan,
      -0,
      0,
      1,
    ]);
  });

  it.each([maxTimerMilliseconds, maxTimerMilliseconds + 0.9999, Duration.ofMillis(maxTimerMilliseconds)])('may be %s', span => {
    expect(toTimerTicks(span, 'dueTime')).toBe(toTicks(span, ''));
  });

  it.each([-2, maxTimerMilliseconds + 1, Duration.ofMillis(-2), Duration.ofDays(50), Number.MAX_VALUE])('may not be %s', span => {
    expect(() => toTimerTicks(span, 'dueTime')).toThrow(expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'dueTime', actualValue: span }));
  });
});
