export { addAppHost } from './add-app-host.js';
export { AppHostBackchannel } from './app-host-backchannel.js';
export { AppHostOptions, type ClientLimits } from './app-host-options.js';
export type { AppHostCounters } from './app-host-sessions.js';
export type {
  ArgumentDefinition,
  ArgumentDefinitions,
  ArgumentErrors,
  ArgumentLoadContext,
  ArgumentValues,
  BooleanArgument,
  ChoiceArgument,
  LoadedArgument,
  NumberArgument,
  TextArgument,
} from './commands/argument-definition.js';
export { type CommandContext, type CommandResult, defineCommand, type ResourceCommandDefinition } from './commands/resource-command-definition.js';
export { ResourceOfferError } from './commands/resource-offer-error.js';
export type { DashboardOptions } from './dashboard-options.js';
export type { LogLimits } from './logs/bounded-log.js';
export { type LogLine, ResourceLog } from './logs/resource-log.js';
export type { McpTool, McpToolContext, McpToolOutput, McpToolResult } from './mcp/mcp-tool.js';
export { IProcessLauncher, type LaunchedProcess, type LaunchRequest, type ProcessExit, ProcessLaunchError, type StopSignal } from './processes/index.js';
export { addExecutable } from './resources/add-executable.js';
export { addResource } from './resources/add-resource.js';
export { configureResource } from './resources/configure-resource.js';
export { type CustomResourceOptions, IResourceHandle, type ResourceContext } from './resources/custom-resource-options.js';
export type {
  ResourceHealthReport,
  ResourceStateName,
  ResourceUpdate,
  ResourceVariableOptions,
  ResourceVolumeOptions,
} from './resources/custom-resource-update.js';
export { ResourceDeclarationError } from './resources/declared-error.js';
export type { ResourceHealthCheck, ResourceHealthCheckOptions, ResourceHealthResult } from './resources/declared-health.js';
export type { DeclaredDependencies } from './resources/declared-resource.js';
export type { ExecutableOptions } from './resources/executable-options.js';
export type { ResourceFacts } from './resources/resource-facts.js';
export type { ResourceOptions, ResourceUrlOptions } from './resources/resource-options.js';
export { AppHostResource, type ResourceLifecycle } from './resources/resource.js';
export type { WireLog, WireLogEntry } from '../rpc/index.js';
