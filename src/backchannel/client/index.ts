export { AppHostConnection, type ConnectionOptions } from './app-host-connection.js';
export type { CallOptions, StreamOptions } from './call-options.js';
export type { ResourceLogsOptions } from './log-calls.js';
export type { GetResourcesOptions, ResourceFilter, WatchResourcesOptions } from './resource-calls.js';
