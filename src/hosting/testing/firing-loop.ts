import { throwCollected, toError } from '../primitives/index.js';
import type { FakeTimer, FakeTimerClock } from './fake-timer.js';
import { PendingTimer, RunawayTimerError } from './pending-timer.js';
import { TimerQueue } from './timer-queue.js';

// Taken before anybody can put a fake in its place: the clock must run beside other fake timers.
const nextTurn = setImmediate;

/** What one advance has fired so far. */
export interface Firings {
  count: number;
  readonly errors: Error[];
}

/**
 * The time and the armed timers of a fake clock, and the loop that fires them. All times are ticks since the clock's start.
 *
 * The clock moves first, then what became due fires, earliest first. A nested call returns at once and leaves the work to the outer one. A callback that
 * throws stops nobody else.
 *
 * @see Microsoft.Extensions.Time.Testing.FakeTimeProvider.WakeWaiters
 */
export class FiringLoop implements FakeTimerClock {
  readonly #queue = new TimerQueue<FakeTimer>();
  #now = 0;
  #isFiring = false;

  /** @param maxFirings how many firings one advance may cause */
  constructor(private readonly maxFirings: number) {}

  get now(): number {
    return this.#now;
  }

  /** When the next timer is due; undefined when none is armed. */
  get nextDue(): number | undefined {
    return this.#queue.peek()?.due;
  }

  /** How many timers are armed. */
  get size(): number {
    return this.#queue.size;
  }

  /** The armed timers, the next one to fire first. */
  get pendingTimers(): PendingTimer[] {
    return this.#queue.inOrder().map(timer => new PendingTimer(timer, this.#now));
  }

  arm(timer: FakeTimer, due: number): void {
    timer.due = this.#now + due;
    timer.scheduledOn = this.#now;
    this.#queue.add(timer);
    // Only this one can have become due, unless a callback is at work, which looks for itself.
    if (due <= 0) this.jumpTo(this.#now);
  }

  disarm(timer: FakeTimer): void {
    this.#queue.remove(timer);
  }

  /** Moves the clock without firing; every timer keeps the time that it has left. */
  adjustTo(now: number): void {
    const delta = now - this.#now;
    this.#now = now;
    this.#queue.shift(delta);
  }

  /** Moves the clock to its final time and fires what became due. @throws what callbacks threw, when all have run */
  jumpTo(now: number): void {
    const firings = newFirings();
    this.#moveTo(now, firings);
    reportErrors(firings);
  }

  /** Moves the clock from firing to firing, each timer seeing its own due time, and lets promise continuations run after each. */
  async stepTo(target: number, firings: Firings): Promise<void> {
    for (let due = this.nextDue; due !== undefined && due <= target; due = this.nextDue) {
      this.#moveTo(Math.max(this.#now, due), firings);
      await flush();
    }
  }

  /** The end of an asynchronous advance: what is left of the way, in one jump. */
  async finishAt(target: number, firings: Firings): Promise<void> {
    this.#moveTo(Math.max(this.#now, target), firings);
    await flush();
  }

  #moveTo(now: number, firings: Firings): void {
    this.#now = now;
    if (this.#isFiring) return;
    this.#isFiring = true;
    try {
      for (let next = this.#queue.peek(); next && next.due <= this.#now; next = this.#queue.peek()) {
        if (++firings.count > this.maxFirings) throw this.#runaway(next, firings);
        this.#fire(next, firings);
      }
    } finally {
      this.#isFiring = false;
    }
  }

  #fire(timer: FakeTimer, firings: Firings): void {
    const before = this.#now;
    const { generation } = timer;
    if (timer.lastAdvance !== firings) {
      timer.lastAdvance = firings;
      timer.firingsBefore = timer.firings;
    }
    timer.firings++;
    try {
      timer.fire();
    } catch (error) {
      firings.errors.push(toError(error));
    }
    if (timer.generation !== generation) return; // changed or disposed in its own callback
    if (timer.period === 0) return this.#queue.remove(timer);
    // A callback that moved the clock loses the periods that were missed.
    timer.due = this.#now === before ? timer.due + timer.period : this.#now + timer.period;
    timer.scheduledOn = this.#now;
    this.#queue.reorder(timer);
  }

  #runaway(next: FakeTimer, firings: Firings): RunawayTimerError {
    const count = (timer: FakeTimer): number => (timer.lastAdvance === firings ? timer.firings - timer.firingsBefore : 0);
    const hottest = [...this.#queue].reduce((hot, timer) => (count(timer) > count(hot) ? timer : hot), next);
    return new RunawayTimerError(this.maxFirings, new PendingTimer(hottest, this.#now), count(hottest));
  }
}

export function newFirings(): Firings {
  return { count: 0, errors: [] };
}

export function reportErrors({ errors }: Firings): void {
  throwCollected(errors, 'Several timer callbacks failed.');
}

/** One turn of the real event loop: promise chains of any depth, and everything that waits for a socket pair in memory, get on by one step. */
export function flush(): Promise<void> {
  return new Promise(resolve => nextTurn(resolve));
}
