import type { ResponseMessage } from 'vscode-jsonrpc/node';
import { OperationCanceledError } from '../../hosting/primitives/index.js';
import { isJsonObject } from './json-value.js';
import { MethodNotFoundError, type RemoteFailure, RpcError } from './rpc-errors.js';
import { rpcErrorCodes } from './rpc-protocol.js';

/** What a call rejects with, from the peer's error answer. */
export function toCallError(error: NonNullable<ResponseMessage['error']>, method: string): Error {
  const failure = failureOf(error, method);
  switch (error.code) {
    case rpcErrorCodes.requestCanceled:
      return new OperationCanceledError(undefined, `'${method}' was canceled by the peer: ${error.message}`);
    case rpcErrorCodes.methodNotFound:
    case rpcErrorCodes.invalidParams:
      return new MethodNotFoundError(failure);
    default:
      return new RpcError(failure);
  }
}

function failureOf({ code, message, data }: NonNullable<ResponseMessage['error']>, method: string): RemoteFailure {
  const type = isJsonObject(data) ? data['type'] : undefined;
  return { method, rpcCode: code, remoteMessage: message, remoteType: typeof type === 'string' ? type : undefined };
}
