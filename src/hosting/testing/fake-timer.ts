import { infiniteTimeSpan, type ITimer, type TimeSpan } from '../time/index.js';
import { toTimerTicks, wholeMilliseconds } from '../time/span.js';
import type { QueuedTimer } from './timer-queue.js';

/** What a {@link FakeTimer} needs of its clock. */
export interface FakeTimerClock {
  /** Puts a timer in the queue, due after so many ticks, and fires what is due. */
  arm(timer: FakeTimer, due: number): void;
  disarm(timer: FakeTimer): void;
}

/** Carries the stack of the call that created a timer; the text is made when it is asked for. */
export interface CreationSite {
  readonly stack?: string;
}

/**
 * A timer of a fake clock. Spans are exact to 100 ns; a due time of zero fires before the call returns.
 *
 * @see Microsoft.Extensions.Time.Testing.Timer
 */
export class FakeTimer implements ITimer, QueuedTimer {
  slot = -1;
  /** Ticks between firings; 0 for a timer that fires once. */
  period = 0;
  /** Grows at every change, so that a firing notices one made in its callback. */
  generation = 0;
  firings = 0;
  /** How often it had fired when the advance in which it fired last began. */
  firingsBefore = 0;
  /** The number of that advance. */
  lastAdvance = 0;
  #isDisposed = false;

  /** @param createdAt where it is kept */
  constructor(
    private readonly clock: FakeTimerClock,
    private readonly callback: (state: never) => void,
    private readonly state: unknown,
    dueTime: TimeSpan,
    period: TimeSpan,
    readonly createdAt: CreationSite | undefined,
  ) {
    this.#arm(toTimerTicks(dueTime, 'dueTime'), toTimerTicks(period, 'period'));
  }

  change(dueTime: TimeSpan, period: TimeSpan): boolean {
    const due = toTimerTicks(dueTime, 'dueTime');
    const every = toTimerTicks(period, 'period');
    if (this.#isDisposed) return false;
    this.disarm();
    this.#arm(due, every);
    return true;
  }

  fire(): void {
    const { callback, state } = this;
    callback(state as never);
  }

  disarm(): void {
    this.generation++;
    this.clock.disarm(this);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.disarm();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  #arm(due: number, period: number): void {
    this.period = Math.max(0, period);
    if (wholeMilliseconds(due) !== infiniteTimeSpan) this.clock.arm(this, due);
  }
}
