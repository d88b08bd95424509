import { type AppHostInfo, capabilities, type DashboardUrls } from '../../backchannel/contract/index.js';
import { raceAbort, toError } from '../../hosting/primitives/index.js';
import type { IAppHostConnection, IAuxiliaryBackchannelMonitor } from '../../backchannel/monitor/index.js';

/** One AppHost as `ps` reports it; the members up to `logFilePath` are those of `aspire ps --format json`, in its order. */
export interface AppHostEntry {
  readonly appHostPath: string | null;
  readonly appHostPid: number | null;
  readonly status: 'running' | 'not responding';
  readonly sdkVersion: string | null;
  readonly cliPid: number | null;
  /** With the login token, as the original prints it. */
  readonly dashboardUrl: string | null;
  /** Left out when there is none. */
  readonly logFilePath?: string;
  /** Only of one that does not respond. */
  readonly socketPath?: string;
  /** Why it does not respond. */
  readonly reason?: string;
}

/** The longest wait for one answer of one AppHost. */
const callOptions = { timeout: 5_000 };

/** What all AppHosts say of themselves, asked at the same time: those in the working directory first, then the others, then what does not respond. */
export async function listAppHosts(monitor: IAuxiliaryBackchannelMonitor, signal?: AbortSignal): Promise<readonly AppHostEntry[]> {
  await monitor.scan(signal);
  const { connections } = monitor;
  const ordered = [...connections.filter(({ isInScope }) => isInScope), ...connections.filter(({ isInScope }) => !isInScope)];
  const described = ordered.map(describe);
  // One listener for all of them: whoever gives up does not wait for the answers, which end with the connections.
  const responding = described.every(isEntry) ? described : await raceAbort(Promise.all(described.map(each => Promise.resolve(each))), signal);
  const silent = monitor.sockets
    .filter(({ state }) => state === 'backingOff' || state === 'orphaned' || state === 'foreign')
    .map(({ socketPath, processId, problem }): AppHostEntry => notResponding(null, processId ?? null, socketPath, problem?.message ?? 'It does not answer.'));
  return [...responding, ...silent];
}

/** At once, when all answers have come with those of the handshake, as they do but for the slowest. */
function describe(connection: IAppHostConnection): AppHostEntry | Promise<AppHostEntry> {
  const ahead = connection.client.takeAnswersAhead();
  return ahead ? entryOf(connection, ahead.appHostInfo, ahead.dashboardUrls, undefined) : ask(connection);
}

function isEntry(described: AppHostEntry | Promise<AppHostEntry>): described is AppHostEntry {
  return 'status' in described;
}

async function ask(connection: IAppHostConnection): Promise<AppHostEntry> {
  const { client } = connection;
  const asked = client.getDashboardUrls(callOptions).catch(() => undefined);
  let info: AppHostInfo | undefined;
  let failure: unknown;
  try {
    info = await client.getAppHostInfo(callOptions);
  } catch (error) {
    failure = error;
  }
  return entryOf(connection, info, await asked, failure);
}

function entryOf(
  { appHostInfo, client, socketPath }: IAppHostConnection,
  info: AppHostInfo | undefined,
  urls: DashboardUrls | undefined,
  failure: unknown,
): AppHostEntry {
  const path = info?.appHostPath || appHostInfo?.appHostPath || null;
  const pid = toPid(info?.pid) ?? appHostInfo?.processId ?? null;
  if (failure && client.isClosed) return notResponding(path, pid, socketPath, toError(failure).message);
  if (path === null) return notResponding(null, pid, socketPath, 'It answers, but does not say which application it is.');
  const logFilePath = info?.cliLogFilePath ?? appHostInfo?.cliLogFilePath;
  return {
    appHostPath: path,
    appHostPid: pid,
    status: 'running',
    sdkVersion: client.supports(capabilities.v2) ? (info?.aspireHostVersion ?? null) : null,
    cliPid: info?.cliProcessId ?? appHostInfo?.cliProcessId ?? null,
    dashboardUrl: urls?.baseUrlWithLoginToken ?? null,
    ...(logFilePath ? { logFilePath } : {}),
  };
}

function notResponding(appHostPath: string | null, appHostPid: number | null, socketPath: string, reason: string): AppHostEntry {
  return { appHostPath, appHostPid, status: 'not responding', sdkVersion: null, cliPid: null, dashboardUrl: null, socketPath, reason };
}

function toPid(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
