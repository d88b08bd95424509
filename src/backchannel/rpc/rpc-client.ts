import type { Duplex } from 'node:stream';
import { OperationCanceledError } from '../../hosting/primitives/index.js';
import { infiniteTimeSpan, type TimeProvider } from '../../hosting/time/index.js';
import type { CallDeadlines, WithDeadline } from './call-deadlines.js';
import { CallingEnd } from './calling-end.js';
import type { CallOptions, CallReceiver } from './outgoing-call.js';
import { isLastBatch, RemoteStream, streamTokenOf } from './remote-stream.js';
import { RpcConnection } from './rpc-connection.js';
import { RpcError } from './rpc-errors.js';
import { defaultMaxMessageBytes, protocolMethods } from './rpc-protocol.js';
import type { TraceContext } from './trace-context.js';
import type { RpcCounters, WireLog } from './wire-log.js';
import type { WriteBurst } from './write-burst.js';

/** Options of {@link RpcClient.over}. */
export interface RpcClientOptions {
  /** The clock that measures deadlines. */
  readonly timeProvider: TimeProvider;
  /** Where the calls wait for their deadlines, shared with other clients of the same clock. Default: with none. */
  readonly deadlines?: CallDeadlines<WithDeadline> | undefined;
  /** How long a call may wait for its answer, in milliseconds; -1 is without limit. Default: 10,000. */
  readonly requestTimeout?: number | undefined;
  /** How long a call that was cancelled or ran out of time still waits for the peer's own answer, which then counts, in milliseconds. Default: 0. */
  readonly cancelGrace?: number | undefined;
  /** The largest message that is accepted, in bytes. Default: 64 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** How long a message that has begun may take to come, in milliseconds; then the connection ends. -1 is without limit. Default: 30,000. */
  readonly frameTimeout?: number | undefined;
  /** Asked at each call which trace it belongs to. Default: none is sent. */
  readonly traceContext?: (() => TraceContext | undefined) | undefined;
  /** Receives every message, secrets masked. Default: none is logged. */
  readonly wireLog?: WireLog | undefined;
  /** Whether disposing it asynchronously leaves a socket to the system, which closes it with the end of the process, for which it does not count any more. Default: false. */
  readonly leavesOpen?: boolean | undefined;
}

/** Options of {@link RpcClient.request}. */
export interface RpcRequestOptions {
  /** Cancels the call here and at the peer. */
  readonly signal?: AbortSignal | undefined;
  /** How long this call may wait for its answer, in milliseconds; -1 is without limit. Default: the client's `requestTimeout`. */
  readonly timeout?: number | undefined;
}

/** What a caller makes of how a call ends, with nothing in between: an `await` at each call would cost more than what is done there. */
export interface RpcAnswerReader<T> {
  /** Makes of the answer what the call resolves with. */
  readonly read: (answer: unknown) => T;
  /** Makes of an error, also of one of `read`, what the call resolves with; it rejects with what this throws. */
  readonly recover: (error: unknown, method: string) => T;
}

/** Options of {@link RpcClient.stream}. */
export interface RpcStreamOptions {
  /** Ends the stream with `OperationCanceledError`, here and at the peer. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The calling end of a backchannel connection.
 *
 * It owns its stream. Every call settles: by the answer, by its deadline, by its signal, or with {@link ConnectionLostError} when the connection ends.
 */
export class RpcClient implements Disposable, AsyncDisposable {
  readonly #connection: RpcConnection;
  readonly #end: CallingEnd;
  /** For calls that say nothing else. */
  readonly #usualOptions: CallOptions;

  private constructor(stream: Duplex, options: RpcClientOptions) {
    const { timeProvider, deadlines, requestTimeout = 10_000, cancelGrace = 0, maxMessageBytes, frameTimeout, traceContext, wireLog, leavesOpen } = options;
    this.#usualOptions = { timeout: requestTimeout };
    this.#end = new CallingEnd({ timeProvider, deadlines, cancelGrace, traceContext });
    const connection = { timeProvider, maxMessageBytes, frameTimeout, maxUnsentBytes: defaultMaxMessageBytes, wireLog, leavesOpen };
    this.#connection = this.#end.connection = new RpcConnection(stream, connection, this.#end);
  }

  /** Speaks over a connected stream (a socket, or one end of a pair in memory), which belongs to the client from now on. */
  static over(stream: Duplex, options: RpcClientOptions): RpcClient {
    return new RpcClient(stream, options);
  }

  /** Resolves when the connection has ended: with the failure, or with undefined after an orderly end by either side. */
  get closed(): Promise<Error | undefined> {
    return this.#connection.closed;
  }

  /** Whether the connection has ended; calls then reject. */
  get isClosed(): boolean {
    return this.#connection.isClosed;
  }

  /** What has passed over the connection so far. */
  get counters(): RpcCounters {
    return this.#connection.counters;
  }

  /**
   * Calls a method of the peer with positional arguments; trailing undefined ones are left out.
   *
   * The answer is not checked against `T`: validate what comes from a peer.
   *
   * @throws RpcError when the peer answers with an error, MethodNotFoundError when it has no such method
   * @throws DeadlineExceededError after the timeout; OperationCanceledError when the signal fires or the peer cancels
   * @throws ConnectionLostError when the connection ends first, or has ended
   */
  request<T>(method: string, args: readonly unknown[] = [], options: RpcRequestOptions = {}): Promise<T> {
    return this.#call(method, args, this.#withTimeout(options)) as Promise<T>;
  }

  /** Does as {@link request} does, and reads the answer. @throws what `recover` throws */
  ask<T>(method: string, args: readonly unknown[], { read, recover }: RpcAnswerReader<T>, options: RpcRequestOptions = {}): Promise<T> {
    return this.#call(method, args, { ...this.#withTimeout(options), read, recover }) as Promise<T>;
  }

  /** Does as {@link request} does, and tells `receiver` how it ends: no promise, no microtask, for those who ask very many. */
  start(method: string, args: readonly unknown[], receiver: CallReceiver, options?: RpcRequestOptions): void {
    if (this.#connection.isClosed) receiver.reject(this.#refusal(options?.signal), method);
    else this.#end.calls.start(method, withoutTrailingUndefined(args), options ? this.#withTimeout(options) : this.#usualOptions, receiver);
  }

  /** Has the questions that `work` asks go out at its end, or with a burst, in one write; else they do so at the end of the turn. */
  together(work: () => void, burst?: WriteBurst): void {
    this.#connection.together(work, burst);
  }

  /**
   * Calls a method that answers with a stream, and pulls its items as they are iterated, once.
   *
   * The call itself has the client's `requestTimeout`, waiting for items has no limit. The iteration throws as {@link request} does.
   */
  stream<T>(method: string, args: readonly unknown[] = [], { signal }: RpcStreamOptions = {}): AsyncIterableIterator<T> {
    const releaseLate = (opening: unknown) => {
      const token = streamTokenOf(opening);
      if (token !== undefined) this.#end.abortStream(token);
    };
    return new RemoteStream<T>(
      {
        method,
        open: ending => this.#call(method, args, { ...this.#usualOptions, signal: ending, onLateResult: releaseLate }),
        next: (token, ending, handle, onLate) =>
          this.#call(protocolMethods.nextItems, [token], {
            signal: ending,
            handle,
            timeout: infiniteTimeSpan,
            label: method,
            onLateResult: batch => onLate(isLastBatch(batch)),
            onLateError: error => onLate(error instanceof RpcError),
          }),
        hold: token => this.#end.holdStream(token),
        release: (token, isOver) => this.#end.releaseStream(token, isOver),
      },
      signal,
    );
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#connection[Symbol.asyncDispose]();
  }

  #call(method: string, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    return this.#connection.isClosed ? this.#refuse(method, options) : this.#end.calls.call(method, withoutTrailingUndefined(args), options);
  }

  async #refuse(method: string, { signal, recover }: CallOptions): Promise<unknown> {
    const error = this.#refusal(signal);
    if (recover) return recover(error, method);
    throw error;
  }

  #refusal(signal: AbortSignal | undefined): Error {
    return signal?.aborted ? new OperationCanceledError(signal) : this.#connection.lostError();
  }

  #withTimeout({ signal, timeout = this.#usualOptions.timeout }: RpcRequestOptions): CallOptions {
    return { signal, timeout };
  }
}

function withoutTrailingUndefined(args: readonly unknown[]): readonly unknown[] {
  let count = args.length;
  if (count === 0 || args[count - 1] !== undefined) return args;
  while (count > 0 && args[count - 1] === undefined) count--;
  return args.slice(0, count);
}
