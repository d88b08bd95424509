import { Deferred, onAbort, OperationCanceledError } from '../../hosting/primitives/index.js';
import { estimateSize } from './estimate-size.js';

/** The estimated size from which a batch takes no further item and nothing more is read ahead, in characters. */
const maxBatchSize = 4_194_304;

/** The answer to `$/enumerator/next`. */
export interface StreamBatch {
  readonly values: readonly unknown[];
  readonly finished: boolean;
}

/**
 * A stream that the peer pulls, over an async iterable of ours.
 *
 * Nothing runs before the first pull. From then on the producer is read ahead within bounds, and a pull gets everything that is ready, or waits for the
 * first item. However the stream ends, its signal fires unless the producer ended by itself, and the producer is told to `return`.
 */
export class OutgoingStream {
  readonly #producer: AsyncIterator<unknown>;
  readonly #cancelCall: (reason: Error) => void;
  readonly #maxItems: number;
  #items: unknown[] = [];
  #size = 0;
  #changed = new Deferred<void>();
  #isReadingAhead = false;
  #isPulling = false;
  /** Set when the producer has ended by itself. */
  #outcome: { readonly error?: unknown } | undefined;
  /** Set when the stream was closed from outside: what a pending pull rejects with. */
  #closed: Error | undefined;

  /** @param cancelCall fires the signal of the call that made the producer */
  constructor(source: AsyncIterable<unknown>, cancelCall: (reason: Error) => void, maxItems: number) {
    this.#producer = source[Symbol.asyncIterator]();
    this.#cancelCall = cancelCall;
    this.#maxItems = maxItems;
  }

  /** Whether a pull is pending; a second one must not be made. */
  get isPulling(): boolean {
    return this.#isPulling;
  }

  /**
   * The next batch: at least one item, or the end. After a failure the stream is over.
   *
   * @param signal cancels the pull and with it the whole stream, as in .NET
   * @throws what the producer threw, after the items before it have been taken
   * @throws OperationCanceledError, or the reason given to {@link close}
   */
  async pull(signal: AbortSignal): Promise<StreamBatch> {
    this.#isPulling = true;
    using _ = onAbort(signal, () => this.close(new OperationCanceledError(signal)));
    try {
      if (!this.#isReadingAhead) void this.#readAhead();
      while (this.#items.length === 0 && !this.#outcome && !this.#closed) await this.#changed.promise;
      if (!this.#isFull && !this.#outcome && !this.#closed) await turnOfReadyPromises();
      return this.#takeBatch();
    } finally {
      this.#isPulling = false;
    }
  }

  /** Ends the stream from outside; a pending pull rejects with `reason`. */
  close(reason: Error): void {
    if (this.#closed) return;
    this.#closed = reason;
    this.#items = [];
    this.#cancelCall(reason);
    this.#signalChange();
    // It may throw, or hang in what it waits for: the signal has told it already.
    void (async () => this.#producer.return?.())().catch(() => undefined);
  }

  get #isFull(): boolean {
    return this.#items.length >= this.#maxItems || this.#size >= maxBatchSize;
  }

  async #readAhead(): Promise<void> {
    this.#isReadingAhead = true;
    try {
      while (!this.#closed) {
        const step = await this.#producer.next();
        if (step.done) break;
        this.#items.push(step.value);
        this.#size += estimateSize(step.value);
        this.#signalChange();
        while (this.#isFull && !this.#closed) await this.#changed.promise;
      }
      this.#outcome = {};
    } catch (error) {
      this.#outcome = { error };
    }
    this.#signalChange();
  }

  #takeBatch(): StreamBatch {
    if (this.#closed) throw this.#closed;
    const values = this.#items;
    const failure = this.#outcome && 'error' in this.#outcome ? this.#outcome : undefined;
    if (failure && values.length === 0) throw failure.error;
    this.#items = [];
    this.#size = 0;
    this.#signalChange();
    return { values, finished: this.#outcome !== undefined && !failure };
  }

  /** Wakes the pull and the read-ahead, whichever waits. */
  #signalChange(): void {
    const changed = this.#changed;
    this.#changed = new Deferred<void>();
    changed.resolve();
  }
}

/** Lets every producer step that waits for nothing but promises happen first, so that a burst travels in one batch. */
function turnOfReadyPromises(): Promise<void> {
  return new Promise(resolve => process.nextTick(resolve));
}
