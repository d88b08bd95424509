import { infiniteTimeSpan, type ITimer, type TimeProvider } from '../../hosting/time/index.js';

/** Options of {@link AttemptGate}. */
export interface AttemptGateOptions {
  /** So many attempts pass at a time. */
  readonly slots: number;
  /** How long an attempt may keep others waiting, in milliseconds. */
  readonly slotTime: number;
  readonly timeProvider: TimeProvider;
}

/** What wants to begin. */
export interface GatedAttempt {
  /** Called when its turn has come: at once, or when another leaves. Throws nothing. */
  begin(): void;
}

/**
 * Lets attempts begin in the order in which they come, a limited number at a time.
 *
 * An attempt that hangs goes on, but counts no more when its time is over: a hundred AppHosts that do not answer do not hold the next one up for longer than that.
 */
export class AttemptGate implements Disposable {
  /** Those that count, the oldest first, and the timestamps at which they began. */
  readonly #begun = new Map<GatedAttempt, bigint>();
  readonly #waiting = new Set<GatedAttempt>();
  #timer: ITimer | undefined;

  constructor(private readonly options: AttemptGateOptions) {}

  /** How many have begun and count. */
  get size(): number {
    return this.#begun.size;
  }

  /** Lets the attempt begin, now or later; it says when it has ended by {@link leave}. */
  enter(attempt: GatedAttempt): void {
    if (this.#begun.size < this.options.slots) return this.#begin(attempt);
    this.#waiting.add(attempt);
    this.#watchTheOldest();
  }

  /** Takes note that the attempt has ended, or will not begin any more. Once more, it means nothing. */
  leave(attempt: GatedAttempt): void {
    if (this.#begun.delete(attempt)) this.#letNextBegin();
    else if (!this.#waiting.delete(attempt)) return;
    this.#watchTheOldest();
  }

  /** Holds nothing any more; who waits does not begin. */
  [Symbol.dispose](): void {
    this.#waiting.clear();
    this.#watchTheOldest();
  }

  #begin(attempt: GatedAttempt): void {
    this.#begun.set(attempt, this.options.timeProvider.getTimestamp());
    attempt.begin();
  }

  #letNextBegin(): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      return this.#begin(next);
    }
  }

  /** Only as long as somebody waits. A timer runs on when the attempt that it was made for ends: a thousand attempts make a few timers, not thousands. */
  #watchTheOldest(): void {
    if (this.#waiting.size === 0) return this.#endWatch();
    if (this.#timer) return;
    const [oldest] = this.#begun.values();
    if (oldest === undefined) return;
    const left = Math.max(1, Math.ceil(this.#timeLeft(oldest)));
    this.#timer = this.options.timeProvider.createTimer(() => this.#onTime(), undefined, left, infiniteTimeSpan);
  }

  #onTime(): void {
    this.#endWatch();
    const [oldest] = this.#begun;
    if (oldest && this.#timeLeft(oldest[1]) <= 0) this.leave(oldest[0]);
    else this.#watchTheOldest();
  }

  #timeLeft(since: bigint): number {
    const { timeProvider, slotTime } = this.options;
    return slotTime - timeProvider.getElapsedMilliseconds(since);
  }

  #endWatch(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}
