import type { TimeSpan } from './span.js';

/**
 * A timer of a {@link TimeProvider}.
 *
 * @see System.Threading.ITimer
 */
export interface ITimer extends Disposable, AsyncDisposable {
  /**
   * Re-arms the timer relative to now.
   *
   * @returns false when the timer has been disposed
   * @throws ArgumentOutOfRangeError for a span outside -1..4294967294 whole milliseconds, also on a disposed timer; the schedule is then unchanged
   */
  change(dueTime: TimeSpan, period: TimeSpan): boolean;
}

/** Called at each firing with the state that was given to `createTimer`. */
export type TimerCallback<S = unknown> = (state: S) => void;

/** Options of `TimeProvider.createTimer`. */
export interface TimerOptions {
  /**
   * Whether the armed timer keeps the process alive. Default: true, as Node's own timers do.
   *
   * Differs from .NET: there no timer does; in Node a program that awaits a delay would otherwise end in the middle of it.
   */
  readonly keepAlive?: boolean;
}
