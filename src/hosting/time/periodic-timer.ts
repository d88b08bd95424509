import { ArgumentOutOfRangeError, InvalidOperationError, onAbort, OperationCanceledError, throwIfAborted } from '../primitives/index.js';
import { infiniteTimeSpan, maxTimerMilliseconds, type TimeSpan, ticksPerMillisecond, toTicks, wholeMilliseconds } from './span.js';
import { TimeProvider } from './time-provider.js';
import type { ITimer } from './timer.js';

/**
 * A clock tick that a loop awaits: ticks that come while nobody waits count as one.
 *
 * @see System.Threading.PeriodicTimer
 */
export class PeriodicTimer implements Disposable {
  readonly #timer: ITimer;
  #tickPending = false;
  #disposed = false;
  #waiter: (() => void) | undefined;

  /**
   * @param period 1 to 4294967294 whole milliseconds, or exactly -1 for never; the first tick comes one period from now
   * @throws ArgumentOutOfRangeError (`period`) otherwise
   */
  constructor(period: TimeSpan, timeProvider: TimeProvider = TimeProvider.system) {
    const ticks = toTicks(period, 'period');
    const whole = wholeMilliseconds(ticks);
    if (ticks !== infiniteTimeSpan * ticksPerMillisecond && (whole < 1 || whole > maxTimerMilliseconds))
      throw new ArgumentOutOfRangeError('period', period, `exactly -1 ms or between 1 and ${maxTimerMilliseconds} ms`);
    this.#timer = timeProvider.createTimer(() => this.#tick(), undefined, period, period);
  }

  /**
   * Waits for the next tick.
   *
   * @returns true for a tick, false once the timer has been disposed
   * @throws InvalidOperationError when another wait is pending
   * @throws OperationCanceledError when `signal` fires; the timer goes on and the next wait works
   */
  async waitForNextTick(signal?: AbortSignal): Promise<boolean> {
    if (this.#waiter) throw new InvalidOperationError('Another wait for the next tick is pending: a PeriodicTimer has one consumer at a time.');
    throwIfAborted(signal);
    if (!this.#tickPending && !this.#disposed) {
      await new Promise<void>((resolve, reject) => {
        const registration = onAbort(signal, () => {
          this.#waiter = undefined;
          reject(new OperationCanceledError(signal));
        });
        this.#waiter = () => {
          registration[Symbol.dispose]();
          resolve();
        };
      });
      this.#waiter = undefined;
    }
    this.#tickPending = false;
    return !this.#disposed;
  }

  /** Ticks until the timer is disposed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<void, void, undefined> {
    while (await this.waitForNextTick()) yield;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer[Symbol.dispose]();
    this.#waiter?.();
  }

  #tick(): void {
    this.#tickPending = true;
    this.#waiter?.();
  }
}
