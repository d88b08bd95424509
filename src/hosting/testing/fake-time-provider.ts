import type { Instant, ZoneId } from '@js-joda/core';
import { ArgumentNullError, ArgumentOutOfRangeError, HostwardError, throwCollected, toError } from '../primitives/index.js';
import { type ITimer, TimeProvider, type TimerCallback, type TimeSpan } from '../time/index.js';
import { joda } from '../time/joda.js';
import { ticksPerMillisecond, toTicks, toTimerTicks, wholeMilliseconds } from '../time/span.js';
import { type QueuedTimer, TimerQueue } from './timer-queue.js';

// Taken before anybody can put a fake in its place: advanceAsync must run beside other fake timers.
const nextTurn = setImmediate;

/** 2000-01-01T00:00:00Z in milliseconds since 1970. */
const defaultStart = 946_684_800_000;
/** .NET ticks from year 1 to 1970. */
const unixEpochTicks = 621_355_968_000_000_000n;
const ticksPerMilli = BigInt(ticksPerMillisecond);

/** Options of {@link FakeTimeProvider}. */
export interface FakeTimeProviderOptions {
  /** The instant at which the clock stands. Default: 2000-01-01T00:00:00Z. */
  readonly start?: Instant | Date;
  /** How many firings one advance may cause before it is taken for an endless loop. Default: 100,000. */
  readonly maxFiringsPerAdvance?: number;
}

/** An armed timer of a {@link FakeTimeProvider}. */
export interface PendingTimer {
  /** Milliseconds until it fires; not positive while it is overdue. */
  readonly dueIn: number;
  /** Milliseconds between firings; 0 for a timer that fires once. */
  readonly period: number;
}

/** One advance of the fake clock fired more timers than its limit allows: something re-arms itself without end. */
export class RunawayTimerError extends HostwardError {
  override readonly name = 'RunawayTimerError';

  constructor(
    readonly firings: number,
    readonly period: number,
  ) {
    super(
      'ERR_RUNAWAY_TIMER',
      `One advance fired ${firings} timers, the last with a period of ${period} ms. Advance in smaller steps, or raise maxFiringsPerAdvance.`,
    );
  }
}

/**
 * A clock that moves only when a test says so.
 *
 * `advance` is .NET's synchronous jump: callbacks see the final time and continuations of promises run afterwards. `advanceAsync` steps from firing to
 * firing and lets continuations run in between, so that a chain of delays passes in one call.
 *
 * Differs from .NET: a throwing callback does not stop the clock for ever; the other timers fire and the error comes out of the advance.
 *
 * @see Microsoft.Extensions.Time.Testing.FakeTimeProvider
 */
export class FakeTimeProvider extends TimeProvider {
  readonly #startMilliseconds: number;
  readonly #maxFirings: number;
  readonly #queue = new TimerQueue<FakeTimer>();
  /** Ticks since the start. */
  #now = 0;
  #firing = false;
  #zone: ZoneId | undefined;

  constructor({ start, maxFiringsPerAdvance = 100_000 }: FakeTimeProviderOptions = {}) {
    super();
    this.#startMilliseconds = start === undefined ? defaultStart : start instanceof Date ? start.getTime() : start.toEpochMilli();
    this.#maxFirings = maxFiringsPerAdvance;
  }

  override getUtcNow(): Instant {
    const ticks = BigInt(this.#startMilliseconds) * ticksPerMilli + BigInt(this.#now);
    const seconds = ticks >= 0n ? ticks / 10_000_000n : (ticks - 9_999_999n) / 10_000_000n;
    return joda().Instant.ofEpochSecond(Number(seconds), Number((ticks - seconds * 10_000_000n) * 100n));
  }

  override getUtcNowMilliseconds(): number {
    return Math.floor(this.#startMilliseconds + this.#now / ticksPerMillisecond);
  }

  override get localTimeZone(): ZoneId {
    return this.#zone ?? joda().ZoneOffset.UTC;
  }

  setLocalTimeZone(zone: ZoneId): void {
    if (zone === null || zone === undefined) throw new ArgumentNullError('localTimeZone');
    this.#zone = zone;
  }

  override get timestampFrequency(): bigint {
    return 10_000_000n;
  }

  override getTimestamp(): bigint {
    return unixEpochTicks + BigInt(this.#startMilliseconds) * ticksPerMilli + BigInt(this.#now);
  }

  override createTimer<S>(callback: TimerCallback<S>, state: S, dueTime: TimeSpan, period: TimeSpan): ITimer {
    if (callback === null || callback === undefined) throw new ArgumentNullError('callback');
    return new FakeTimer(this.#schedule, () => callback(state), dueTime, period);
  }

  /** The armed timers, the next one to fire first. */
  get pendingTimers(): readonly PendingTimer[] {
    return [...this.#queue]
      .sort((a, b) => a.due - b.due || a.scheduledOn - b.scheduledOn || a.slot - b.slot)
      .map(timer => ({ dueIn: (timer.due - this.#now) / ticksPerMillisecond, period: timer.period / ticksPerMillisecond }));
  }

  /**
   * Jumps forward and fires what became due, synchronously; every callback sees the final time.
   *
   * @throws ArgumentOutOfRangeError (`delta`) for a negative span
   * @throws RunawayTimerError when the firings do not end
   */
  advance(delta: TimeSpan): void {
    this.#now += this.#forwardTicks(delta);
    this.#fireDue();
  }

  /**
   * Moves forward from firing to firing, each timer seeing its own due time, and lets promise continuations run before the first, between them and after
   * the last. Differs from .NET: an addition.
   */
  async advanceAsync(delta: TimeSpan): Promise<void> {
    const target = this.#now + this.#forwardTicks(delta);
    await flush();
    for (let next = this.#queue.peek(); next && next.due <= target; next = this.#queue.peek()) {
      this.#now = Math.max(this.#now, next.due);
      this.#fireDue();
      await flush();
    }
    this.#now = Math.max(this.#now, target);
    await flush();
  }

  #forwardTicks(delta: TimeSpan): number {
    const ticks = toTicks(delta, 'delta');
    if (ticks < 0) throw new ArgumentOutOfRangeError('delta', delta, 'zero or positive');
    return ticks;
  }

  readonly #schedule: FakeTimerSchedule = {
    arm: (timer, due) => {
      timer.due = this.#now + due;
      timer.scheduledOn = this.#now;
      this.#queue.add(timer);
      this.#fireDue();
    },
    disarm: timer => this.#queue.remove(timer),
  };

  /** Fires everything that is due; a nested call returns at once and leaves the work to the outer one. */
  #fireDue(): void {
    if (this.#firing) return;
    this.#firing = true;
    const errors: Error[] = [];
    try {
      let firings = 0;
      for (let next = this.#queue.peek(); next && next.due <= this.#now; next = this.#queue.peek()) {
        if (++firings > this.#maxFirings) throw new RunawayTimerError(this.#maxFirings, next.period / ticksPerMillisecond);
        this.#fire(next, errors);
      }
    } finally {
      this.#firing = false;
    }
    throwCollected(errors, 'Several timer callbacks failed.');
  }

  #fire(timer: FakeTimer, errors: Error[]): void {
    const before = this.#now;
    const armed = timer.generation;
    try {
      timer.callback();
    } catch (error) {
      errors.push(toError(error));
    }
    if (timer.generation !== armed) return; // changed or disposed inside its own callback
    if (timer.period === 0) return timer.disarm();
    timer.due = this.#now === before ? timer.due + timer.period : this.#now + timer.period;
    timer.scheduledOn = this.#now;
    this.#queue.reorder(timer);
  }
}

interface FakeTimerSchedule {
  arm(timer: FakeTimer, due: number): void;
  disarm(timer: FakeTimer): void;
}

class FakeTimer implements ITimer, QueuedTimer {
  due = 0;
  scheduledOn = 0;
  slot = 0;
  index = -1;
  period = 0;
  /** Grows at every change, so that a firing notices one made in its callback. */
  generation = 0;
  #disposed = false;

  constructor(
    private readonly schedule: FakeTimerSchedule,
    readonly callback: () => void,
    dueTime: TimeSpan,
    period: TimeSpan,
  ) {
    this.change(dueTime, period);
  }

  change(dueTime: TimeSpan, period: TimeSpan): boolean {
    const due = toTimerTicks(dueTime, 'dueTime');
    const every = toTimerTicks(period, 'period');
    if (this.#disposed) return false;
    this.disarm();
    this.period = Math.max(0, every);
    if (wholeMilliseconds(due) >= 0) this.schedule.arm(this, due);
    return true;
  }

  disarm(): void {
    this.generation++;
    this.schedule.disarm(this);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.disarm();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }
}

/** One turn of the real event loop: promise chains of any depth, and everything that waits for a socket pair in memory, get on by one step. */
function flush(): Promise<void> {
  return new Promise(resolve => nextTurn(resolve));
}
