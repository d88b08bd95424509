import { raceAbort } from './abort.js';
import { Deferred } from './deferred.js';

/** Runs one piece of work after the other, in the order in which they were asked for, whatever becomes of each. */
export class TurnQueue {
  #last: Promise<void> = Promise.resolve();

  /**
   * Runs `work` when all that was asked for before has ended.
   *
   * @param signal gives up the wait, not the work
   * @throws OperationCanceledError when `signal` fires before it is its turn
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const previous = this.#last;
    const turn = new Deferred<void>();
    this.#last = previous.then(() => turn.promise);
    try {
      await raceAbort(previous, signal);
      return await work();
    } finally {
      turn.resolve();
    }
  }
}
