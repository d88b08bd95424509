/** The methods of the auxiliary backchannel under their wire names. */
export const auxMethods = {
  // aux.v1
  getAppHostInformation: 'GetAppHostInformationAsync',
  getDashboardMcpConnectionInfo: 'GetDashboardMcpConnectionInfoAsync',
  stopAppHost: 'StopAppHostAsync',
  // Called without asking for a capability; 13.1 does not have them.
  getDashboardUrls: 'GetDashboardUrlsAsync',
  getResourceSnapshots: 'GetResourceSnapshotsAsync',
  watchResourceSnapshots: 'WatchResourceSnapshotsAsync',
  getResourceLogs: 'GetResourceLogsAsync',
  callResourceMcpTool: 'CallResourceMcpToolAsync',
  getAppHostLogEntries: 'GetAppHostLogEntriesAsync',
  // aux.v2
  getCapabilities: 'GetCapabilitiesAsync',
  getAppHostInfo: 'GetAppHostInfoAsync',
  getDashboardInfo: 'GetDashboardInfoAsync',
  getResources: 'GetResourcesAsync',
  watchResources: 'WatchResourcesAsync',
  getConsoleLogs: 'GetConsoleLogsAsync',
  callMcpTool: 'CallMcpToolAsync',
  stop: 'StopAsync',
  executeResourceCommand: 'ExecuteResourceCommandAsync',
  waitForResource: 'WaitForResourceAsync',
  // aux.v3
  getConsoleLogBatches: 'GetConsoleLogBatchesAsync',
  waitForAppHostReady: 'WaitForAppHostReadyAsync',
  // terminals.v1
  getTerminalInfo: 'GetTerminalInfoAsync',
  listTerminals: 'ListTerminalsAsync',
} as const;

/** The wire name of a method of the auxiliary backchannel. */
export type AuxMethod = (typeof auxMethods)[keyof typeof auxMethods];
