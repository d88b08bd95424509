import { HostwardError } from '../../hosting/primitives/index.js';

/** Why a connection ended, in StreamJsonRpc's words. */
export type DisconnectReason = 'LocallyDisposed' | 'RemotePartyTerminated' | 'StreamError';

const disconnectTexts: Readonly<Record<DisconnectReason, string>> = {
  LocallyDisposed: 'this side closed it',
  RemotePartyTerminated: 'the peer closed it',
  StreamError: 'the stream failed',
};

/** The bytes of the peer are no frames, or a frame holds no JSON-RPC message. Fatal for the connection. */
export class MalformedFrameError extends HostwardError {
  override readonly name = 'MalformedFrameError';

  constructor(
    readonly expected: string,
    readonly found: string,
    options?: ErrorOptions,
  ) {
    super('ERR_RPC_FRAME', `The peer broke the framing: expected ${expected}, found ${found}.`, options);
  }
}

/** The peer answered with something that its method cannot mean. The connection goes on. */
export class RpcProtocolError extends HostwardError {
  override readonly name = 'RpcProtocolError';

  constructor(
    readonly method: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super('ERR_RPC_PROTOCOL', `'${method}' was answered wrongly: expected ${expected}, found ${found}.`);
  }
}

/** The facts of an error answer. */
export interface RemoteFailure {
  readonly method: string;
  readonly rpcCode: number;
  readonly remoteMessage: string;
  /** The type that the peer gives for its error, such as `System.InvalidOperationException`. */
  readonly remoteType?: string | undefined;
}

/** The peer answered a call with an error. Its stack trace, which .NET peers send, is left out. */
export class RpcError extends HostwardError implements RemoteFailure {
  override readonly name: string = 'RpcError';
  readonly method: string;
  readonly rpcCode: number;
  /** The peer's own words; `message` puts the method in front. */
  readonly remoteMessage: string;
  readonly remoteType: string | undefined;

  constructor(failure: RemoteFailure, code = 'ERR_RPC_REMOTE') {
    super(code, `'${failure.method}' failed with code ${failure.rpcCode}: ${failure.remoteMessage}`);
    this.method = failure.method;
    this.rpcCode = failure.rpcCode;
    this.remoteMessage = failure.remoteMessage;
    this.remoteType = failure.remoteType;
  }
}

/**
 * The peer has no such method, or none that takes these arguments: -32601 or -32602, which .NET does not distinguish either.
 *
 * @see StreamJsonRpc.RemoteMethodNotFoundException
 */
export class MethodNotFoundError extends RpcError {
  override readonly name = 'MethodNotFoundError';

  constructor(failure: RemoteFailure) {
    super(failure, 'ERR_RPC_METHOD_NOT_FOUND');
  }
}

/** The connection ended before the call was answered, or had ended before it was made. `cause` is the failure of the stream when there was one. */
export class ConnectionLostError extends HostwardError {
  override readonly name = 'ConnectionLostError';

  constructor(
    readonly reason: DisconnectReason,
    options?: ErrorOptions,
  ) {
    super('ERR_RPC_CONNECTION_LOST', `The connection is lost: ${disconnectTexts[reason]}.`, options);
  }
}

/** Thrown by a served method whose arguments have the wrong shape; the caller gets -32602. */
export class InvalidParamsError extends HostwardError {
  override readonly name = 'InvalidParamsError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_RPC_INVALID_PARAMS', message, options);
  }
}
