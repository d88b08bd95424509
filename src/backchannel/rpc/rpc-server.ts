import type { Duplex } from 'node:stream';
import { ResponseError } from 'vscode-jsonrpc/node';
import { isCancellation, OperationCanceledError, toError } from '../../hosting/primitives/index.js';
import { TimeProvider } from '../../hosting/time/index.js';
import { cancelledId, type IncomingCall, IncomingCalls, type RpcId } from './incoming-calls.js';
import { RpcConnection } from './rpc-connection.js';
import { type ConnectionLostError, InvalidParamsError, MalformedFrameError } from './rpc-errors.js';
import { bindParameters, methodTable, type RpcMethod, type RpcMethods } from './rpc-method.js';
import { defaultMaxMessageBytes, protocolMethods, rpcErrorCodes } from './rpc-protocol.js';
import { StreamTable } from './stream-table.js';
import type { RpcCounters, WireLog } from './wire-log.js';

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

class Session implements RpcSession {
  readonly #methods: ReadonlyMap<string, RpcMethod>;
  readonly #calls: IncomingCalls;
  readonly #streams: StreamTable;
  readonly #connection: RpcConnection;

  constructor(stream: Duplex, methods: RpcMethods, options: RpcServerOptions) {
    this.#methods = methodTable(methods);
    this.#calls = new IncomingCalls(options.maxPendingCalls ?? 1000, options.maxPendingBytes ?? defaultMaxMessageBytes, (id, code, message) =>
      this.#refuse(id, code, message),
    );
    this.#streams = new StreamTable(options.maxOpenStreams ?? 100, options.maxBatchItems ?? 256);
    this.#connection = new RpcConnection(stream, {
      timeProvider: options.timeProvider ?? TimeProvider.system,
      maxMessageBytes: options.maxMessageBytes,
      frameTimeout: options.frameTimeout,
      maxUnsentBytes: options.maxUnsentBytes ?? defaultMaxMessageBytes,
      pausesWhenStalled: true,
      wireLog: options.wireLog,
      incoming: (value, bytes) => this.#calls.admit(value, bytes),
      outgoing: message => this.#calls.release(message),
      onUnreadableBody: error => this.#refuse(null, rpcErrorCodes.parseError, error.message),
      onRequest: (_method, call) => this.#answer(call as IncomingCall),
      onNotification: (method, params) => this.#notice(method, params),
      onLost: error => this.#end(error),
    });
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

  async #answer(call: IncomingCall): Promise<unknown> {
    try {
      if (call.isCanceled) throw new OperationCanceledError();
      return await this.#run(call);
    } catch (error) {
      return toResponseError(error);
    }
  }

  async #run(call: IncomingCall): Promise<unknown> {
    const { method, params } = call;
    switch (method) {
      case protocolMethods.nextItems:
        return this.#streams.next(tokenIn(params), call.signal);
      case protocolMethods.abortStream:
        return this.#streams.abort(tokenIn(params));
      case protocolMethods.cancelRequest:
        return this.#calls.cancel(cancelledId(params));
      default:
        return this.#invoke(call);
    }
  }

  async #invoke(call: IncomingCall): Promise<unknown> {
    const method = this.#methods.get(call.method);
    if (!method) throw new ResponseError(rpcErrorCodes.methodNotFound, `There is no method '${call.method}'.`);
    const result = await method.invoke(bindParameters(method, call.params), call);
    return isAsyncIterable(result) ? { token: this.#streams.open(result, call) } : result;
  }

  #notice(method: string, params: unknown): void {
    if (method !== protocolMethods.abortStream) return;
    try {
      this.#streams.abort(tokenIn(params));
    } catch {
      // A notification has no answer, and a token that is over is what the caller wants.
    }
  }

  #refuse(id: RpcId, code: number, message: string): undefined {
    this.#connection.send(errorAnswer(id, code, message));
  }

  #end(reason: ConnectionLostError): void {
    if (reason.cause instanceof MalformedFrameError) this.#refuse(null, rpcErrorCodes.parseError, reason.cause.message);
    this.#calls.cancelAll();
    this.#streams.closeAll(reason);
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

function toResponseError(thrown: unknown): ResponseError<unknown> {
  if (thrown instanceof ResponseError) return thrown;
  const error = toError(thrown);
  if (isCancellation(error)) return new ResponseError(rpcErrorCodes.requestCanceled, 'The call was canceled.');
  if (error instanceof InvalidParamsError) return new ResponseError(rpcErrorCodes.invalidParams, error.message);
  return new ResponseError(rpcErrorCodes.invocationError, error.message, { type: error.name, message: error.message });
}

function errorAnswer(id: RpcId, code: number, message: string) {
  return { jsonrpc: '2.0', id, error: { code, message } };
}
