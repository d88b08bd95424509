import type { Duration, Instant, ZoneId } from '@js-joda/core';
import { ArgumentNullError, ArgumentOutOfRangeError, InvalidOperationError } from '../primitives/index.js';
import { type ITimer, TimeProvider, type TimerCallback, type TimeSpan } from '../time/index.js';
import { joda } from '../time/joda.js';
import { ticksPerMillisecond, toTicks } from '../time/span.js';
import { ClockLoans } from './clock-loans.js';
import { formatClock, instantOf, maxUnixTicks, millisecondsOf, ticksOf, unixEpochTicks } from './fake-instant.js';
import { type CreationSite, FakeTimer } from './fake-timer.js';
import { type Firings, FiringLoop, flush, reportErrors } from './firing-loop.js';
import { type PendingTimer, StuckPromiseError, TimerLeakError } from './pending-timer.js';

/** 2000-01-01T00:00:00Z in ticks since 1970. */
const defaultStart = 9_466_848_000_000_000n;
/** Stacks cost time and memory: so many timers at a time have one. */
const maxStacks = 1_000;
/** In an asynchronous advance, only its first firings and the last before the limit leave any: taking a stack costs several times what a firing does. */
const firingsWithStacks = 10;
/** Frames of such a stack: enough to lead out of the wait that arms the timer; the first is the clock's own. */
const maxFrames = 6;
/** How far {@link FakeTimeProvider.advanceUntilSettled} goes: a day. */
const defaultSettleLimit = 86_400_000;

/** Options of {@link FakeTimeProvider}. */
export interface FakeTimeProviderOptions {
  /** The instant at which the clock stands. Default: 2000-01-01T00:00:00Z. */
  readonly start?: Instant | Date;
  /** How many firings one advance may cause before it is taken for an endless loop. Default: 100,000. */
  readonly maxFiringsPerAdvance?: number;
}

/** Options of {@link FakeTimeProvider.advanceAsync}. */
export interface AdvanceOptions {
  /** `step`: each timer sees its own due time. `jump`: all see the final time, as with `advance`. Default: `step`. */
  readonly mode?: 'step' | 'jump';
}

/**
 * A clock that moves only when a test says so.
 *
 * `advance` is .NET's synchronous jump: callbacks see the final time and continuations of promises run afterwards. `advanceAsync` steps from firing to
 * firing and lets continuations run in between, so that a chain of delays passes in one call.
 *
 * Differs from .NET: a throwing callback does not stop the clock for ever; the others fire and the error comes out of the advance. A loop without end is an
 * error. There is no offset, only instants.
 *
 * @see Microsoft.Extensions.Time.Testing.FakeTimeProvider
 */
export class FakeTimeProvider extends TimeProvider {
  /** Ticks since 1970; the loop counts from here. */
  readonly #start: bigint;
  readonly #loop: FiringLoop;
  readonly #loans: ClockLoans;
  #autoAdvance = 0;
  #zone: ZoneId | undefined;
  readonly #maxFirings: number;
  /** The asynchronous advance under way. */
  #advance: Firings | undefined;

  constructor({ start, maxFiringsPerAdvance = 100_000 }: FakeTimeProviderOptions = {}) {
    super();
    this.#start = start === undefined ? defaultStart : ticksOf(start, 'start');
    this.#maxFirings = maxFiringsPerAdvance;
    this.#loop = new FiringLoop(maxFiringsPerAdvance);
    this.#loans = new ClockLoans(this.#loop);
  }

  /** The instant at which the clock stood when it was created. */
  get start(): Instant {
    return instantOf(this.#start);
  }

  /**
   * By how much each reading of the clock moves it, after the reading; zero by default.
   *
   * @throws ArgumentOutOfRangeError (`value`) for a negative span
   */
  get autoAdvanceAmount(): Duration {
    return joda().Duration.ofNanos(this.#autoAdvance * 100);
  }

  set autoAdvanceAmount(value: TimeSpan) {
    const ticks = toTicks(value, 'value');
    if (ticks < 0) throw new ArgumentOutOfRangeError('value', value, 'zero or positive');
    this.#autoAdvance = ticks;
  }

  override getUtcNow(): Instant {
    return instantOf(this.#start + BigInt(this.#read()));
  }

  override getUtcNowMilliseconds(): number {
    return millisecondsOf(this.#start + BigInt(this.#read()));
  }

  /** The default is UTC. */
  override get localTimeZone(): ZoneId {
    return this.#zone ?? joda().ZoneOffset.UTC;
  }

  /** @throws ArgumentNullError (`localTimeZone`) */
  setLocalTimeZone(localTimeZone: ZoneId): void {
    if (localTimeZone === null || localTimeZone === undefined) throw new ArgumentNullError('localTimeZone');
    this.#zone = localTimeZone;
  }

  /** 10,000,000: a count is a .NET tick of 100 ns. */
  override get timestampFrequency(): bigint {
    return 10_000_000n;
  }

  /** The clock itself, in ticks since the year 1: {@link adjustTime} moves it, too. */
  override getTimestamp(): bigint {
    return unixEpochTicks + this.#start + BigInt(this.#read());
  }

  override createTimer<S>(callback: TimerCallback<S>, state: S, dueTime: TimeSpan, period: TimeSpan): ITimer {
    if (callback === null || callback === undefined) throw new ArgumentNullError('callback');
    const createdAt = this.#keepsStack ? captureStack() : undefined;
    return new FakeTimer(this.#loop, callback, state, dueTime, period, createdAt);
  }

  /** The armed timers, the next one to fire first. */
  get pendingTimers(): readonly PendingTimer[] {
    return this.#loop.pendingTimers;
  }

  /** @throws TimerLeakError that says what is still armed, and where it was created */
  expectNoPendingTimers(): void {
    if (this.#loop.size > 0) throw new TimerLeakError(this.pendingTimers);
  }

  /**
   * Notes that a host runs on this clock. The result is called when it has ended: it tells what has been armed since then and still is, and nothing while
   * another host has the clock.
   */
  lend(): () => readonly PendingTimer[] {
    return this.#loans.lend();
  }

  /**
   * Jumps forward and fires what became due, synchronously; every callback sees the final time.
   *
   * @throws ArgumentOutOfRangeError (`delta`) for a negative span, and beyond the year 9999
   * @throws RunawayTimerError when the firings do not end
   * @throws whatever a callback threw, when all have run; several as an `AggregateError`
   */
  advance(delta: TimeSpan): void {
    this.#loop.jumpTo(this.#target(delta));
  }

  /**
   * Jumps to an instant as {@link advance} does.
   *
   * @throws ArgumentOutOfRangeError (`value`) for an instant in the past of the clock
   */
  setUtcNow(value: Instant | Date): void {
    const now = Number(ticksOf(value, 'value') - this.#start);
    if (now < this.#loop.now) throw new ArgumentOutOfRangeError('value', value, `at or after the clock's ${this.toString()}`);
    this.#loop.jumpTo(now);
  }

  /** Sets the clock as a person sets a wall clock, forward or back: nothing fires, and every timer keeps the time that it has left. */
  adjustTime(value: Instant | Date): void {
    this.#loop.adjustTo(Number(ticksOf(value, 'value') - this.#start));
  }

  /**
   * Moves forward from firing to firing and lets promise continuations run before the first, between them and after the last. Differs from .NET: an addition.
   *
   * @throws InvalidOperationError while another asynchronous advance is under way
   * @throws as {@link advance}
   */
  async advanceAsync(delta: TimeSpan, { mode = 'step' }: AdvanceOptions = {}): Promise<void> {
    const target = this.#target(delta);
    await this.#exclusively(async firings => {
      if (mode === 'step') await this.#loop.stepTo(target, firings);
      await this.#loop.finishAt(target, firings);
    });
  }

  /** Goes to the next firing, lets its continuations run, and says whether there was one. */
  async runToNext(): Promise<boolean> {
    return this.#exclusively(async firings => {
      const { nextDue } = this.#loop;
      if (nextDue !== undefined) await this.#loop.stepTo(nextDue, firings);
      return nextDue !== undefined;
    });
  }

  /**
   * Goes from firing to firing until nothing is armed any more.
   *
   * @throws RunawayTimerError when that does not end, as with a periodic timer
   */
  async runAll(): Promise<void> {
    await this.#exclusively(firings => this.#loop.stepTo(Infinity, firings));
  }

  /**
   * Goes from firing to firing until `promise` has settled, and settles as it does.
   *
   * @param limit how far the clock may move. Default: a day
   * @throws StuckPromiseError when no timer is left that could make it settle, or when the limit is reached
   * @throws ArgumentOutOfRangeError (`limit`) for a negative span, and beyond the year 9999
   */
  async advanceUntilSettled<T>(promise: Promise<T>, { limit = defaultSettleLimit }: { readonly limit?: TimeSpan } = {}): Promise<T> {
    const target = this.#target(limit, 'limit');
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    promise.then(settle, settle);
    await this.#exclusively(async firings => {
      while (!isSettled) {
        const { nextDue } = this.#loop;
        if (nextDue === undefined) throw new StuckPromiseError('no timer is armed, so that nothing on this clock can make it settle.', []);
        if (nextDue > target) throw new StuckPromiseError(`the clock has moved as far as the limit of ${String(limit)} ms allows. Armed:`, this.pendingTimers);
        await this.#loop.stepTo(nextDue, firings);
      }
    });
    return promise;
  }

  /** The clock as `yyyy-MM-ddTHH:mm:ss.fff`, without moving it. */
  override toString(): string {
    return formatClock(this.#start + BigInt(this.#loop.now));
  }

  #target(delta: TimeSpan, paramName = 'delta'): number {
    const ticks = toTicks(delta, paramName);
    if (ticks < 0) throw new ArgumentOutOfRangeError(paramName, delta, 'zero or positive');
    return this.#later(ticks, paramName);
  }

  #later(ticks: number, paramName = 'delta'): number {
    const target = this.#loop.now + ticks;
    if (this.#start + BigInt(target) > maxUnixTicks)
      throw new ArgumentOutOfRangeError(paramName, ticks / ticksPerMillisecond, 'so short that the clock stays within the year 9999');
    return target;
  }

  /** A reading of the clock: it moves afterwards by the auto-advance amount, and what becomes due fires before the reading is given. */
  #read(): number {
    const { now } = this.#loop;
    if (this.#autoAdvance > 0) this.#loop.jumpTo(this.#later(this.#autoAdvance));
    return now;
  }

  get #keepsStack(): boolean {
    const count = this.#advance?.count ?? 0;
    return this.#loop.size < maxStacks && (count <= firingsWithStacks || count > this.#maxFirings - firingsWithStacks);
  }

  /** Runs an asynchronous advance, unless one is under way, after everything that is on its way already: code that is about to arm its timer does so first. */
  async #exclusively<T>(work: (firings: Firings) => Promise<T>): Promise<T> {
    if (this.#advance) throw new InvalidOperationError('Another asynchronous advance of this clock is under way: await it first.');
    const firings = (this.#advance = this.#loop.begin());
    try {
      await flush();
      const result = await work(firings);
      reportErrors(firings);
      return result;
    } finally {
      this.#advance = undefined;
    }
  }
}

/** The place of a creation: few frames, because each costs time, and the outer ones are the test runner's. */
function captureStack(): CreationSite {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = maxFrames;
  try {
    const site: CreationSite = {};
    Error.captureStackTrace(site, captureStack);
    return site;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
