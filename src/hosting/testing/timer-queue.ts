/** An armed timer as the queue orders it: all numbers are ticks of the owning clock, but for `slot`. */
export interface QueuedTimer {
  due: number;
  scheduledOn: number;
  /** Position in the provider's set; the most recently freed one is reused first. */
  slot: number;
  /** Index in the heap, -1 while not queued. */
  index: number;
}

/** Children of a node: a flat heap touches fewer timers on the way up and down than a binary one. */
const arity = 4;

/**
 * The armed timers of a fake clock, as a heap in .NET's firing order: due instant, then the instant of arming, then the slot.
 *
 * The due instants stand beside the timers in an array of their own: with a million timers, looking into each one costs more than comparing it.
 *
 * @see Microsoft.Extensions.Time.Testing.FakeTimeProvider, which scans a set in this order
 */
export class TimerQueue<T extends QueuedTimer> implements Iterable<T> {
  readonly #heap: T[] = [];
  readonly #dues: number[] = [];
  readonly #freeSlots: number[] = [];
  #slots = 0;

  get size(): number {
    return this.#heap.length;
  }

  peek(): T | undefined {
    return this.#heap[0];
  }

  add(timer: T): void {
    timer.slot = this.#freeSlots.pop() ?? this.#slots++;
    this.#heap.push(timer);
    this.#dues.push(timer.due);
    this.#up(timer, this.#heap.length - 1);
  }

  remove(timer: T): void {
    const { index } = timer;
    if (index < 0) return;
    this.#freeSlots.push(timer.slot);
    timer.index = -1;
    const last = this.#heap.pop() as T;
    this.#dues.pop();
    if (last !== timer) this.#settle(last, index);
  }

  /** Restores the order after `due` or `scheduledOn` of a queued timer changed. */
  reorder(timer: T): void {
    if (timer.index >= 0) this.#settle(timer, timer.index);
  }

  /** Moves every due instant by the same amount, which changes no order. */
  shift(delta: number): void {
    this.#heap.forEach((timer, index) => (this.#dues[index] = timer.due += delta));
  }

  /** The timers as they would fire. */
  inOrder(): T[] {
    return [...this.#heap].sort((a, b) => (isBefore(a.due, a, b.due, b) ? -1 : 1));
  }

  /** The timers in no particular order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#heap[Symbol.iterator]();
  }

  #settle(timer: T, index: number): void {
    const parent = (index - 1) >> 2;
    const rises = index > 0 && isBefore(timer.due, timer, this.#dues[parent] as number, this.#heap[parent] as T);
    if (rises) this.#up(timer, index);
    else this.#down(timer, index);
  }

  #up(timer: T, start: number): void {
    const { due } = timer;
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      const above = this.#heap[parent] as T;
      if (!isBefore(due, timer, this.#dues[parent] as number, above)) break;
      this.#place(above, this.#dues[parent] as number, index);
      index = parent;
    }
    this.#place(timer, due, index);
  }

  #down(timer: T, start: number): void {
    const { due } = timer;
    const heap = this.#heap;
    const dues = this.#dues;
    let index = start;
    for (let child = arity * index + 1; child < heap.length; child = arity * index + 1) {
      const end = Math.min(child + arity, heap.length);
      let first = child;
      let firstDue = dues[child] as number;
      for (let other = child + 1; other < end; other++) {
        const otherDue = dues[other] as number;
        if (otherDue < firstDue || (otherDue === firstDue && isBefore(otherDue, heap[other] as T, firstDue, heap[first] as T))) {
          first = other;
          firstDue = otherDue;
        }
      }
      if (!isBefore(firstDue, heap[first] as T, due, timer)) break;
      this.#place(heap[first] as T, firstDue, index);
      index = first;
    }
    this.#place(timer, due, index);
  }

  #place(timer: T, due: number, index: number): void {
    this.#heap[index] = timer;
    this.#dues[index] = due;
    timer.index = index;
  }
}

function isBefore(dueA: number, a: QueuedTimer, dueB: number, b: QueuedTimer): boolean {
  if (dueA !== dueB) return dueA < dueB;
  return a.scheduledOn !== b.scheduledOn ? a.scheduledOn < b.scheduledOn : a.slot < b.slot;
}
