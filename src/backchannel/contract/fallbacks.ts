import type { AppHostInfo, AppHostInformation } from './app-host-information.js';
import type { DashboardInfo, DashboardUrls } from './dashboard.js';
import type { ResourceLogBatch, ResourceLogLine } from './logs.js';
import type { TerminalInfo, TerminalList } from './terminals.js';
import type { WaitForResourceResponse } from './wait.js';

/** How many lines a batch of a log that is not followed holds at most. */
const linesPerBatch = 256;
/** With so many characters a batch is full, whatever its lines, so that it fits into a message also when each of them takes six bytes there. */
const charactersPerBatch = 1_048_576;

/** What an AppHost without `aux.v2` says of its version. */
const unknownVersion = 'unknown';

/** The answer to `WaitForResourceAsync` in place of an AppHost without `aux.v2`. */
export const waitNotSupported: WaitForResourceResponse = {
  success: false,
  state: null,
  healthStatus: null,
  resourceNotFound: false,
  timedOut: false,
  errorMessage: 'Wait command is not supported by the AppHost version. Update the AppHost to use this command.',
};

/** The answer to `GetTerminalInfoAsync` in place of an AppHost without `terminals.v1`. */
export const noTerminal: TerminalInfo = { isAvailable: false, replicas: null, socketPath: null, columns: 0, rows: 0 };

/** The answer to `ListTerminalsAsync` in place of an AppHost without `terminals.v1`. */
export const noTerminals: TerminalList = { terminals: [] };

/** The answer to `GetAppHostInfoAsync` in place of an AppHost without `aux.v2`: what it said in the handshake. Its version is `unknown`. */
export function appHostInfoOf({ appHostPath, processId, cliProcessId, startedAt, cliLogFilePath }: AppHostInformation): AppHostInfo {
  return { pid: String(processId), aspireHostVersion: unknownVersion, appHostPath, cliProcessId, startedAt, cliLogFilePath };
}

/** The answer to `GetDashboardInfoAsync` in place of an AppHost without `aux.v2`. There is no address of an API then, so that its telemetry cannot be asked for. */
export function dashboardInfoOf({ dashboardHealthy, baseUrlWithLoginToken, codespacesUrlWithLoginToken }: DashboardUrls): DashboardInfo {
  const dashboardUrls = [baseUrlWithLoginToken, codespacesUrlWithLoginToken].filter(url => url !== null);
  return { apiBaseUrl: null, apiToken: null, dashboardUrls, isHealthy: dashboardHealthy };
}

/**
 * The items of `GetConsoleLogBatchesAsync` in place of an AppHost without `aux.v3`: each line when following, else 256 together, fewer of long ones. Lines that came before
 * a failure are not lost with it.
 */
export async function* toLogBatches(lines: AsyncIterable<ResourceLogLine>, follow: boolean): AsyncGenerator<ResourceLogBatch, void, undefined> {
  const size = follow ? 1 : linesPerBatch;
  let batch: ResourceLogLine[] = [];
  let characters = 0;
  try {
    for await (const line of lines) {
      batch.push(line);
      characters += line.content.length;
      if (batch.length < size && characters < charactersPerBatch) continue;
      yield { lines: batch };
      batch = [];
      characters = 0;
    }
  } catch (error) {
    if (batch.length > 0) yield { lines: batch };
    throw error;
  }
  if (batch.length > 0) yield { lines: batch };
}
