import { raceAbort } from './abort.js';
import { Deferred } from './deferred.js';

/** Tells one waiter that something changed; changes that come while it does not wait count as one. */
export class ChangeLatch {
  #isSet = false;
  #waiter: Deferred<void> | undefined;

  set(): void {
    this.#isSet = true;
    this.#waiter?.resolve();
  }

  /** Waits for a change since the last wait. @throws OperationCanceledError when `signal` fires */
  async wait(signal?: AbortSignal): Promise<void> {
    if (!this.#isSet) {
      this.#waiter = new Deferred<void>();
      try {
        await raceAbort(this.#waiter.promise, signal);
      } finally {
        this.#waiter = undefined;
      }
    }
    this.#isSet = false;
  }
}
