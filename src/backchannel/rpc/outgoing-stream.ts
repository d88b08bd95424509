import { OperationCanceledError } from '../../hosting/primitives/index.js';
import { estimateSize } from './estimate-size.js';
import type { CancelListener, IncomingCall } from './incoming-calls.js';
import type { SessionMemory } from './session-memory.js';

/** The estimated size from which a batch takes no further item and nothing more is read ahead by one stream, in characters. */
const maxBatchSize = 4_194_304;

/** The answer to `$/enumerator/next`. */
export interface StreamBatch {
  readonly values: readonly unknown[];
  readonly finished: boolean;
}

/** Has streams, and answers the requests for their items. */
export interface StreamOwner {
  readonly maxItems: number;
  /** Counts what is read ahead; where that has no room, one item is. */
  readonly memory: SessionMemory;
  answer(stream: OutgoingStream, pull: IncomingCall, batch: StreamBatch): void;
  /** Receives the error with which the stream is over: what the producer threw, after the items before it have been taken; or why it was closed. */
  answerError(stream: OutgoingStream, pull: IncomingCall, error: unknown): void;
}

/**
 * A stream that the peer pulls, over an async iterable of ours.
 *
 * Nothing runs before the first pull. From then on the producer is read ahead within bounds, its own and those of the session, and a pull gets everything that is
 * ready, at least one item or the end, or waits for the first item. However the stream ends, its signal fires unless the producer ended by itself, and the
 * producer is told to `return`.
 *
 * A thousand clients that watch are a thousand of these, each with a pull and a producer that wait: neither waits in an async function of ours, each of which
 * would hold half a kilobyte.
 */
export class OutgoingStream implements CancelListener {
  readonly token: number;
  readonly #producer: AsyncIterator<unknown>;
  readonly #call: IncomingCall;
  readonly #owner: StreamOwner;
  #items: unknown[] = [];
  #size = 0;
  /** How much of the size counts as read ahead. */
  #heldSize = 0;
  /** Whether the session may read no further ahead: then no more than the one item is. */
  #isOverBudget = false;
  /** Whether the producer has been asked for an item that it has not given. */
  #isReading = false;
  /** The request for items that is not answered. */
  #pull: IncomingCall | undefined;
  /** Whether it will be, in this turn. */
  #isAnswering = false;
  /** Set when the producer has ended by itself. */
  #outcome: { readonly error?: unknown } | undefined;
  /** Set when the stream was closed from outside: what a pending pull is answered with. */
  #closed: Error | undefined;
  readonly #onStep = (step: IteratorResult<unknown>): void => this.#takeStep(step);
  readonly #onFailure = (error: unknown): void => this.#end({ error });

  /** @param call made the producer; its signal is the stream's */
  constructor(token: number, source: AsyncIterable<unknown>, call: IncomingCall, owner: StreamOwner) {
    this.token = token;
    this.#producer = source[Symbol.asyncIterator]();
    this.#call = call;
    this.#owner = owner;
  }

  /** Whether a pull is pending; a second one must not be made. */
  get isPulling(): boolean {
    return this.#pull !== undefined;
  }

  /** Answers `call`, not at once, with the next batch. When it is cancelled, so is the whole stream, as in .NET. */
  pull(call: IncomingCall): void {
    this.#pull = call;
    call.listener = this;
    this.#read();
    this.#answerSoon();
  }

  onCanceled(): void {
    this.close(new OperationCanceledError());
  }

  /** Ends the stream from outside; a pending pull is answered with `reason`. */
  close(reason: Error): void {
    if (this.#closed) return;
    this.#closed = reason;
    this.#takeItems();
    this.#call.cancel(reason);
    this.#answerSoon();
    // It may throw, or hang in what it waits for: the signal has told it already.
    void (async () => this.#producer.return?.())().catch(() => undefined);
  }

  get #isFull(): boolean {
    return this.#items.length >= this.#owner.maxItems || this.#size >= maxBatchSize || this.#isOverBudget;
  }

  get #isOver(): boolean {
    return this.#closed !== undefined || this.#outcome !== undefined;
  }

  /** Asks the producer for its next item, when there is room for it. */
  #read(): void {
    if (this.#isReading || this.#isOver || this.#isFull) return;
    this.#isReading = true;
    try {
      Promise.resolve(this.#producer.next()).then(this.#onStep, this.#onFailure);
    } catch (error) {
      this.#end({ error });
    }
  }

  #takeStep(step: IteratorResult<unknown>): void {
    this.#isReading = false;
    if (this.#closed) return;
    try {
      if (step.done) return this.#end({});
      this.#add(step.value);
    } catch (error) {
      return this.#end({ error });
    }
    this.#answerSoon();
    this.#read();
  }

  #end(outcome: { readonly error?: unknown }): void {
    this.#outcome = outcome;
    this.#answerSoon();
  }

  #add(item: unknown): void {
    const size = estimateSize(item);
    this.#items.push(item);
    this.#size += size;
    if (this.#owner.memory.tryReadAhead(size)) this.#heldSize += size;
    else this.#isOverBudget = true;
  }

  #takeItems(): readonly unknown[] {
    const items = this.#items;
    this.#owner.memory.releaseReadAhead(this.#heldSize);
    this.#items = [];
    this.#size = this.#heldSize = 0;
    this.#isOverBudget = false;
    return items;
  }

  /** Answers the pull if there is something to answer, after whoever calls this has done his work. */
  #answerSoon(): void {
    if (!this.#pull || this.#isAnswering || (this.#items.length === 0 && !this.#isOver)) return;
    this.#isAnswering = true;
    if (this.#isOver || this.#isFull) queueMicrotask(() => this.#answer());
    // Every step of the producer that waits for nothing but promises happens first, so that a burst travels in one batch.
    else process.nextTick(() => this.#answer());
  }

  #answer(): void {
    const pull = this.#pull;
    this.#isAnswering = false;
    this.#pull = undefined;
    if (!pull) return;
    pull.listener = undefined;
    const failure = this.#outcome && 'error' in this.#outcome ? this.#outcome : undefined;
    if (this.#closed) return this.#owner.answerError(this, pull, this.#closed);
    if (failure && this.#items.length === 0) return this.#owner.answerError(this, pull, failure.error);
    const values = this.#takeItems();
    this.#read();
    this.#owner.answer(this, pull, { values, finished: this.#outcome !== undefined && !failure });
  }
}
