import { TurnQueue } from '../../../hosting/primitives/turn-queue.js';

/** Lets one piece of work at a time run on each object, in the order in which they came. */
export class Turns {
  readonly #queues = new WeakMap<object, TurnQueue>();

  /**
   * Runs `work` when everything before it on `target` has ended. Who gives up waiting does not let the next one pass what is still running.
   *
   * @throws OperationCanceledError when `signal` fires before its turn has come; afterwards it is for `work` to heed it
   */
  take<T>(target: object, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    let queue = this.#queues.get(target);
    if (!queue) this.#queues.set(target, (queue = new TurnQueue()));
    return queue.run(work, signal);
  }
}
