import type { IncomingCall } from './incoming-calls.js';
import { OutgoingStream, type StreamBatch, type StreamOwner } from './outgoing-stream.js';
import type { ConnectionLostError } from './rpc-errors.js';
import { rpcErrorCodes } from './rpc-protocol.js';
import { RequestFailure } from './request-failure.js';
import type { SessionMemory } from './session-memory.js';

/** Sends the answers to requests. */
export interface CallAnswers {
  answer(call: IncomingCall, result: unknown): void;
  answerError(call: IncomingCall, error: unknown): void;
}

/** The open streams of one connection under their tokens 1, 2, 3… */
export class StreamTable implements StreamOwner {
  readonly maxItems: number;
  readonly memory: SessionMemory;
  readonly #streams = new Map<unknown, OutgoingStream>();
  readonly #maxStreams: number;
  readonly #answers: CallAnswers;
  #lastToken = 0;

  /** @param answers sends what requests for items are answered with */
  constructor(maxStreams: number, maxItems: number, memory: SessionMemory, answers: CallAnswers) {
    this.#maxStreams = maxStreams;
    this.maxItems = maxItems;
    this.memory = memory;
    this.#answers = answers;
  }

  /**
   * Takes over the producer that a call made, with the call's signal; returns the token.
   *
   * @throws RequestFailure when too many are open, or the call was cancelled; the producer is released then
   */
  open(source: AsyncIterable<unknown>, call: IncomingCall): number {
    const stream = new OutgoingStream(this.#lastToken + 1, source, call, this);
    const refusal = this.#refusalOf(call);
    if (refusal) {
      stream.close(refusal);
      throw refusal;
    }
    this.#streams.set(++this.#lastToken, stream);
    return this.#lastToken;
  }

  /**
   * Answers `call`, not at once, with the next batch of a stream; its token is gone after the end, an error or a cancellation.
   *
   * @throws RequestFailure -32001 for a token that is unknown, -32000 while another request for its items is pending
   */
  next(token: unknown, call: IncomingCall): void {
    const stream = this.#find(token);
    // A .NET AppHost dies of this; here the first request goes on undisturbed.
    if (stream.isPulling) throw new RequestFailure(rpcErrorCodes.invocationError, 'The previous request for items of this stream is not answered yet.');
    stream.pull(call);
  }

  answer(stream: OutgoingStream, pull: IncomingCall, batch: StreamBatch): void {
    if (batch.finished) this.#streams.delete(stream.token);
    this.#answers.answer(pull, batch);
  }

  answerError(stream: OutgoingStream, pull: IncomingCall, error: unknown): void {
    this.#streams.delete(stream.token);
    this.#answers.answerError(pull, error);
  }

  /** Releases a stream; a pending `next` of it is answered -32001. @throws RequestFailure -32001 for a token that is unknown */
  abort(token: unknown): void {
    const stream = this.#find(token);
    this.#streams.delete(token);
    stream.close(noSuchToken());
  }

  closeAll(reason: ConnectionLostError): void {
    for (const stream of this.#streams.values()) stream.close(reason);
    this.#streams.clear();
  }

  #refusalOf({ isCanceled }: IncomingCall): RequestFailure | undefined {
    if (isCanceled) return new RequestFailure(rpcErrorCodes.requestCanceled, 'The call was canceled.');
    if (this.#streams.size < this.#maxStreams) return undefined;
    return new RequestFailure(rpcErrorCodes.invocationError, `More than ${this.#maxStreams} streams are open on this connection.`);
  }

  #find(token: unknown): OutgoingStream {
    const stream = this.#streams.get(token);
    if (!stream) throw noSuchToken();
    return stream;
  }
}

function noSuchToken(): RequestFailure {
  return new RequestFailure(rpcErrorCodes.noSuchToken, 'There is no stream with this token, or no longer.');
}
