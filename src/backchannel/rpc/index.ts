export { RpcBudget } from './rpc-budget.js';
export { RpcClient, type RpcClientOptions, type RpcRequestOptions, type RpcStreamOptions } from './rpc-client.js';
export {
  ConnectionLostError,
  type DisconnectReason,
  InvalidParamsError,
  MalformedFrameError,
  MethodNotFoundError,
  type RemoteFailure,
  RpcError,
  RpcProtocolError,
} from './rpc-errors.js';
export type { RpcCallContext, RpcMethod, RpcMethods } from './rpc-method.js';
export type { TraceContext } from './trace-context.js';
export type { RpcCounters, WireLog, WireLogEntry } from './wire-log.js';
export { type RpcServerOptions, type RpcSession, serveRpc } from './rpc-server.js';
