import { ArgumentOutOfRangeError, InvalidOperationError, ObjectDisposedError, onAbort, OperationCanceledError } from '../primitives/index.js';
import { infiniteTimeSpan, maxTimerMilliseconds, ticksPerMillisecond, type TimeSpan, toTicks, wholeMilliseconds } from './span.js';
import { TimeProvider } from './time-provider.js';
import type { ITimer, TimerOptions } from './timer.js';

/**
 * A clock tick that a loop awaits. Ticks that come while nobody waits, or before the waiter has seen the last one, count as one.
 *
 * ```ts
 * using timer = new PeriodicTimer(1000);
 * while (await timer.waitForNextTick(stopping)) refresh();
 * ```
 *
 * @see System.Threading.PeriodicTimer
 */
export class PeriodicTimer implements Disposable {
  readonly #timer: ITimer;
  #period: TimeSpan;
  #hasTick = false;
  #isDisposed = false;
  /** Resolves the wait under way; set until its result has been seen. */
  #wake: (() => void) | undefined;

  /**
   * @param period 1 to 4294967294 whole milliseconds, or exactly -1 for never; the first tick comes one period from now
   * @param timeProvider the clock that ticks
   * @throws ArgumentOutOfRangeError (`period`) otherwise
   */
  constructor(period: TimeSpan, timeProvider: TimeProvider = TimeProvider.system, options: TimerOptions = {}) {
    assertPeriod(period, 'period');
    this.#period = period;
    this.#timer = timeProvider.createTimer(() => this.#tick(), undefined, period, period, options);
  }

  get period(): TimeSpan {
    return this.#period;
  }

  /**
   * Changes the period and begins it anew; a wait under way waits for the new one, and a tick that nobody has seen stays.
   *
   * @throws ArgumentOutOfRangeError (`value`) as the constructor does; the old period stays
   * @throws ObjectDisposedError although the property then has the new value, as in .NET
   */
  set period(value: TimeSpan) {
    assertPeriod(value, 'value');
    this.#period = value;
    if (this.#isDisposed) throw new ObjectDisposedError('PeriodicTimer');
    this.#timer.change(value, value);
  }

  /**
   * Waits for the next tick.
   *
   * @returns true for a tick, false once the timer has been disposed
   * @throws InvalidOperationError synchronously, when another wait is under way or its result has not been seen yet
   * @throws OperationCanceledError when `signal` fires; a tick is not consumed by that, and the next wait works
   */
  waitForNextTick(signal?: AbortSignal): Promise<boolean> {
    if (this.#wake) throw new InvalidOperationError('Another wait for the next tick is under way: a PeriodicTimer has one consumer at a time.');
    if (signal?.aborted) return Promise.reject(new OperationCanceledError(signal));
    if (this.#hasTick || this.#isDisposed) return Promise.resolve(this.#consume());
    return this.#wait(signal);
  }

  /** Ticks until the timer is disposed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<void, void, undefined> {
    while (await this.waitForNextTick()) yield;
  }

  /** Ends the timer: a wait under way, and every later one, gives false. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer[Symbol.dispose]();
    this.#wake?.();
  }

  async #wait(signal: AbortSignal | undefined): Promise<boolean> {
    // The first to come decides: a cancellation after the tick is too late.
    const cancelled = await new Promise<boolean>(resolve => {
      const registration = onAbort(signal, () => resolve(true));
      this.#wake = () => {
        registration[Symbol.dispose]();
        resolve(false);
      };
    });
    // What came between the tick and this moment belongs to the same tick.
    this.#wake = undefined;
    if (cancelled) throw new OperationCanceledError(signal);
    return this.#consume();
  }

  #consume(): boolean {
    this.#hasTick = false;
    return !this.#isDisposed;
  }

  #tick(): void {
    this.#hasTick = true;
    this.#wake?.();
  }
}

function assertPeriod(period: TimeSpan, paramName: string): void {
  const ticks = toTicks(period, paramName);
  const whole = wholeMilliseconds(ticks);
  if (ticks !== infiniteTimeSpan * ticksPerMillisecond && (whole < 1 || whole > maxTimerMilliseconds))
    throw new ArgumentOutOfRangeError(paramName, period, `exactly -1 ms or between 1 and ${maxTimerMilliseconds} ms`);
}
