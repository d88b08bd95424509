import { infiniteTimeSpan, type ITimer, type TimeProvider } from '../../hosting/time/index.js';

/** What can wait for a deadline: one at a time. Linked to its neighbours by itself, because a collection of them would cost more. @see CallTable */
export abstract class Expiring {
  /** Where it waits, if it does; these members belong to the queue. */
  queue: DeadlineQueue | undefined;
  previous: Expiring | undefined;
  next: Expiring | undefined;
  since = 0n;
}

/** What knows by itself what follows when its deadline passes: so things of different owners can wait on the same {@link CallDeadlines}. */
export interface WithDeadline extends Expiring {
  expire(): void;
}

/** Deadlines that many connections share: a thousand calls of a thousand connections then wait on one timer. */
export function sharedDeadlines(timeProvider: TimeProvider): CallDeadlines<WithDeadline> {
  return new CallDeadlines(timeProvider, item => item.expire());
}

/**
 * The deadlines of many calls on few timers: those with the same span share one, because they run out in the order in which they began.
 *
 * A timer for each call would cost more than the rest of the call. Each deadline passes at its own time, also on a fake clock; one that began between two
 * whole milliseconds may be up to a millisecond late, as timers count whole ones. Nothing is armed while nothing waits.
 */
export class CallDeadlines<T extends Expiring> implements Disposable {
  readonly #timeProvider: TimeProvider;
  readonly #expire: (item: Expiring) => void;
  readonly #queues = new Map<number, DeadlineQueue>();

  /** @param expire receives what has waited for its span, after which it waits no more */
  constructor(timeProvider: TimeProvider, expire: (item: T) => void) {
    this.#timeProvider = timeProvider;
    // Nothing else is ever added.
    this.#expire = expire as (item: Expiring) => void;
  }

  /**
   * Lets `item`, which waits for nothing else, wait for a span from now on; -1 is for ever.
   *
   * @throws ArgumentOutOfRangeError when `milliseconds` is not a span that a timer takes
   */
  add(item: T, milliseconds: number): void {
    if (milliseconds === infiniteTimeSpan) return;
    let queue = this.#queues.get(milliseconds);
    if (!queue) {
      queue = new DeadlineQueue(this.#timeProvider, milliseconds, this.#expire, () => this.#queues.delete(milliseconds));
      this.#queues.set(milliseconds, queue);
    }
    queue.add(item);
  }

  /** Ends the wait of `item`, if it waits. */
  remove(item: T): void {
    item.queue?.remove(item);
  }

  /** Ends every wait. */
  [Symbol.dispose](): void {
    for (const queue of this.#queues.values()) queue[Symbol.dispose]();
    this.#queues.clear();
  }
}

/** What waits for the same span, the oldest first. Ends with the last of it. */
class DeadlineQueue implements Disposable {
  readonly #timeProvider: TimeProvider;
  readonly #milliseconds: number;
  readonly #expire: (item: Expiring) => void;
  readonly #onEmpty: () => void;
  readonly #timer: ITimer;
  #first: Expiring | undefined;
  #last: Expiring | undefined;

  constructor(timeProvider: TimeProvider, milliseconds: number, expire: (item: Expiring) => void, onEmpty: () => void) {
    this.#timeProvider = timeProvider;
    // As timers count.
    this.#milliseconds = Math.trunc(milliseconds);
    this.#expire = expire;
    this.#onEmpty = onEmpty;
    this.#timer = timeProvider.createTimer(() => this.#fire(), undefined, milliseconds, infiniteTimeSpan, { keepAlive: false });
  }

  add(item: Expiring): void {
    item.queue = this;
    item.since = this.#timeProvider.getTimestamp();
    item.previous = this.#last;
    if (this.#last) this.#last.next = item;
    else this.#first = item;
    this.#last = item;
  }

  remove(item: Expiring): void {
    const { previous, next } = item;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    item.queue = item.previous = item.next = undefined;
    if (!this.#first) this.#end();
  }

  [Symbol.dispose](): void {
    while (this.#first) this.remove(this.#first);
  }

  #fire(): void {
    const now = this.#timeProvider.getTimestamp();
    for (let item = this.#first; item; item = this.#first) {
      const rest = this.#milliseconds - this.#timeProvider.getElapsedMilliseconds(item.since, now);
      if (rest > 0) return void this.#timer.change(Math.ceil(rest), infiniteTimeSpan);
      this.remove(item);
      this.#expire(item);
    }
  }

  #end(): void {
    this.#timer[Symbol.dispose]();
    this.#onEmpty();
  }
}
