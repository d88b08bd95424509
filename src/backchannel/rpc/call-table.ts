/** What a {@link CallTable} holds. */
export interface Identified {
  /** Undefined until it is added. */
  id: number | undefined;
}

const firstCapacity = 8;

/**
 * Calls under the ids that it gives them: 0, 1, 2… but none whose place is taken by a call that is still waiting.
 *
 * A `Map` would do, but while entries come and go it leaves tables behind, each of which keeps the next and what was in it alive until a full garbage
 * collection: that was a fifth of the time of a call.
 */
export class CallTable<T extends Identified> {
  /** Each at its id modulo the length, which is a power of two. */
  #places: (T | undefined)[] = new Array<T | undefined>(firstCapacity).fill(undefined);
  #size = 0;
  #nextId = 0;

  get size(): number {
    return this.#size;
  }

  /** Gives the call its id. */
  add(call: T): number {
    if (2 * ++this.#size > this.#places.length) this.#grow();
    const mask = this.#places.length - 1;
    while (this.#places[this.#nextId & mask]) this.#nextId++;
    const id = this.#nextId++;
    call.id = id;
    this.#places[id & mask] = call;
    return id;
  }

  /** @param id may be anything that a peer sends */
  get(id: unknown): T | undefined {
    if (typeof id !== 'number') return undefined;
    const call = this.#places[id & (this.#places.length - 1)];
    return call?.id === id ? call : undefined;
  }

  delete({ id }: T): void {
    if (id === undefined || !this.get(id)) return;
    this.#places[id & (this.#places.length - 1)] = undefined;
    this.#size--;
  }

  values(): T[] {
    return this.#places.filter(call => call !== undefined);
  }

  #grow(): void {
    const calls = this.values();
    this.#places = new Array<T | undefined>(2 * this.#places.length).fill(undefined);
    for (const call of calls) if (call.id !== undefined) this.#places[call.id & (this.#places.length - 1)] = call;
  }
}
