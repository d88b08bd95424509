import { Deferred, onAbort, OperationCanceledError } from '../../hosting/primitives/index.js';
import { estimateSize } from './estimate-size.js';
import type { SessionMemory } from './session-memory.js';

/** The estimated size from which a batch takes no further item and nothing more is read ahead by one stream, in characters. */
const maxBatchSize = 4_194_304;

/** The answer to `$/enumerator/next`. */
export interface StreamBatch {
  readonly values: readonly unknown[];
  readonly finished: boolean;
}

/**
 * A stream that the peer pulls, over an async iterable of ours.
 *
 * Nothing runs before the first pull. From then on the producer is read ahead within bounds, its own and those of the session, and a pull gets everything that is ready, or waits for the
 * first item. However the stream ends, its signal fires unless the producer ended by itself, and the producer is told to `return`.
 */
export class OutgoingStream {
  readonly #producer: AsyncIterator<unknown>;
  readonly #cancelCall: (reason: Error) => void;
  readonly #maxItems: number;
  readonly #memory: SessionMemory;
  #items: unknown[] = [];
  #size = 0;
  /** How much of the size counts as read ahead. */
  #heldSize = 0;
  /** Whether the session may read no further ahead: then no more than the one item is. */
  #isOverBudget = false;
  #changed = new Deferred<void>();
  #isReadingAhead = false;
  #isPulling = false;
  /** Set when the producer has ended by itself. */
  #outcome: { readonly error?: unknown } | undefined;
  /** Set when the stream was closed from outside: what a pending pull rejects with. */
  #closed: Error | undefined;

  /**
   * @param cancelCall fires the signal of the call that made the producer
   * @param memory counts what is read ahead; where that has no room, one item is
   */
  constructor(source: AsyncIterable<unknown>, cancelCall: (reason: Error) => void, maxItems: number, memory: SessionMemory) {
    this.#producer = source[Symbol.asyncIterator]();
    this.#cancelCall = cancelCall;
    this.#maxItems = maxItems;
    this.#memory = memory;
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
    this.#takeItems();
    this.#cancelCall(reason);
    this.#signalChange();
    // It may throw, or hang in what it waits for: the signal has told it already.
    void (async () => this.#producer.return?.())().catch(() => undefined);
  }

  get #isFull(): boolean {
    return this.#items.length >= this.#maxItems || this.#size >= maxBatchSize || this.#isOverBudget;
  }

  async #readAhead(): Promise<void> {
    this.#isReadingAhead = true;
    try {
      while (!this.#closed) {
        const step = await this.#producer.next();
        if (step.done) break;
        if (this.#closed) break;
        this.#add(step.value);
        this.#signalChange();
        while (this.#isFull && !this.#closed) await this.#changed.promise;
      }
      this.#outcome = {};
    } catch (error) {
      this.#outcome = { error };
    }
    this.#signalChange();
  }

  #add(item: unknown): void {
    const size = estimateSize(item);
    this.#items.push(item);
    this.#size += size;
    if (this.#memory.tryReadAhead(size)) this.#heldSize += size;
    else this.#isOverBudget = true;
  }

  #takeItems(): readonly unknown[] {
    const items = this.#items;
    this.#memory.releaseReadAhead(this.#heldSize);
    this.#items = [];
    this.#size = this.#heldSize = 0;
    this.#isOverBudget = false;
    return items;
  }

  #takeBatch(): StreamBatch {
    if (this.#closed) throw this.#closed;
    const failure = this.#outcome && 'error' in this.#outcome ? this.#outcome : undefined;
    if (failure && this.#items.length === 0) throw failure.error;
    const values = this.#takeItems();
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
