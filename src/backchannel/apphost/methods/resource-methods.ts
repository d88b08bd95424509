import type { TimeProvider } from '../../../hosting/time/index.js';
import {
  auxMethods,
  capabilities,
  type GetResourcesRequest,
  readGetResourcesRequest,
  readWaitForResourceRequest,
  type ResourceSnapshot,
} from '../../contract/index.js';
import type { RpcMethods } from '../../rpc/index.js';
import type { PropertyForm } from '../resources/property-values.js';
import { snapshotOf } from '../resources/resource-snapshot-of.js';
import type { AppHostResource } from '../resources/resource.js';
import type { ResourceCatalog } from '../resources/resource-catalog.js';
import type { ResourceWatch } from '../resources/resource-watch.js';
import { waitForResource } from '../wait-for-resource.js';
import { mandatoryRequest, optionalRequest, plainMethod } from './method-shapes.js';

/** The resources: as they are, each change, and the wait for a state. Hidden ones are among them: it is for the client to leave them out. */
export function resourceMethods(catalog: ResourceCatalog, timeProvider: TimeProvider): RpcMethods {
  const list = ({ filter, clientCapabilities }: Required<GetResourcesRequest>) =>
    catalog.resources.filter(resource => matches(resource, filter)).map(resource => snapshotOf(resource, formFor(clientCapabilities)));
  const everything = readGetResourcesRequest({});
  return {
    [auxMethods.getResourceSnapshots]: plainMethod(() => list(everything)),
    [auxMethods.watchResourceSnapshots]: plainMethod(() => watch(catalog, everything)),
    [auxMethods.getResources]: optionalRequest(readGetResourcesRequest, request => ({ resources: list(request) })),
    [auxMethods.watchResources]: optionalRequest(readGetResourcesRequest, request => watch(catalog, request)),
    [auxMethods.waitForResource]: mandatoryRequest(readWaitForResourceRequest, (request, { signal }) =>
      waitForResource(catalog, request, timeProvider, signal),
    ),
  };
}

/** The producer is told to `return` when its client has gone: it needs no signal. */
function watch(catalog: ResourceCatalog, { filter, clientCapabilities }: Required<GetResourcesRequest>): ResourceWatch<ResourceSnapshot> {
  const form = formFor(clientCapabilities);
  return catalog.watch(resource => (matches(resource, filter) ? snapshotOf(resource, form) : undefined));
}

function formFor(clientCapabilities: readonly string[]): PropertyForm {
  return clientCapabilities.includes(capabilities.v3) ? 'json' : 'text';
}

function matches({ name }: AppHostResource, filter: string | null): boolean {
  return !filter || name.toLowerCase().includes(filter.toLowerCase());
}
