import * as contract from '../../../src/backchannel/contract/index.js';

const { auxMethods } = contract;

/** Reads one answer of each method, or one item of its stream. */
export const answerReaders: Readonly<Record<contract.AuxMethod, (value: unknown) => unknown>> = {
  [auxMethods.getAppHostInformation]: contract.readAppHostInformation,
  [auxMethods.getDashboardMcpConnectionInfo]: contract.readDashboardMcpConnectionInfo,
  [auxMethods.stopAppHost]: contract.readStopAppHostResponse,
  [auxMethods.getDashboardUrls]: contract.readDashboardUrls,
  [auxMethods.getResourceSnapshots]: contract.readResources,
  [auxMethods.watchResourceSnapshots]: contract.readResourceSnapshot,
  [auxMethods.getResourceLogs]: contract.readResourceLogLine,
  [auxMethods.callResourceMcpTool]: contract.readMcpCallToolResult,
  [auxMethods.getAppHostLogEntries]: contract.readAppHostLogEntry,
  [auxMethods.getCapabilities]: contract.readCapabilities,
  [auxMethods.getAppHostInfo]: contract.readAppHostInfo,
  [auxMethods.getDashboardInfo]: contract.readDashboardInfo,
  [auxMethods.getResources]: contract.readResources,
  [auxMethods.watchResources]: contract.readResourceSnapshot,
  [auxMethods.getConsoleLogs]: contract.readResourceLogLine,
  [auxMethods.callMcpTool]: contract.readCallMcpToolResponse,
  [auxMethods.stop]: contract.readStopAppHostResponse,
  [auxMethods.executeResourceCommand]: contract.readExecuteResourceCommandResponse,
  [auxMethods.waitForResource]: contract.readWaitForResourceResponse,
  [auxMethods.getConsoleLogBatches]: contract.readResourceLogBatch,
  [auxMethods.waitForAppHostReady]: contract.readWaitForAppHostReadyResponse,
  [auxMethods.getTerminalInfo]: contract.readTerminalInfo,
  [auxMethods.listTerminals]: contract.readTerminalList,
};

/** Reads the request of each method that has one with members of its own. */
export const requestReaders: Readonly<Partial<Record<contract.AuxMethod, (value: unknown) => unknown>>> = {
  [auxMethods.getResources]: contract.readGetResourcesRequest,
  [auxMethods.watchResources]: contract.readGetResourcesRequest,
  [auxMethods.getConsoleLogs]: contract.readGetConsoleLogsRequest,
  [auxMethods.callMcpTool]: contract.readCallMcpToolRequest,
  [auxMethods.stop]: contract.readStopAppHostRequest,
  [auxMethods.executeResourceCommand]: contract.readExecuteResourceCommandRequest,
  [auxMethods.waitForResource]: contract.readWaitForResourceRequest,
  [auxMethods.getConsoleLogBatches]: contract.readGetConsoleLogsRequest,
  [auxMethods.getTerminalInfo]: contract.readTerminalInfoRequest,
};
