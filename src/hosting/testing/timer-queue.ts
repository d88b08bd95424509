/** An armed timer as the queue orders it: all three numbers are ticks of the owning clock, but for `slot`. */
export interface QueuedTimer {
  due: number;
  scheduledOn: number;
  /** Position in the provider's set; the most recently freed one is reused first. */
  slot: number;
  /** Index in the heap, -1 while not queued. */
  index: number;
}

/**
 * The armed timers of a fake clock, as a heap in .NET's firing order: due instant, then the instant of arming, then the slot.
 *
 * @see Microsoft.Extensions.Time.Testing.FakeTimeProvider, which scans a set in this order
 */
export class TimerQueue<T extends QueuedTimer> implements Iterable<T> {
  readonly #heap: T[] = [];
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
    timer.index = this.#heap.length;
    this.#heap.push(timer);
    this.#up(timer.index);
  }

  remove(timer: T): void {
    const { index } = timer;
    if (index < 0) return;
    this.#freeSlots.push(timer.slot);
    timer.index = -1;
    const last = this.#heap.pop() as T;
    if (last === timer) return;
    this.#place(last, index);
    this.reorder(last);
  }

  /** Restores the order after `due` or `scheduledOn` of a queued timer changed. */
  reorder(timer: T): void {
    if (timer.index < 0) return;
    this.#up(timer.index);
    this.#down(timer.index);
  }

  /** The timers as they would fire. */
  inOrder(): T[] {
    return [...this.#heap].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  /** The timers in no particular order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#heap[Symbol.iterator]();
  }

  #up(start: number): void {
    const heap = this.#heap;
    const timer = heap[start] as T;
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as T;
      if (!isBefore(timer, above)) break;
      this.#place(above, index);
      index = parent;
    }
    this.#place(timer, index);
  }

  #down(start: number): void {
    const heap = this.#heap;
    const timer = heap[start] as T;
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right] as T, heap[left] as T) ? right : left;
      const below = heap[child] as T;
      if (!isBefore(below, timer)) break;
      this.#place(below, index);
      index = child;
    }
    this.#place(timer, index);
  }

  #place(timer: T, index: number): void {
    this.#heap[index] = timer;
    timer.index = index;
  }
}

function isBefore(a: QueuedTimer, b: QueuedTimer): boolean {
  if (a.due !== b.due) return a.due < b.due;
  return a.scheduledOn !== b.scheduledOn ? a.scheduledOn < b.scheduledOn : a.slot < b.slot;
}
