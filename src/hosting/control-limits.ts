import type { HostOptions } from './host-options.js';
import { infiniteTimeSpan, type TimeSpan, toTimerTicks, wholeMilliseconds } from './time/span.js';

/** How long the start or the stop of a single service may take, in milliseconds. None is infinite. */
export interface ControlLimits {
  /** Until the signal of the start fires. */
  readonly start: number;
  /** Until the signal of the stop fires. */
  readonly stop: number;
  /** From there until the service is left behind. */
  readonly hung: number;
}

/** What stands for a time that is infinite: nobody ends a single call from outside, as a second signal ends a program. */
const defaults: ControlLimits = { start: 60_000, stop: 30_000, hung: 1_000 };

/**
 * The limits as the options are now.
 *
 * @throws ArgumentOutOfRangeError for a time that makes no sense
 */
export function controlLimitsOf({ startupTimeout, shutdownTimeout, hungServiceTimeout }: HostOptions): ControlLimits {
  return {
    start: finite(startupTimeout, 'startupTimeout', defaults.start),
    stop: finite(shutdownTimeout, 'shutdownTimeout', defaults.stop),
    hung: finite(hungServiceTimeout, 'hungServiceTimeout', defaults.hung),
  };
}

function finite(span: TimeSpan, name: string, standIn: number): number {
  const milliseconds = wholeMilliseconds(toTimerTicks(span, name));
  return milliseconds === infiniteTimeSpan ? standIn : milliseconds;
}
