import type { Message, NotificationMessage, ResponseMessage } from 'vscode-jsonrpc/node';
import { describeJson, isJsonObject } from './json-value.js';
import { type CallWire, OutgoingCalls, type OutgoingCallsOptions } from './outgoing-calls.js';
import type { RpcConnection, RpcEnd } from './rpc-connection.js';
import { type ConnectionLostError, MalformedFrameError } from './rpc-errors.js';
import { protocolMethods, rpcErrorCodes } from './rpc-protocol.js';

/** The end of a connection that calls: its calls and the streams that it has open go out over the connection, and what comes in settles them. */
export class CallingEnd implements RpcEnd, CallWire {
  readonly calls: OutgoingCalls;
  /** Whose end it is; given before anything is called. */
  connection: RpcConnection | undefined;
  /** The tokens of the streams that the peer keeps for this end. */
  #openStreams: Set<unknown> | undefined;

  constructor(options: OutgoingCallsOptions) {
    this.calls = new OutgoingCalls(this, options);
  }

  get isStalled(): boolean {
    return this.connection?.isStalled === true;
  }

  send(message: Message): boolean {
    return this.connection?.send(message) === true;
  }

  /** Takes note of a stream that the peer keeps. */
  holdStream(token: unknown): void {
    (this.#openStreams ??= new Set()).add(token);
  }

  /** Lets go of a stream. @param isOver whether the peer knows */
  releaseStream(token: unknown, isOver: boolean): void {
    if (this.#openStreams?.delete(token) && !isOver) this.abortStream(token);
  }

  abortStream(token: unknown): void {
    const notification: NotificationMessage = { jsonrpc: '2.0', method: protocolMethods.abortStream, params: [token] };
    this.send(notification);
  }

  /** Answers settle calls; requests are left to vscode-jsonrpc, which says that nothing is served here. */
  incoming(value: unknown): Message | undefined {
    if (!isJsonObject(value)) throw new MalformedFrameError('a JSON-RPC message', describeJson(value));
    if (typeof value['method'] === 'string') return 'id' in value ? { jsonrpc: '2.0', ...value } : undefined;
    const { id, result, error } = value;
    this.calls.settle(id, result, error === undefined || error === null ? undefined : readError(error));
    return undefined;
  }

  onStallEnd(): void {
    this.calls.resume();
  }

  /** A .NET peer would keep streams that nobody aborts for as long as it lives, also those of connections that are no more. */
  onLost(reason: () => ConnectionLostError): void {
    for (const token of this.#openStreams ?? []) this.abortStream(token);
    this.#openStreams = undefined;
    this.calls.rejectAll(reason);
  }
}

function readError(error: unknown): NonNullable<ResponseMessage['error']> {
  const { code, message, data } = isJsonObject(error) ? error : { code: undefined, message: undefined, data: undefined };
  return {
    code: Number.isInteger(code) ? (code as number) : rpcErrorCodes.internalError,
    message: typeof message === 'string' ? message : 'The peer gave no reason.',
    data: isJsonObject(data) ? { ...data } : undefined,
  };
}
