import { ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { ArgumentError, OperationCanceledError, toError } from '../../hosting/primitives/index.js';
import { isJsonObject } from './json-value.js';
import { MethodNotFoundError, type RemoteFailure, RpcError, RpcProtocolError } from './rpc-errors.js';
import { rpcErrorCodes } from './rpc-protocol.js';

/** What a call rejects with, from what vscode-jsonrpc rejected with while the connection is alive. */
export function toCallError(error: unknown, method: string): Error {
  if (!(error instanceof ResponseError)) return new RpcProtocolError(method, 'a result or an error', 'neither');
  switch (error.code) {
    case ErrorCodes.MessageWriteError:
      return new ArgumentError('args', `The arguments of '${method}' cannot be sent: ${error.message}`);
    case rpcErrorCodes.requestCanceled:
      return new OperationCanceledError(undefined, `'${method}' was canceled by the peer: ${error.message}`);
    case rpcErrorCodes.methodNotFound:
    case rpcErrorCodes.invalidParams:
      return new MethodNotFoundError(failureOf(error, method));
    default:
      return new RpcError(failureOf(error, method));
  }
}

function failureOf(error: ResponseError<unknown>, method: string): RemoteFailure {
  const type = isJsonObject(error.data) ? error.data['type'] : undefined;
  return { method, rpcCode: error.code, remoteMessage: toError(error).message, remoteType: typeof type === 'string' ? type : undefined };
}
