import type { ILogger } from '../../../hosting/logging/index.js';
import {
  auxMethods,
  type GetConsoleLogsRequest,
  isHiddenResource,
  readGetConsoleLogsRequest,
  type ResourceLogLine,
  toLogBatches,
} from '../../contract/index.js';
import { InvalidParamsError, type RpcMethod, type RpcMethods } from '../../rpc/index.js';
import type { LogBook } from '../logs/log-book.js';
import { readAppHostLog } from '../logs/read-app-host-log.js';
import { readLogs } from '../logs/read-logs.js';
import type { AppHostResource } from '../resources/resource.js';
import type { ResourceCatalog } from '../resources/resource-catalog.js';
import { mandatoryRequest, plainMethod } from './method-shapes.js';

type LogRequest = Required<GetConsoleLogsRequest>;

/** How many names that there are not are told in the log, each once. */
const maxMissingNotes = 100;

/** What a client learns of a log. */
type OpenLog = (request: LogRequest, signal: AbortSignal) => AsyncGenerator<ResourceLogLine, void, undefined>;

/** The logs of resources in their three forms, and the AppHost's own. */
export function logMethods(catalog: ResourceCatalog, logs: LogBook, logger: ILogger): RpcMethods {
  const missed = new Set<string>();
  const noteMissing = (name: string) => {
    // A client that asks for names without end fills no log.
    if (missed.size >= maxMissingNotes || missed.has(name)) return;
    missed.add(name);
    logger.warning('A client asked for the log of {ResourceName}, but there is no such resource', name);
  };
  const open: OpenLog = (request, signal) => {
    const { resourceName, includeHidden } = request;
    if (resourceName === null) {
      const resources = () => (includeHidden ? catalog.resources : catalog.resources.filter(isShown));
      return readLogs({ ...request, resources, onChange: listener => catalog.onChange(listener) }, signal);
    }
    const wanted = instancesFor(catalog, resourceName);
    if (wanted.length > 0) return readLogs({ ...request, resources: () => wanted }, signal);
    noteMissing(resourceName.slice(0, 100));
    return empty();
  };
  return {
    [auxMethods.getResourceLogs]: positionalLogs(open),
    [auxMethods.getConsoleLogs]: mandatoryRequest(readGetConsoleLogsRequest, (request, { signal }) => open(request, signal)),
    [auxMethods.getConsoleLogBatches]: mandatoryRequest(readGetConsoleLogsRequest, (request, { signal }) =>
      toLogBatches(open(request, signal), request.follow),
    ),
    [auxMethods.getAppHostLogEntries]: plainMethod(({ signal }) => readAppHostLog(logs.entries, signal)),
  };
}

/** The form of `aux.v1`: all lines of what is named, or of everything, hidden resources included. */
function positionalLogs(open: OpenLog): RpcMethod {
  return {
    parameters: ['resourceName', 'follow'],
    required: 0,
    invoke: ([resourceName = null, follow = false], { signal }) => {
      if (resourceName !== null && typeof resourceName !== 'string')
        throw new InvalidParamsError(`Expected a text or null as resourceName, found a ${typeof resourceName}.`);
      if (typeof follow !== 'boolean')
        throw new InvalidParamsError(`Expected true or false as follow, found ${follow === null ? 'null' : `a ${typeof follow}`}.`);
      return open({ resourceName, follow, search: null, tail: null, includeHidden: true }, signal);
    },
  };
}

/** All replicas of a display name, before an instance of exactly that name. */
function instancesFor(catalog: ResourceCatalog, name: string): readonly AppHostResource[] {
  const wanted = name.toLowerCase();
  const replicas = catalog.resources.filter(({ displayName }) => displayName.toLowerCase() === wanted);
  return replicas.length > 0 ? replicas : catalog.resources.filter(resource => resource.name === name);
}

function isShown({ facts: { isHidden = false, state = null } }: AppHostResource): boolean {
  return !isHiddenResource({ isHidden, state });
}

async function* empty(): AsyncGenerator<never, void, undefined> {
  // An unknown name is no error: a client that asks too early shows nothing, as with the original.
}
