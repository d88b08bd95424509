export { addAuxiliaryBackchannelMonitor } from './add-auxiliary-backchannel-monitor.js';
export { AuxiliaryBackchannelMonitor } from './auxiliary-backchannel-monitor.js';
export { type AppHostSocketStatus, type IAppHostConnection, IAuxiliaryBackchannelMonitor, type SocketState } from './auxiliary-backchannel-monitor-contract.js';
export { ICommandSelection, type SelectedCommand } from './command-selection.js';
export { MonitorOptions } from './monitor-options.js';
