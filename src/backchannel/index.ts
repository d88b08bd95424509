export { AppHostConnection, type CallOptions } from './client/index.js';
export { ContractError } from './contract/index.js';
export type { AppHostInfo, AppHostInformation, DashboardUrls, ResourceSnapshot } from './contract/index.js';
export {
  addAuxiliaryBackchannelMonitor,
  type AppHostSocketStatus,
  AuxiliaryBackchannelMonitor,
  type IAppHostConnection,
  IAuxiliaryBackchannelMonitor,
  ICommandSelection,
  MonitorOptions,
  type SelectedCommand,
  type SocketState,
} from './monitor/index.js';
export { IProcessTable, SocketPathTooLongError } from './naming/index.js';
export {
  type DirectoryWatchCallbacks,
  type FileFacts,
  IDirectoryWatcher,
  IFileSystem,
  ISocketFactory,
  type ISocketListener,
  PrivateDirectoryError,
  UnixSocketsUnavailableError,
} from './platform/index.js';
export { ConnectionLostError, MalformedFrameError, MethodNotFoundError, RpcError, RpcProtocolError } from './rpc/index.js';
