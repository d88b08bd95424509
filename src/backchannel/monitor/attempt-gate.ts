import { Deferred, onDispose, raceAbort } from '../../hosting/primitives/index.js';
import { infiniteTimeSpan, type ITimer, type TimeProvider } from '../../hosting/time/index.js';

/** Options of {@link AttemptGate}. */
export interface AttemptGateOptions {
  /** So many attempts pass at a time. */
  readonly slots: number;
  /** How long an attempt may keep others waiting, in milliseconds. */
  readonly slotTime: number;
  readonly timeProvider: TimeProvider;
}

/** An attempt that counts; it began at that timestamp. */
interface Slot {
  readonly since: bigint;
}

/**
 * Lets attempts begin in the order in which they come, a limited number at a time.
 *
 * An attempt that hangs goes on, but counts no more when its time is over: a hundred AppHosts that do not answer do not hold the next one up for longer than that.
 */
export class AttemptGate implements Disposable {
  /** The oldest first. */
  readonly #slots = new Set<Slot>();
  readonly #waiting = new Set<Deferred<Slot>>();
  #timer: ITimer | undefined;

  constructor(private readonly options: AttemptGateOptions) {}

  /**
   * Waits until the attempt may begin; disposing the result says that it has ended.
   *
   * @throws OperationCanceledError when `signal` fires
   */
  async enter(signal: AbortSignal): Promise<Disposable> {
    const slot = this.#slots.size < this.options.slots ? this.#take() : await this.#wait(signal);
    return onDispose(() => this.#leave(slot));
  }

  /** Holds nothing any more; whoever waits does so until its signal fires. */
  [Symbol.dispose](): void {
    this.#waiting.clear();
    this.#watchTheOldest();
  }

  #take(): Slot {
    const slot = { since: this.options.timeProvider.getTimestamp() };
    this.#slots.add(slot);
    return slot;
  }

  async #wait(signal: AbortSignal): Promise<Slot> {
    const turn = new Deferred<Slot>();
    this.#waiting.add(turn);
    this.#watchTheOldest();
    try {
      return await raceAbort(turn.promise, signal);
    } catch (error) {
      // Its turn may have come in the same moment: then it is the next one's.
      if (!this.#waiting.delete(turn)) void turn.promise.then(slot => this.#leave(slot));
      this.#watchTheOldest();
      throw error;
    }
  }

  #leave(slot: Slot): void {
    if (!this.#slots.delete(slot)) return;
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next.resolve(this.#take());
    }
    this.#watchTheOldest();
  }

  /** Only as long as somebody waits. A timer runs on when the attempt that it was made for ends: a thousand attempts make a few timers, not thousands. */
  #watchTheOldest(): void {
    if (this.#waiting.size === 0) return this.#endWatch();
    const [oldest] = this.#slots;
    if (!oldest || this.#timer) return;
    const left = Math.max(1, Math.ceil(this.#timeLeft(oldest)));
    this.#timer = this.options.timeProvider.createTimer(() => this.#onTime(), undefined, left, infiniteTimeSpan);
  }

  #onTime(): void {
    this.#endWatch();
    const [oldest] = this.#slots;
    if (oldest && this.#timeLeft(oldest) <= 0) this.#leave(oldest);
    else this.#watchTheOldest();
  }

  #timeLeft({ since }: Slot): number {
    const { timeProvider, slotTime } = this.options;
    return slotTime - timeProvider.getElapsedMilliseconds(since);
  }

  #endWatch(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}
