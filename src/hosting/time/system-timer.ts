import { infiniteTimeSpan, type TimeSpan, toTimerTicks, wholeMilliseconds } from './span.js';
import type { ITimer, TimerCallback } from './timer.js';

/** The longest delay that Node's timers take; anything longer would fire after 1 ms. */
export const maxNodeDelay = 0x7fff_ffff;

/**
 * The timer of the system clock: .NET's schedule on Node's timers.
 *
 * Spans count in whole milliseconds. Periodic firings do not drift: a firing that is late by less than a period shortens the next wait, and
 * periods that were missed altogether are dropped. Delays beyond Node's 24.8 days are waited for in parts.
 *
 * @see System.Threading.Timer
 */
export class SystemTimer<S> implements ITimer {
  #handle: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #dueAt = 0;
  #period = 0;
  #disposed = false;

  constructor(
    private readonly callback: TimerCallback<S>,
    private readonly state: S,
    dueTime: TimeSpan,
    period: TimeSpan,
    private readonly keepAlive: boolean,
  ) {
    this.change(dueTime, period);
  }

  change(dueTime: TimeSpan, period: TimeSpan): boolean {
    const due = wholeMilliseconds(toTimerTicks(dueTime, 'dueTime'));
    const every = wholeMilliseconds(toTimerTicks(period, 'period'));
    if (this.#disposed) return false;
    this.#disarm();
    this.#period = Math.max(0, every);
    if (due !== infiniteTimeSpan) {
      this.#dueAt = monotonicMilliseconds() + due;
      this.#arm(due);
    }
    return true;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#disarm();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  #arm(delay: number): void {
    this.#handle =
      delay <= 0
        ? setImmediate(() => this.#fire())
        : setTimeout(() => (delay > maxNodeDelay ? this.#arm(this.#dueAt - monotonicMilliseconds()) : this.#fire()), Math.min(delay, maxNodeDelay));
    if (!this.keepAlive) this.#handle.unref();
  }

  #fire(): void {
    this.#handle = undefined;
    if (this.#period > 0) {
      // Armed before the callback runs, so that change() and dispose() in the callback win.
      const late = monotonicMilliseconds() - this.#dueAt;
      // Rounded up, because setTimeout rounds down, and the firing would be early.
      const next = late < this.#period ? Math.ceil(this.#period - Math.max(0, late)) : 1;
      this.#dueAt = late < this.#period ? this.#dueAt + this.#period : monotonicMilliseconds() + 1;
      this.#arm(next);
    }
    this.callback(this.state);
  }

  #disarm(): void {
    // Each function ignores the handles of the other.
    clearTimeout(this.#handle as NodeJS.Timeout | undefined);
    clearImmediate(this.#handle as NodeJS.Immediate | undefined);
    this.#handle = undefined;
  }
}

/** `performance.now` would do, but its module is loaded at the first use and costs more than the rest of a small program's start. */
function monotonicMilliseconds(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
