import { onAbort, OperationCanceledError, throwIfAborted } from '../../hosting/primitives/index.js';
import { CancellationSource } from '../../hosting/time/index.js';
import { describeJson, isJsonObject } from './json-value.js';
import type { CallHandle } from './outgoing-call.js';
import { RpcError, RpcProtocolError } from './rpc-errors.js';

/** The three calls that a stream consists of. */
export interface StreamCalls {
  readonly method: string;
  /** The call that makes the stream; resolves with the peer's `{ token, values }`. */
  open(signal: AbortSignal): Promise<unknown>;
  /**
   * Waits for the next items, until `handle` is used; resolves with the peer's `{ values, finished }`.
   *
   * When the wait was given up, `onLate` is told of the end of the call, and whether the stream has ended with it.
   */
  next(token: unknown, signal: AbortSignal, handle: CallHandle, onLate: (isOver: boolean) => void): Promise<unknown>;
  /** Remembers a stream that the peer keeps, until it is released. */
  hold(token: unknown): void;
  /** Tells the peer that nobody will ask again, unless the stream is over there. */
  release(token: unknown, isOver: boolean): void;
}

/**
 * A stream of the peer, to be iterated once: the call is made by the first `next`, and items are pulled as they are asked for, never two pulls at a time.
 *
 * Leaving early, also while a `next` is pending, tells the peer to release its producer.
 */
export class RemoteStream<T> implements AsyncIterableIterator<T> {
  readonly #leaving = new CancellationSource();
  readonly #items: AsyncGenerator<T, void, undefined>;

  constructor(calls: StreamCalls, signal: AbortSignal | undefined) {
    this.#items = this.#read(calls, signal);
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

  async *#read(calls: StreamCalls, signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined> {
    using ending = new CancellationSource({ linkedTo: [this.#leaving.signal, signal] });
    const pull: CallHandle = {};
    using _ = onAbort(ending.signal, () => pull.giveUp?.());
    let token: unknown;
    let isOver = false;
    const release = (isEnd: boolean) => calls.release(token, isEnd);
    try {
      const opening = await calls.open(ending.signal);
      token = streamTokenOf(opening);
      if (token !== undefined) calls.hold(token);
      let values = readOpening(calls.method, opening);
      for (;;) {
        for (const value of values) {
          throwIfAborted(signal);
          yield value as T;
        }
        if (token === undefined || isOver) return;
        const batch = readBatch(calls.method, await calls.next(token, ending.signal, pull, release));
        isOver = batch.finished;
        values = batch.values;
      }
    } catch (error) {
      // An error answer has ended the stream on the peer's side.
      if (error instanceof RpcError) isOver = true;
      if (this.#leaving.isCancellationRequested) return;
      throw signal?.aborted ? new OperationCanceledError(signal) : error;
    } finally {
      // A .NET peer loses a producer that is to be released while it works.
      if (token !== undefined && !pull.isUnanswered) release(isOver);
    }
  }
}

/** The token in the answer to a call that makes a stream; undefined when there is none, because everything came at once. */
export function streamTokenOf(opening: unknown): unknown {
  return isJsonObject(opening) ? (opening['token'] ?? undefined) : undefined;
}

/** Whether the answer to a pull is the last one. */
export function isLastBatch(batch: unknown): boolean {
  return isJsonObject(batch) && batch['finished'] === true;
}

function readOpening(method: string, result: unknown): readonly unknown[] {
  if (result !== null && !isJsonObject(result)) throw new RpcProtocolError(method, 'a stream', describeJson(result));
  return readValues(method, result?.['values']);
}

function readBatch(method: string, result: unknown): { readonly finished: boolean; readonly values: readonly unknown[] } {
  if (!isJsonObject(result)) throw new RpcProtocolError(method, 'a batch of items', describeJson(result));
  const finished = isLastBatch(result);
  const values = readValues(method, result['values']);
  if (!finished && values.length === 0) throw new RpcProtocolError(method, 'at least one item or the end', 'an empty batch');
  return { finished, values };
}

function readValues(method: string, values: unknown): readonly unknown[] {
  if (values === undefined || values === null) return [];
  if (!Array.isArray(values)) throw new RpcProtocolError(method, 'a list of items', describeJson(values));
  return values;
}
