export { AppHost, type AppHostConnectOptions, type WatchOptions } from './app-host.js';
export { AppHostConnection, type ConnectionOptions } from './app-host-connection.js';
export {
  type AppHostCandidate,
  AppHostConnectError,
  type AppHostConnectFailure,
  AppHostStopError,
  type AppHostStopFacts,
  ResourceCommandError,
  type ResourceCommandFacts,
  type ResourceCommandFailure,
  ResourceNotFoundError,
  ResourceWaitError,
  type ResourceWaitFacts,
  type ResourceWaitFailure,
} from './app-host-errors.js';
export type { CommandArguments, CommandArgumentValue, ExecuteOptions } from './app-host-execute.js';
export type { AppHostLogLine } from './app-host-log-lines.js';
export type { AppHostLogOptions } from './app-host-logs.js';
export type { AppHostMachineOptions, IAppHostProcesses } from './app-host-machine.js';
export type { ResourceSummary } from './app-host-resources.js';
export type { ResourceStatus } from './app-host-status.js';
export type { StopMeans, StopOptions } from './app-host-stop.js';
export type { AppHostDirectory, AppHostFile, AppHostPid, AppHostTarget } from './app-host-target.js';
export type { ResourceCondition, WaitForOptions } from './app-host-wait.js';
export type { CallOptions, StreamOptions } from './call-options.js';
export type { ResourceLogsOptions } from './log-calls.js';
export type { GetResourcesOptions, ResourceFilter, WatchResourcesOptions } from './resource-calls.js';
