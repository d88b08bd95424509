import type { TimeProvider } from '../../hosting/time/index.js';
import {
  type AppHostInformation,
  auxMethods,
  capabilities,
  ContractError,
  type ExecuteResourceCommandRequest,
  type ExecuteResourceCommandResponse,
  type GetConsoleLogsRequest,
  readExecuteResourceCommandRequest,
  readGetConsoleLogsRequest,
  readGetResourcesRequest,
  readWaitForResourceRequest,
  type ResourceLogBatch,
  type ResourceLogLine,
} from '../contract/index.js';
import { InvalidParamsError, type RpcMethod, type RpcMethods } from '../rpc/index.js';
import type { ResourceLogs } from './resource-logs.js';
import type { ResourceModel } from './resource-model.js';
import { waitForResource } from './wait-for-resource.js';

/** The levels that {@link appHostMethods} covers completely. */
const offered = [capabilities.v1, capabilities.v2, capabilities.v3];

/** How many lines a batch of a log that is not followed holds at most. */
const batchSize = 256;

/** What the methods speak about. */
export interface AppHostMethodsParts {
  readonly information: AppHostInformation;
  readonly version: string;
  readonly model: ResourceModel;
  readonly logs: ResourceLogs;
  readonly timeProvider: TimeProvider;
  /** Begins the end of the application, a little later: the answer goes out first. */
  readonly stop: () => void;
}

/** All methods of the levels aux.v1 to aux.v3, for a process without dashboard, commands and MCP endpoints. */
export function appHostMethods(parts: AppHostMethodsParts): RpcMethods {
  const { information, version, model, logs, timeProvider, stop } = parts;
  const { appHostPath, processId, cliProcessId = null, startedAt = null, cliLogFilePath = null } = information;

  async function* watch(signal: AbortSignal, filter?: string | null) {
    for await (const snapshot of model.watch(signal)) if (matches(snapshot.name, filter)) yield snapshot;
  }
  const logLines = ({ resourceName, follow = false, search, tail }: GetConsoleLogsRequest, signal: AbortSignal) =>
    logs.read(resolveLogs(model, resourceName), { follow, search: search ?? undefined, tail: tail ?? undefined }, signal);

  return {
    [auxMethods.getAppHostInformation]: method(() => information),
    [auxMethods.getDashboardMcpConnectionInfo]: method(() => null),
    [auxMethods.stopAppHost]: method(() => {
      stop();
      return null;
    }),
    [auxMethods.getDashboardUrls]: method(() => ({ dashboardHealthy: false, baseUrlWithLoginToken: null, codespacesUrlWithLoginToken: null })),
    [auxMethods.getResourceSnapshots]: method(() => model.snapshots),
    [auxMethods.watchResourceSnapshots]: method((_, signal) => watch(signal)),
    [auxMethods.getResourceLogs]: {
      parameters: ['resourceName', 'follow'],
      invoke: ([resourceName, follow], { signal }) => logLines({ resourceName: resourceName as string | null, follow: follow === true }, signal),
    },
    [auxMethods.callResourceMcpTool]: {
      parameters: ['resourceName', 'toolName', 'arguments'],
      required: 2,
      invoke: ([name]) => refuseMcpTool(model, String(name)),
    },
    [auxMethods.getAppHostLogEntries]: method((_, signal) => logs.readAll(signal)),

    [auxMethods.getCapabilities]: optionalRequest(() => ({ capabilities: offered })),
    [auxMethods.getAppHostInfo]: optionalRequest(() => ({
      pid: String(processId),
      aspireHostVersion: version,
      appHostPath,
      cliProcessId,
      startedAt,
      cliLogFilePath,
    })),
    [auxMethods.getDashboardInfo]: optionalRequest(() => ({ apiBaseUrl: null, apiToken: null, dashboardUrls: [], isHealthy: false })),
    [auxMethods.getResources]: optionalRequest(value => {
      const { filter } = readGetResourcesRequest(value);
      return { resources: model.snapshots.filter(({ name }) => matches(name, filter)) };
    }),
    [auxMethods.watchResources]: optionalRequest((value, signal) => watch(signal, readGetResourcesRequest(value).filter)),
    [auxMethods.getConsoleLogs]: request(readGetConsoleLogsRequest, logLines),
    [auxMethods.callMcpTool]: request(
      value => (value as { resourceName?: unknown }).resourceName,
      name => refuseMcpTool(model, String(name)),
    ),
    [auxMethods.stop]: optionalRequest(() => {
      stop();
      return {};
    }),
    [auxMethods.executeResourceCommand]: request(readExecuteResourceCommandRequest, command => refuseCommand(model, command)),
    [auxMethods.waitForResource]: request(readWaitForResourceRequest, (query, signal) => waitForResource(model, query, timeProvider, signal)),

    [auxMethods.getConsoleLogBatches]: request(readGetConsoleLogsRequest, (query, signal) => inBatches(logLines(query, signal), query.follow ? 1 : batchSize)),
    [auxMethods.waitForAppHostReady]: optionalRequest(() => ({ isReady: true })),
  };
}

function method(invoke: (args: readonly unknown[], signal: AbortSignal) => unknown): RpcMethod {
  return { parameters: [], invoke: (args, { signal }) => invoke(args, signal) };
}

/** A method whose request may be left out, be null or be empty. */
function optionalRequest(invoke: (request: unknown, signal: AbortSignal) => unknown): RpcMethod {
  return { parameters: ['request'], required: 0, invoke: ([value], { signal }) => readable(() => invoke(value ?? {}, signal)) };
}

function request<T>(read: (value: unknown) => T, invoke: (request: T, signal: AbortSignal) => unknown): RpcMethod {
  return {
    parameters: ['request'],
    invoke: ([value], { signal }) => {
      if (typeof value !== 'object' || value === null) throw new TypeError("Value cannot be null. (Parameter 'request')");
      return invoke(
        readable(() => read(value)),
        signal,
      );
    },
  };
}

/** A request that cannot be read is answered as one whose parameters do not fit. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ContractError ? new InvalidParamsError(error.message) : error;
  }
}

function matches(name: string, filter: string | null | undefined): boolean {
  return !filter || name.toLowerCase().includes(filter.toLowerCase());
}

function find(model: ResourceModel, name: string): string | undefined {
  return model.snapshots.find(snapshot => snapshot.name.toLowerCase() === name.toLowerCase())?.name;
}

/** The resources whose lines are wanted; one that does not exist has none, and that is no error. */
function resolveLogs(model: ResourceModel, resourceName: string | null | undefined): string[] {
  if (resourceName === null || resourceName === undefined) return model.snapshots.map(({ name }) => name);
  const name = find(model, resourceName);
  return name === undefined ? [] : [name];
}

async function* inBatches(lines: AsyncIterable<ResourceLogLine>, size: number): AsyncGenerator<ResourceLogBatch, void, undefined> {
  let batch: ResourceLogLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < size) continue;
    yield { lines: batch };
    batch = [];
  }
  if (batch.length > 0) yield { lines: batch };
}

function refuseMcpTool(model: ResourceModel, resourceName: string): never {
  const name = find(model, resourceName);
  throw new Error(name === undefined ? `Resource '${resourceName}' not found.` : `Resource '${name}' does not have an MCP endpoint annotation.`);
}

function refuseCommand(model: ResourceModel, { resourceName, commandName }: ExecuteResourceCommandRequest): ExecuteResourceCommandResponse {
  const name = find(model, resourceName);
  const message = name === undefined ? `Resource '${resourceName}' not found.` : `Command '${commandName}' not available for resource '${name}'.`;
  return { success: false, canceled: false, message, errorMessage: message, value: null, validationErrors: [] };
}
