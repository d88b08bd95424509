import { AppHostConnection, capabilities } from 'hostward/backchannel';
import { FakeTimeProvider } from 'hostward/testing';
import { auxMethods } from '../../src/backchannel/contract/index.js';
import { RecordedAppHost } from './recorded-app-host.js';
import { playOut } from './recorded-clock.js';
import { byPosition } from './recorded-session.js';
import { type Exchange, readRecording, type RecordedConnection, tokenIn } from './recorded-traffic.js';

const { v1, v2, v3, terminals } = capabilities;
const all = [v1, v2, v3, terminals];

type Make = (connection: AppHostConnection) => Promise<unknown> | AsyncIterable<unknown>;

/** How each recorded call is made on a connection; undefined for arguments that a connection would not send. */
const plans: Readonly<Record<string, (args: readonly any[]) => Make | undefined>> = {
  [auxMethods.getAppHostInfo]: () => connection => connection.getAppHostInfo(),
  [auxMethods.getDashboardUrls]: () => connection => connection.getDashboardUrls(),
  [auxMethods.getDashboardInfo]: () => connection => connection.getDashboardInfo(),
  [auxMethods.getResources]: ([request]) => {
    const options = resourceOptions(request);
    return options && (connection => connection.getResources(options));
  },
  [auxMethods.getResourceSnapshots]: () => connection => connection.getResources({ includeHidden: true }),
  [auxMethods.watchResources]: ([request]) => {
    const options = resourceOptions(request);
    return options && (connection => connection.watchResources(options));
  },
  [auxMethods.watchResourceSnapshots]: () => connection => connection.watchResources(),
  [auxMethods.getConsoleLogBatches]: ([request]) => (request ? connection => connection.getConsoleLogBatches(request) : undefined),
  [auxMethods.getConsoleLogs]: ([request]) => (isText(request?.resourceName) ? connection => connection.getConsoleLogs(request) : undefined),
  [auxMethods.getResourceLogs]: ([name, follow, ...others]) =>
    typeof follow === 'boolean' && others.length === 0 ? connection => connection.getResourceLogs(name, { follow }) : undefined,
  [auxMethods.getAppHostLogEntries]: () => connection => connection.getAppHostLogEntries(),
  [auxMethods.executeResourceCommand]: ([request]) =>
    isText(request?.resourceName) && isText(request.commandName) ? connection => connection.executeResourceCommand(request) : undefined,
  [auxMethods.waitForResource]: ([request]) => {
    const { resourceName, status, timeoutSeconds } = request ?? {};
    const canBeSent = isText(resourceName) && isText(status) && Number.isInteger(timeoutSeconds) && timeoutSeconds >= 0;
    return canBeSent ? connection => connection.waitForResource(request) : undefined;
  },
  [auxMethods.callResourceMcpTool]: ([resource, tool, args]) =>
    isText(resource) && isText(tool) ? connection => connection.callResourceMcpTool(resource, tool, args) : undefined,
  [auxMethods.stopAppHost]: () => connection => connection.stopAppHost(),
  [auxMethods.waitForAppHostReady]: () => connection => connection.waitForAppHostReady(),
  [auxMethods.getTerminalInfo]: ([request]) => (isText(request?.resourceName) ? connection => connection.getTerminalInfo(request.resourceName) : undefined),
  [auxMethods.listTerminals]: () => connection => connection.listTerminals(),
};

/** What an AppHost has to offer for a connection to take the method. Default: everything. */
const offers: Readonly<Record<string, readonly string[]>> = {
  [auxMethods.getResourceSnapshots]: [v1],
  [auxMethods.watchResourceSnapshots]: [v1],
  [auxMethods.getConsoleLogs]: [v1, v2],
};

/** What a connection is told for a request for resources; undefined for one that it would not send. */
function resourceOptions(request: any): { readonly includeHidden: true; readonly filter?: string } | undefined {
  const { filter, clientCapabilities: _any, ...others } = request ?? {};
  if (typeof (request ?? {}) !== 'object' || Object.keys(others).length > 0) return undefined;
  return { includeHidden: true, ...(isText(filter) && { filter }) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function planOf({ request, answer }: Exchange): Make | undefined {
  return answer && plans[request.method ?? '']?.(byPosition(request.params));
}

/** Whether a recorded call is one that a connection would make, and that was answered. */
export function isConnectionCall(exchange: Exchange): boolean {
  return planOf(exchange) !== undefined;
}

/** What a connection reported for one recorded call. */
export interface ConnectionCallOutcome {
  /** Of a stream, the items up to where the recording left it. */
  readonly reported?: unknown;
  readonly error?: unknown;
  /** The request that was sent, when it is none that the recorded AppHost could have taken for the recorded one. */
  readonly problems: readonly string[];
}

/** Makes one recorded call on a connection of its own. @throws for a call that no connection would make */
export async function makeRecordedCall(exchange: Exchange, { exchanges }: RecordedConnection): Promise<ConnectionCallOutcome> {
  const make = planOf(exchange);
  if (!make) throw new Error('No connection would make this call.');
  const { request, answer } = exchange;
  const isPull = (other: Exchange) => other.request.method === '$/enumerator/next' && tokenIn(other.request.params) === answer?.result?.token && other.answer;
  const pulls = exchanges.filter(isPull);
  const own = [...handshake(offers[request.method ?? ''] ?? all), exchange, ...pulls].map(each => ({ ...each, followsCancellation: false }));
  const time = new FakeTimeProvider();
  const appHost = new RecordedAppHost({ number: 1, lines: [], exchanges: own, hangsUpAfter: undefined }, time, isAcceptable);
  const connection = await playOut(time, AppHostConnection.open(appHost.stream, { timeProvider: time }));
  const outcome = await playOut(time, report(make(connection), itemCount(pulls)));
  await playOut(time, connection[Symbol.asyncDispose]());
  return { ...outcome, problems: appHost.problems };
}

/** What every recorded AppHost said, with other capabilities. */
function handshake(offered: readonly string[]): readonly Exchange[] {
  const [information, able] = readRecording('cli/ps').connections[0]!.exchanges as readonly [Exchange, Exchange];
  return [information, { ...able, answer: { ...able.answer, result: { capabilities: offered } } }];
}

/** Whether an AppHost could not tell what was sent from what was recorded: by defaults, and by what the client understands. */
function isAcceptable(sent: unknown, recorded: unknown): boolean {
  const original = byPosition(recorded);
  return Array.isArray(sent) && sent.every((value, index) => sameValue(value, original[index]));
}

function sameValue(sent: unknown, recorded: unknown): boolean {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    return JSON.stringify(sent) === JSON.stringify(recorded ?? (sent === false ? false : null));
  const members = Object.entries(recorded ?? {}).filter(([name, value]) => name !== 'clientCapabilities' && value !== null);
  return members.every(([name, value]) => JSON.stringify((sent as Record<string, unknown>)[name]) === JSON.stringify(value));
}

/** The items that were recorded; Infinity when the stream came to its end, and ours has to as well. */
function itemCount(pulls: readonly Exchange[]): number {
  if (pulls.some(({ answer }) => answer?.result?.finished)) return Infinity;
  return pulls.reduce((count, { answer }) => count + (answer?.result?.values?.length ?? 0), 0);
}

async function report(work: Promise<unknown> | AsyncIterable<unknown>, count: number): Promise<{ reported?: unknown; error?: unknown }> {
  try {
    if (!(Symbol.asyncIterator in work)) return { reported: await work };
    const items: unknown[] = [];
    if (count > 0) {
      for await (const item of work) {
        items.push(item);
        if (items.length === count) break;
      }
    }
    return { reported: items };
  } catch (error) {
    return { error };
  }
}
