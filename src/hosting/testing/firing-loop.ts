import { throwCollected, toError } from '../primitives/index.js';
import { nextTurn } from '../time/next-turn.js';
import type { FakeTimer, FakeTimerClock } from './fake-timer.js';
import { PendingTimer, RunawayTimerError } from './pending-timer.js';
import { TimerQueue } from './timer-queue.js';

/** What one advance has fired so far. */
export interface Firings {
  /** Tells it from all other advances. A timer notes a number, because a reference to something younger would cost as much as its whole firing. */
  readonly advance: number;
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
  #advances = 0;

  /** @param maxFirings how many firings one advance may cause */
  constructor(private readonly maxFirings: number) {}

  get now(): number {
    return this.#now;
  }

  /** When the next timer is due; undefined when none is armed. */
  get nextDue(): number | undefined {
    return this.#queue.nextDue;
  }

  /** How many timers are armed. */
  get size(): number {
    return this.#queue.size;
  }

  /** The armed timers, the next one to fire first. */
  get pendingTimers(): PendingTimer[] {
    return this.armed.map(timer => this.pending(timer));
  }

  /** The same as themselves. */
  get armed(): readonly FakeTimer[] {
    return this.#queue.inOrder();
  }

  arm(timer: FakeTimer, due: number): void {
    this.#queue.add(timer, this.#now + due, this.#now);
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

  /** Begins an advance. */
  begin(): Firings {
    return { advance: ++this.#advances, count: 0, errors: [] };
  }

  /** Moves the clock to its final time and fires what became due. @throws what callbacks threw, when all have run */
  jumpTo(now: number): void {
    const firings = this.begin();
    this.#moveTo(now, firings);
    reportErrors(firings);
  }

  /** Moves the clock from firing to firing, each timer seeing its own due time, and lets promise continuations run after each. */
  stepTo(target: number, firings: Firings): Promise<void> {
    // From turn to turn without a promise in between, which would cost as much as the rest of a firing.
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          const due = this.nextDue;
          if (due === undefined || due > target) return resolve();
          this.#moveTo(Math.max(this.#now, due), firings);
          nextTurn(step);
        } catch (error) {
          reject(toError(error));
        }
      };
      step();
    });
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
      for (let due = this.nextDue; due !== undefined && due <= this.#now; due = this.nextDue) {
        const next = this.#queue.peek() as FakeTimer;
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
    if (timer.lastAdvance !== firings.advance) {
      timer.lastAdvance = firings.advance;
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
    this.#queue.reschedule(timer, (this.#now === before ? this.#queue.dueOf(timer) : this.#now) + timer.period, this.#now);
  }

  /** How an armed timer stands. */
  pending(timer: FakeTimer): PendingTimer {
    return new PendingTimer(timer, this.#queue.dueOf(timer) - this.#now);
  }

  #runaway(next: FakeTimer, firings: Firings): RunawayTimerError {
    const count = (timer: FakeTimer): number => (timer.lastAdvance === firings.advance ? timer.firings - timer.firingsBefore : 0);
    const hottest = this.#queue.inOrder().reduce((hot, timer) => (count(timer) > count(hot) ? timer : hot), next);
    return new RunawayTimerError(this.maxFirings, this.pending(hottest), count(hottest), firings.errors);
  }
}

export function reportErrors({ errors }: Firings): void {
  throwCollected(errors, 'Several timer callbacks failed.');
}

/** One turn of the real event loop: promise chains of any depth, and everything that waits for a socket pair in memory, get on by one step. */
export function flush(): Promise<void> {
  return new Promise(nextTurn);
}
