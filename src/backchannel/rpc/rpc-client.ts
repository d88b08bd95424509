import type { Duplex } from 'node:stream';
import type { Message, NotificationMessage, ResponseMessage } from 'vscode-jsonrpc/node';
import { OperationCanceledError } from '../../hosting/primitives/index.js';
import { infiniteTimeSpan, type TimeProvider } from '../../hosting/time/index.js';
import type { CallDeadlines, WithDeadline } from './call-deadlines.js';
import { describeJson, isJsonObject } from './json-value.js';
import type { CallOptions, CallReceiver } from './outgoing-call.js';
import { OutgoingCalls } from './outgoing-calls.js';
import { isLastBatch, RemoteStream, streamTokenOf } from './remote-stream.js';
import { RpcConnection } from './rpc-connection.js';
import { MalformedFrameError, RpcError } from './rpc-errors.js';
import { defaultMaxMessageBytes, protocolMethods, rpcErrorCodes } from './rpc-protocol.js';
import type { TraceContext } from './trace-context.js';
import type { RpcCounters, WireLog } from './wire-log.js';

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
  readonly #calls: OutgoingCalls;
  readonly #requestTimeout: number;
  /** The tokens of the streams that the peer keeps for this end. */
  #openStreams: Set<unknown> | undefined;

  private constructor(stream: Duplex, options: RpcClientOptions) {
    const { timeProvider, deadlines, requestTimeout = 10_000, cancelGrace = 0, maxMessageBytes, frameTimeout, traceContext, wireLog, leavesOpen } = options;
    this.#requestTimeout = requestTimeout;
    const wire = { isStalled: () => this.#connection.isStalled, send: (message: Message) => this.#connection.send(message) };
    this.#calls = new OutgoingCalls(wire, { timeProvider, deadlines, cancelGrace, traceContext });
    this.#connection = new RpcConnection(
      stream,
      { timeProvider, maxMessageBytes, frameTimeout, maxUnsentBytes: defaultMaxMessageBytes, wireLog, leavesOpen },
      {
        incoming: value => this.#read(value),
        onStallEnd: () => this.#calls.resume(),
        onLost: () => this.#end(),
      },
    );
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
  request<T>(method: string, args: readonly unknown[] = [], { signal, timeout = this.#requestTimeout }: RpcRequestOptions = {}): Promise<T> {
    return this.#call(method, args, { signal, timeout }) as Promise<T>;
  }

  /** Does as {@link request} does, and reads the answer. @throws what `recover` throws */
  ask<T>(
    method: string,
    args: readonly unknown[],
    { read, recover }: RpcAnswerReader<T>,
    { signal, timeout = this.#requestTimeout }: RpcRequestOptions = {},
  ): Promise<T> {
    return this.#call(method, args, { signal, timeout, read, recover }) as Promise<T>;
  }

  /** Does as {@link request} does, and tells `receiver` how it ends: no promise, no microtask, for those who ask very many. */
  start(method: string, args: readonly unknown[], receiver: CallReceiver, { signal, timeout = this.#requestTimeout }: RpcRequestOptions = {}): void {
    if (this.#connection.isClosed) receiver.reject(this.#refusal(signal), method);
    else this.#calls.start(method, withoutTrailingUndefined(args), { signal, timeout }, receiver);
  }

  /** Has the questions that `work` asks go out at its end, in one write; else they do so at the end of the turn. */
  together(work: () => void): void {
    this.#connection.together(work);
  }

  /**
   * Calls a method that answers with a stream, and pulls its items as they are iterated, once.
   *
   * The call itself has the client's `requestTimeout`, waiting for items has no limit. The iteration throws as {@link request} does.
   */
  stream<T>(method: string, args: readonly unknown[] = [], { signal }: RpcStreamOptions = {}): AsyncIterableIterator<T> {
    const abort = (token: unknown) => this.#notify(protocolMethods.abortStream, [token]);
    const releaseLate = (opening: unknown) => {
      const token = streamTokenOf(opening);
      if (token !== undefined) abort(token);
    };
    return new RemoteStream<T>(
      {
        method,
        open: ending => this.#call(method, args, { signal: ending, timeout: this.#requestTimeout, onLateResult: releaseLate }),
        next: (token, ending, handle, onLate) =>
          this.#call(protocolMethods.nextItems, [token], {
            signal: ending,
            handle,
            timeout: infiniteTimeSpan,
            label: method,
            onLateResult: batch => onLate(isLastBatch(batch)),
            onLateError: error => onLate(error instanceof RpcError),
          }),
        hold: token => (this.#openStreams ??= new Set()).add(token),
        release: (token, isOver) => {
          if (this.#openStreams?.delete(token) && !isOver) abort(token);
        },
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
    return this.#connection.isClosed ? this.#refuse(method, options) : this.#calls.call(method, withoutTrailingUndefined(args), options);
  }

  async #refuse(method: string, { signal, recover }: CallOptions): Promise<unknown> {
    const error = this.#refusal(signal);
    if (recover) return recover(error, method);
    throw error;
  }

  #refusal(signal: AbortSignal | undefined): Error {
    return signal?.aborted ? new OperationCanceledError(signal) : this.#connection.lostError();
  }

  /** Answers settle calls; requests are left to vscode-jsonrpc, which says that nothing is served here. */
  #read(value: unknown): Message | undefined {
    if (!isJsonObject(value)) throw new MalformedFrameError('a JSON-RPC message', describeJson(value));
    if (typeof value['method'] === 'string') return 'id' in value ? { jsonrpc: '2.0', ...value } : undefined;
    const { id, result, error } = value;
    this.#calls.settle(id, result, error === undefined || error === null ? undefined : readError(error));
    return undefined;
  }

  /** A .NET peer would keep streams that nobody aborts for as long as it lives, also those of connections that are no more. */
  #end(): void {
    for (const token of this.#openStreams ?? []) this.#notify(protocolMethods.abortStream, [token]);
    this.#openStreams = undefined;
    this.#calls.rejectAll(() => this.#connection.lostError());
  }

  #notify(method: string, params: unknown[]): void {
    const notification: NotificationMessage = { jsonrpc: '2.0', method, params };
    this.#connection.send(notification);
  }
}

function withoutTrailingUndefined(args: readonly unknown[]): readonly unknown[] {
  let count = args.length;
  if (count === 0 || args[count - 1] !== undefined) return args;
  while (count > 0 && args[count - 1] === undefined) count--;
  return args.slice(0, count);
}

function readError(error: unknown): NonNullable<ResponseMessage['error']> {
  const { code, message, data } = isJsonObject(error) ? error : { code: undefined, message: undefined, data: undefined };
  return {
    code: Number.isInteger(code) ? (code as number) : rpcErrorCodes.internalError,
    message: typeof message === 'string' ? message : 'The peer gave no reason.',
    data: isJsonObject(data) ? { ...data } : undefined,
  };
}
