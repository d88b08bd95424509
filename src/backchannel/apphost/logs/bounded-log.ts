import { onDispose } from '../../../hosting/primitives/index.js';

/** How much a log keeps; the oldest lines go first. */
export interface LogLimits {
  readonly maxLines: number;
  /** Of all lines together, in UTF-16 units. */
  readonly maxCharacters: number;
}

/** What a log keeps unless the program says otherwise. */
export const defaultLogLimits: LogLimits = { maxLines: 1_000, maxCharacters: 1_048_576 };

/** The newest of a sequence of items, which are numbered from 0 in the order in which they came. */
export class BoundedLog<T> {
  readonly #listeners = new Set<(item: T) => void>();
  #items: (T | undefined)[] = [];
  /** Items before this index have been dropped. */
  #start = 0;
  #characters = 0;
  #next = 0;

  /** @param lengthOf what an item counts against the limit of characters */
  constructor(
    readonly limits: LogLimits,
    private readonly lengthOf: (item: T) => number,
  ) {}

  /** The number of the oldest item that is kept; that of the next when there is none. */
  get first(): number {
    return this.#next - (this.#items.length - this.#start);
  }

  /** The number that the next item gets. */
  get next(): number {
    return this.#next;
  }

  /** Items from a number on, at most `count`; those that are gone are left out. */
  slice(from: number, count: number = Infinity): readonly T[] {
    const begin = this.#start + Math.max(0, from - this.first);
    return this.#items.slice(begin, begin + count) as T[];
  }

  /** Adds the item, which may push out older ones; the newest is kept whatever its length. */
  push(item: T): void {
    this.#next++;
    this.#items.push(item);
    this.#characters += this.lengthOf(item);
    this.#drop();
    for (const listener of [...this.#listeners]) listener(item);
  }

  /** Calls back with each item from now on. */
  onItem(listener: (item: T) => void): Disposable {
    this.#listeners.add(listener);
    return onDispose(() => this.#listeners.delete(listener));
  }

  #drop(): void {
    const { maxLines, maxCharacters } = this.limits;
    while (this.#items.length - this.#start > 1 && (this.#items.length - this.#start > maxLines || this.#characters > maxCharacters)) {
      this.#characters -= this.lengthOf(this.#items[this.#start]!);
      this.#items[this.#start++] = undefined;
    }
    // Moved seldom, so that an item costs the same however many are kept.
    if (this.#start * 2 <= this.#items.length + 64) return;
    this.#items = this.#items.slice(this.#start);
    this.#start = 0;
  }
}
