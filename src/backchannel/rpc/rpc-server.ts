import type { Duplex } from 'node:stream';
import type { ResponseMessage } from 'vscode-jsonrpc/node';
import { errorCodeOf, isCancellation, toError } from '../../hosting/primitives/index.js';
import { TimeProvider } from '../../hosting/time/index.js';
import { type CallGate, cancelledId, type IncomingCall, IncomingCalls, type RpcId } from './incoming-calls.js';
import { RequestFailure } from './request-failure.js';
import type { RpcBudget } from './rpc-budget.js';
import { RpcConnection, type RpcEnd } from './rpc-connection.js';
import { type ConnectionLostError, InvalidParamsError, MalformedFrameError } from './rpc-errors.js';
import { bindParameters, methodNamed, type RpcMethods } from './rpc-method.js';
import { defaultMaxMessageBytes, protocolMethods, rpcErrorCodes } from './rpc-protocol.js';
import { SessionMemory } from './session-memory.js';
import { type CallAnswers, StreamTable } from './stream-table.js';
import type { RpcCounters, WireLog } from './wire-log.js';

/** What may be read ahead by all streams of a session together, in bytes. */
const defaultMaxReadAhead = 16_777_216;

/** Options of {@link serveRpc}. */
export interface RpcServerOptions {
  /** The clock of the patience with a client that does not read while the session closes. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider | undefined;
  /** The largest message that is accepted, in bytes. Default: 64 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** How long a message that has begun may take to come, in milliseconds; then the session ends. -1 is without limit. Default: 30,000. */
  readonly frameTimeout?: number | undefined;
  /** Bytes of answers that may wait for a client that does not read; then the session ends. Default: 64 MiB. From 1 MiB on, nothing is read from it. */
  readonly maxUnsentBytes?: number | undefined;
  /** Bytes that the requests which wait for their answers may measure together; further ones are refused. Default: 64 MiB. */
  readonly maxPendingBytes?: number | undefined;
  /** Requests that may wait for their answers at a time; further ones are refused. Default: 1000. */
  readonly maxPendingCalls?: number | undefined;
  /** Streams that may be open at a time; further ones are refused. Default: 100. */
  readonly maxOpenStreams?: number | undefined;
  /** Items that are read ahead of the client, and sent at a time. Default: 256. */
  readonly maxBatchItems?: number | undefined;
  /**
   * Bytes that the items which all streams together have read ahead of the client may measure; a stream that finds no room reads one item ahead.
   * Default: 16 MiB. Of each single stream: 4 MiB.
   */
  readonly maxReadAheadBytes?: number | undefined;
  /** Bounds what this session and others hold in memory for their clients together: give all sessions of a server the same. Default: nothing does. */
  readonly budget?: RpcBudget | undefined;
  /** Called with the reason when a message that is no request has been refused; the session goes on. Default: nobody is told. */
  readonly onMalformed?: ((reason: string) => void) | undefined;
  /** Receives every message, secrets masked. Default: none is logged. */
  readonly wireLog?: WireLog | undefined;
}

/** A connection that is being served. Disposing it cancels what runs, releases all streams and closes the stream. */
export interface RpcSession extends AsyncDisposable {
  /** Resolves when the connection has ended: with the failure, or with undefined after an orderly end by either side. */
  readonly closed: Promise<Error | undefined>;
  /** Whether the connection has ended. */
  readonly isClosed: boolean;
  /** What has passed over the connection so far. */
  readonly counters: RpcCounters;
}

/**
 * Serves methods to the peer at the other end of a connected stream, which belongs to the session from now on.
 *
 * Calls run concurrently and are answered as they finish. Notifications run no method.
 *
 * Differs from .NET: what is no valid request is answered (-32700, -32600) where .NET hangs up, running calls are cancelled and streams released when the
 * client goes, and no stack trace leaves the process.
 */
export function serveRpc(stream: Duplex, methods: RpcMethods, options: RpcServerOptions = {}): RpcSession {
  return new Session(stream, methods, options);
}

/** Its parts call its methods rather than functions that are made for them: those of a thousand sessions are a noticeable part of what they take. */
class Session implements RpcSession, RpcEnd, CallGate, CallAnswers {
  readonly #methods: RpcMethods;
  readonly #onMalformed: ((reason: string) => void) | undefined;
  readonly #memory: SessionMemory;
  readonly #calls: IncomingCalls;
  readonly #streams: StreamTable;
  readonly #connection: RpcConnection;

  constructor(stream: Duplex, methods: RpcMethods, options: RpcServerOptions) {
    this.#methods = methods;
    this.#onMalformed = options.onMalformed;
    const memory = (this.#memory = new SessionMemory(options.maxReadAheadBytes ?? defaultMaxReadAhead, options.budget));
    const { maxPendingCalls = 1000, maxPendingBytes = defaultMaxMessageBytes } = options;
    this.#calls = new IncomingCalls({ maxPending: maxPendingCalls, maxPendingBytes, memory }, this);
    this.#streams = new StreamTable(options.maxOpenStreams ?? 100, options.maxBatchItems ?? 256, memory, this);
    this.#connection = new RpcConnection(
      stream,
      {
        timeProvider: options.timeProvider ?? TimeProvider.system,
        maxMessageBytes: options.maxMessageBytes,
        frameTimeout: options.frameTimeout,
        maxUnsentBytes: options.maxUnsentBytes ?? defaultMaxMessageBytes,
        pausesWhenStalled: true,
        resize: bytes => memory.resize(bytes),
        wireLog: options.wireLog,
      },
      this,
    );
  }

  get closed(): Promise<Error | undefined> {
    return this.#connection.closed;
  }

  get isClosed(): boolean {
    return this.#connection.isClosed;
  }

  get counters(): RpcCounters {
    return this.#connection.counters;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  /** Requests go past vscode-jsonrpc, as at the calling end. @see OutgoingCalls */
  incoming(value: unknown, bytes: number): undefined {
    const call = this.#calls.admit(value, bytes);
    if (!call) return;
    try {
      if (call.method === protocolMethods.nextItems) return this.#pull(call);
      const result = this.#run(call);
      if (!isThenable(result)) return this.answer(call, result);
      this.#calls.add(call);
      Promise.resolve(result).then(
        final => this.answer(call, final),
        (error: unknown) => this.answerError(call, error),
      );
    } catch (error) {
      this.answerError(call, error);
    }
  }

  #pull(call: IncomingCall): undefined {
    this.#streams.next(tokenIn(call.params), call);
    this.#calls.add(call);
  }

  #run(call: IncomingCall): unknown {
    const { method, params } = call;
    switch (method) {
      case protocolMethods.abortStream:
        return this.#streams.abort(tokenIn(params));
      case protocolMethods.cancelRequest:
        return this.#calls.cancel(cancelledId(params));
      default:
        return this.#invoke(call);
    }
  }

  #invoke(call: IncomingCall): unknown {
    const method = methodNamed(this.#methods, call.method);
    if (!method) throw new RequestFailure(rpcErrorCodes.methodNotFound, `There is no method '${call.method}'.`);
    const args = bindParameters(method, call.params);
    // A stream has its call as long as it is open.
    call.params = undefined;
    return method.invoke(args, call);
  }

  answer(call: IncomingCall, result: unknown): undefined {
    if (isAsyncIterable(result)) {
      try {
        result = { token: this.#streams.open(result, call) };
      } catch (error) {
        return this.answerError(call, error);
      }
    }
    this.#send(call, { jsonrpc: '2.0', id: call.id, result: result ?? null });
  }

  answerError(call: IncomingCall, error: unknown): undefined {
    this.#send(call, { jsonrpc: '2.0', id: call.id, error: toErrorAnswer(error) });
  }

  #send(call: IncomingCall, answer: ResponseMessage): void {
    this.#calls.end(call);
    try {
      this.#connection.send(answer);
    } catch (error) {
      if (errorCodeOf(error) !== 'ERR_RPC_UNSENT') this.#sendInstead(call, toError(error));
    }
  }

  /** Says that an answer cannot be written. Where these were items, that is the end of the stream for the client, who will not abort it. */
  #sendInstead({ id, method, params }: IncomingCall, { message }: Error): void {
    this.refuse(id, rpcErrorCodes.responseNotSerializable, `The answer cannot be written as JSON: ${message}`);
    if (method === protocolMethods.nextItems) this.notice(protocolMethods.abortStream, params);
  }

  notice(method: string, params: unknown): void {
    if (method !== protocolMethods.abortStream) return;
    try {
      this.#streams.abort(tokenIn(params));
    } catch {
      // A notification has no answer, and a token that is over is what the caller wants.
    }
  }

  refuse(id: RpcId, code: number, message: string): undefined {
    if (code === rpcErrorCodes.invalidRequest) this.#onMalformed?.(message);
    this.#sendAnswer({ jsonrpc: '2.0', id, error: { code, message } });
  }

  #sendAnswer(answer: ResponseMessage): void {
    try {
      this.#connection.send(answer);
    } catch {
      // The peer does not read: that has ended the connection.
    }
  }

  onUnreadableBody(error: MalformedFrameError): void {
    this.#onMalformed?.(error.message);
    this.refuse(null, rpcErrorCodes.parseError, error.message);
  }

  onLost(reason: () => ConnectionLostError): void {
    const error = reason();
    const { cause } = error;
    if (cause instanceof MalformedFrameError) this.refuse(null, rpcErrorCodes.parseError, cause.message);
    else if (errorCodeOf(cause) === 'ERR_RPC_BUDGET') this.refuse(null, rpcErrorCodes.invocationError, toError(cause).message);
    this.#calls.cancelAll();
    this.#streams.closeAll(error);
  }

  /** What waits to be read is held until the stream lets go of it. */
  onClosed(): void {
    this.#memory[Symbol.dispose]();
  }
}

function tokenIn(params: unknown): unknown {
  const [token] = bindParameters({ parameters: ['token'] }, params);
  if (typeof token !== 'number') throw new InvalidParamsError('Expected a number as token of a stream.');
  return token;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}

function toErrorAnswer(thrown: unknown): NonNullable<ResponseMessage['error']> {
  if (thrown instanceof RequestFailure) return thrown.toJson();
  const error = toError(thrown);
  if (isCancellation(error)) return { code: rpcErrorCodes.requestCanceled, message: 'The call was canceled.' };
  if (error instanceof InvalidParamsError) return { code: rpcErrorCodes.invalidParams, message: error.message };
  return { code: rpcErrorCodes.invocationError, message: error.message, data: { type: error.name, message: error.message } };
}
