export { addAuxiliaryBackchannelMonitor } from './add-auxiliary-backchannel-monitor.js';
export type { AppHostFileFacts, CanonicalPathOf } from './app-host-order.js';
export {
  type AppHostSelection,
  type AppHostSelectionReason,
  type ConnectionQuestion,
  type ResolveSelectedOptions,
  selectAppHost,
  selectConnection,
  type SelectionQuestion,
} from './app-host-selection.js';
export { AuxiliaryBackchannelMonitor } from './auxiliary-backchannel-monitor.js';
export { type AppHostSocketStatus, type IAppHostConnection, IAuxiliaryBackchannelMonitor, type SocketState } from './auxiliary-backchannel-monitor-contract.js';
export { ICommandSelection, type SelectedCommand } from './command-selection.js';
export { defaultMonitorOptions, MonitorOptions } from './monitor-options.js';
