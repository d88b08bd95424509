/** What a {@link TimerQueue} notes of a timer in the timer itself. */
export interface QueuedTimer {
  /** Position in the provider's set, -1 while not queued; the most recently freed one is reused first. */
  slot: number;
}

/** Children of a node: as many due instants as a cache line holds, because only reaching for the next line costs time. */
const arity = 8;
/** The place of the root, so that the children of every node begin a line. */
const root = arity - 1;
const initialCapacity = 64;

/**
 * The armed timers of a fake clock, as a heap in .NET's firing order: due instant, then the instant of arming, then the slot. Instants are ticks of the clock.
 *
 * All that the order needs stands in flat arrays of numbers: with a million timers, looking into one costs more than everything else, and instants in fields
 * of their own would each be an object, because they are too large for a small integer.
 *
 * @see Microsoft.Extensions.Time.Testing.FakeTimeProvider, which scans a set in this order
 */
export class TimerQueue<T extends QueuedTimer> {
  /** Slots, by place in the heap. */
  #heap = new Int32Array(initialCapacity);
  /** Due instants, by place in the heap. */
  #dues = new Float64Array(initialCapacity);
  /** By slot, as what follows. */
  readonly #timers: (T | undefined)[] = [];
  #places = new Int32Array(initialCapacity);
  /** The instants of arming. */
  readonly #scheduled: number[] = [];
  readonly #freeSlots: number[] = [];
  /** The place after the last. */
  #end = root;

  get size(): number {
    return this.#end - root;
  }

  peek(): T | undefined {
    return this.size > 0 ? this.#timers[this.#heap[root] as number] : undefined;
  }

  /** When {@link peek} is due. */
  get nextDue(): number | undefined {
    return this.size > 0 ? this.#dues[root] : undefined;
  }

  add(timer: T, due: number, scheduledOn: number): void {
    const slot = (timer.slot = this.#freeSlots.pop() ?? this.#timers.length);
    this.#timers[slot] = timer;
    this.#scheduled[slot] = scheduledOn;
    if (this.#end === this.#heap.length) this.#grow();
    this.#up(slot, due, this.#end++);
  }

  remove(timer: T): void {
    const { slot } = timer;
    if (slot < 0) return;
    this.#freeSlots.push(slot);
    this.#timers[slot] = undefined;
    timer.slot = -1;
    const last = this.#heap[--this.#end] as number;
    if (last !== slot) this.#settle(last, this.#dues[this.#end] as number, this.#places[slot] as number);
  }

  /** When a queued timer is due. */
  dueOf({ slot }: T): number {
    return this.#dues[this.#places[slot] as number] as number;
  }

  /** Gives a queued timer another due instant; it keeps its slot. */
  reschedule({ slot }: T, due: number, scheduledOn: number): void {
    this.#scheduled[slot] = scheduledOn;
    this.#settle(slot, due, this.#places[slot] as number);
  }

  /** Moves every due instant by the same amount, which changes no order. */
  shift(delta: number): void {
    for (let place = root; place < this.#end; place++) this.#dues[place]! += delta;
  }

  /** The timers as they would fire. */
  inOrder(): T[] {
    const due = (slot: number): number => this.#dues[this.#places[slot] as number] as number;
    const slots = this.#heap.slice(root, this.#end).sort((a, b) => (this.#isBefore(due(a), a, due(b), b) ? -1 : 1));
    return Array.from(slots, slot => this.#timers[slot] as T);
  }

  #grow(): void {
    const grown = <A extends Int32Array | Float64Array>(array: A, longer: A): A => {
      longer.set(array);
      return longer;
    };
    const capacity = this.#heap.length * 2;
    this.#heap = grown(this.#heap, new Int32Array(capacity));
    this.#dues = grown(this.#dues, new Float64Array(capacity));
    this.#places = grown(this.#places, new Int32Array(capacity));
  }

  #settle(slot: number, due: number, place: number): void {
    const parent = parentOf(place);
    const rises = place > root && this.#isBefore(due, slot, this.#dues[parent] as number, this.#heap[parent] as number);
    if (rises) this.#up(slot, due, place);
    else this.#down(slot, due, place);
  }

  #up(slot: number, due: number, start: number): void {
    let place = start;
    while (place > root) {
      const parent = parentOf(place);
      const above = this.#heap[parent] as number;
      const dueAbove = this.#dues[parent] as number;
      if (!this.#isBefore(due, slot, dueAbove, above)) break;
      this.#put(above, dueAbove, place);
      place = parent;
    }
    this.#put(slot, due, place);
  }

  #down(slot: number, due: number, start: number): void {
    const heap = this.#heap;
    const dues = this.#dues;
    let place = start;
    for (let child = childOf(place); child < this.#end; child = childOf(place)) {
      const end = Math.min(child + arity, this.#end);
      let first = child;
      let firstDue = dues[child] as number;
      for (let other = child + 1; other < end; other++) {
        const otherDue = dues[other] as number;
        if (otherDue < firstDue || (otherDue === firstDue && this.#isTieBefore(heap[other] as number, heap[first] as number))) {
          first = other;
          firstDue = otherDue;
        }
      }
      if (!this.#isBefore(firstDue, heap[first] as number, due, slot)) break;
      this.#put(heap[first] as number, firstDue, place);
      place = first;
    }
    this.#put(slot, due, place);
  }

  #put(slot: number, due: number, place: number): void {
    this.#heap[place] = slot;
    this.#dues[place] = due;
    this.#places[slot] = place;
  }

  #isBefore(dueA: number, slotA: number, dueB: number, slotB: number): boolean {
    return dueA < dueB || (dueA === dueB && this.#isTieBefore(slotA, slotB));
  }

  #isTieBefore(slotA: number, slotB: number): boolean {
    const [a, b] = [this.#scheduled[slotA] as number, this.#scheduled[slotB] as number];
    return a !== b ? a < b : slotA < slotB;
  }
}

function parentOf(place: number): number {
  return ((place - arity) >> 3) + root;
}

/** The first one; always a multiple of the arity. */
function childOf(place: number): number {
  return (place - root) * arity + arity;
}
