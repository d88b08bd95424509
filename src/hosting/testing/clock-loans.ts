import type { FakeTimer } from './fake-timer.js';
import type { FiringLoop } from './firing-loop.js';
import type { PendingTimer } from './pending-timer.js';

/** Who has a fake clock, and what was armed on it before: what hosts leave behind shows when the last of them has ended. */
export class ClockLoans {
  #open = 0;
  #before: ReadonlySet<FakeTimer> = new Set();

  constructor(private readonly loop: FiringLoop) {}

  /** @returns ends the loan, and tells what is armed and was not when the first began; nothing while others go on */
  lend(): () => readonly PendingTimer[] {
    if (this.#open++ === 0) this.#before = new Set(this.loop.armed);
    let isBack = false;
    return () => {
      if (!isBack) this.#open--;
      isBack = true;
      return this.#open > 0 ? [] : this.loop.armed.filter(timer => !this.#before.has(timer)).map(timer => this.loop.pending(timer));
    };
  }
}
