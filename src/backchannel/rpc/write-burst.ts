import { nextTurn } from '../../hosting/time/next-turn.js';

/** So many write together: the first of their peers then works while the rest are prepared. */
const size = 32;

/** What has something to write. */
export interface Flushable {
  /** Writes it. Throws nothing. */
  flush(): void;
}

/**
 * Has what many connections send at the same time go out together: to wake a peer takes longer than to write to one that is awake, and many peers are often one process.
 *
 * Each waits for the others no longer than to the end of the turn of the event loop.
 */
export class WriteBurst {
  #waiting: Flushable[] = [];

  add(one: Flushable): void {
    const count = this.#waiting.push(one);
    if (count === size) this.#flush();
    else if (count === 1) nextTurn(() => this.#flush());
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) each.flush();
  }
}
