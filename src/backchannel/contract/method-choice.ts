import { capabilities } from './capabilities.js';
import type { GetConsoleLogsRequest } from './logs.js';
import { type AuxMethod, auxMethods } from './methods.js';
import type { GetResourcesRequest } from './resource-snapshot.js';

/** A method with its positional arguments. */
export interface MethodCall {
  readonly method: AuxMethod;
  readonly args: readonly unknown[];
}

/** A way to the logs of resources. */
export interface LogCall extends MethodCall {
  /** What the stream brings: {@link ResourceLogBatch} or {@link ResourceLogLine}. */
  readonly items: 'batches' | 'lines';
  /** Whether any error of the call means that there are no logs; otherwise only a missing method leads to the next way. */
  readonly mayFail: boolean;
}

/** The levels that a client of this contract announces, and which decide how it is answered: with `aux.v3` properties keep their JSON type. */
export const clientCapabilities: readonly string[] = [capabilities.v1, capabilities.v2, capabilities.v3];

/**
 * How to ask an AppHost for its resources.
 *
 * Only `aux.v2` filters. The answer is for `readResources`; where the method is missing, which is so in 13.1, there are none.
 */
export function resourcesCall(offered: readonly string[], filter?: string): MethodCall {
  if (!offered.includes(capabilities.v2)) return { method: auxMethods.getResourceSnapshots, args: [] };
  return { method: auxMethods.getResources, args: [resourcesRequest(filter)] };
}

/** How to watch the resources of an AppHost; each item is for `readResourceSnapshot`. As with {@link resourcesCall}, a missing method means an empty stream. */
export function watchResourcesCall(offered: readonly string[], filter?: string): MethodCall {
  if (!offered.includes(capabilities.v2)) return { method: auxMethods.watchResourceSnapshots, args: [] };
  return { method: auxMethods.watchResources, args: [resourcesRequest(filter)] };
}

/**
 * The ways to the logs of resources, best first: take the next one when the AppHost lacks the method of the one before, even if it offers the level.
 *
 * The last way knows neither `search`, `tail` nor `includeHidden`, and the logs of all resources have no other below `aux.v3`.
 */
export function consoleLogCalls(offered: readonly string[], request: GetConsoleLogsRequest): readonly LogCall[] {
  const { resourceName = null, follow = false } = request;
  const calls: LogCall[] = [];
  if (offered.includes(capabilities.v3)) calls.push({ method: auxMethods.getConsoleLogBatches, args: [request], items: 'batches', mayFail: false });
  if (resourceName !== null) calls.push({ method: auxMethods.getConsoleLogs, args: [request], items: 'lines', mayFail: false });
  calls.push({ method: auxMethods.getResourceLogs, args: [resourceName, follow], items: 'lines', mayFail: true });
  return calls;
}

function resourcesRequest(filter: string | undefined): GetResourcesRequest {
  return filter === undefined ? { clientCapabilities } : { filter, clientCapabilities };
}
