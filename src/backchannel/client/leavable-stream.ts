import { OperationCanceledError } from '../../hosting/primitives/index.js';
import { CancellationSource } from '../../hosting/time/index.js';

/**
 * The items that a generator makes, to be iterated once, and to be left at any time.
 *
 * A generator alone keeps whoever leaves it waiting until the item comes that it is waiting for; this one ends the wait, through the signal that the generator gets.
 */
export class LeavableStream<T> implements AsyncIterableIterator<T> {
  readonly #leaving = new CancellationSource();
  readonly #items: AsyncGenerator<T, void, undefined>;

  /** @param signal ends the stream with `OperationCanceledError` */
  constructor(generate: (signal: AbortSignal) => AsyncIterable<T>, signal: AbortSignal | undefined) {
    this.#items = this.#run(generate, signal);
  }

  next(): Promise<IteratorResult<T, void>> {
    return this.#items.next();
  }

  return(): Promise<IteratorResult<T, void>> {
    this.#leaving.cancel();
    return this.#items.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async *#run(generate: (signal: AbortSignal) => AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined> {
    using ending = new CancellationSource({ linkedTo: [this.#leaving.signal, signal] });
    try {
      yield* generate(ending.signal);
    } catch (error) {
      if (this.#leaving.isCancellationRequested) return;
      throw signal?.aborted ? new OperationCanceledError(signal) : error;
    }
  }
}
