export { type AppHostInfo, type AppHostInformation, readAppHostInfo, readAppHostInformation } from './app-host-information.js';
export { type Capabilities, capabilities, readCapabilities } from './capabilities.js';
export {
  type CommandValue,
  type ExecuteResourceCommandRequest,
  type ExecuteResourceCommandResponse,
  readExecuteResourceCommandRequest,
  readExecuteResourceCommandResponse,
  type ValidationError,
} from './commands.js';
export { ContractError } from './contract-error.js';
export {
  type DashboardInfo,
  type DashboardMcpConnectionInfo,
  type DashboardUrls,
  readDashboardInfo,
  readDashboardMcpConnectionInfo,
  readDashboardUrls,
} from './dashboard.js';
export { appHostInfoOf, dashboardInfoOf, noTerminal, noTerminals, toLogBatches, waitNotSupported } from './fallbacks.js';
export {
  type AppHostLogEntry,
  type GetConsoleLogsRequest,
  readAppHostLogEntry,
  readGetConsoleLogsRequest,
  readResourceLogBatch,
  readResourceLogLine,
  type ResourceLogBatch,
  type ResourceLogLine,
} from './logs.js';
export {
  type CallMcpToolRequest,
  type CallMcpToolResponse,
  type McpCallToolResult,
  readCallMcpToolRequest,
  readCallMcpToolResponse,
  readMcpCallToolResult,
} from './mcp.js';
export { clientCapabilities, consoleLogCalls, type LogCall, type MethodCall, resourcesCall, watchResourcesCall } from './method-choice.js';
export { type AuxMethod, auxMethods } from './methods.js';
export type { CommandArgument, DynamicLoading, ResourceCommand } from './resource-command.js';
export {
  type EnvironmentVariable,
  type GetResourcesRequest,
  type GetResourcesResponse,
  type HealthReport,
  readGetResourcesRequest,
  readResources,
  readResourceSnapshot,
  type ResourceMcpServer,
  type ResourceRelationship,
  type ResourceSnapshot,
  type ResourceUrl,
  type ResourceVolume,
} from './resource-snapshot.js';
export { readStopAppHostRequest, readStopAppHostResponse, type StopAppHostRequest, type StopAppHostResponse } from './stop.js';
export {
  readTerminalInfo,
  readTerminalInfoRequest,
  readTerminalList,
  type TerminalInfo,
  type TerminalInfoRequest,
  type TerminalList,
  type TerminalPeer,
  type TerminalReplica,
  type TerminalSummary,
} from './terminals.js';
export { isHiddenResource, visibleResources, type VisibleResourcesOptions } from './visible-resources.js';
export {
  readWaitForAppHostReadyResponse,
  readWaitForResourceRequest,
  readWaitForResourceResponse,
  type WaitForAppHostReadyResponse,
  type WaitForResourceRequest,
  type WaitForResourceResponse,
} from './wait.js';
