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
export { type DashboardInfo, type DashboardMcpConnectionInfo, type DashboardUrls, readDashboardInfo, readDashboardUrls } from './dashboard.js';
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
export { type CallMcpToolRequest, type CallMcpToolResponse, type McpCallToolResult, readMcpCallToolResult } from './mcp.js';
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
export type { StopAppHostRequest, StopAppHostResponse } from './stop.js';
export type { TerminalInfo, TerminalInfoRequest, TerminalList, TerminalReplica, TerminalSummary } from './terminals.js';
export {
  readWaitForAppHostReadyResponse,
  readWaitForResourceRequest,
  readWaitForResourceResponse,
  type WaitForAppHostReadyResponse,
  type WaitForResourceRequest,
  type WaitForResourceResponse,
} from './wait.js';
