import {
  type MethodCall,
  readResources,
  readResourceSnapshot,
  resourcesCall,
  type ResourceSnapshot,
  visibleResources,
  type VisibleResourcesOptions,
  watchResourcesCall,
} from '../contract/index.js';
import type { AuxCaller } from './aux-caller.js';
import type { CallOptions, StreamOptions } from './call-options.js';

/** Options of `AppHostConnection.getResources`. */
export interface GetResourcesOptions extends CallOptions, VisibleResourcesOptions, ResourceFilter {}

/** Options of `AppHostConnection.watchResources`. */
export interface WatchResourcesOptions extends StreamOptions, ResourceFilter {}

/** Which resources are meant. */
export interface ResourceFilter {
  /** Part of the instance name, in any letter case; empty is no filter. Default: all resources. */
  readonly filter?: string | undefined;
}

/** The resources by name, from the newest method that the AppHost has. */
export async function fetchResources(caller: AuxCaller, offered: readonly string[], options: GetResourcesOptions): Promise<readonly ResourceSnapshot[]> {
  const { filter } = options;
  for (const call of ways(resourcesCall, offered, filter)) {
    const resources = await caller.callIfPresent(call, readResources, options);
    if (resources) return visibleResources(resources.filter(matching(filter)), options);
  }
  return [];
}

/** Every resource as it is, then each change, from the newest method that the AppHost has. */
export function openResourceWatch(
  caller: AuxCaller,
  offered: readonly string[],
  { signal, filter }: WatchResourcesOptions,
): AsyncIterableIterator<ResourceSnapshot> {
  const calls = ways(watchResourcesCall, offered, filter).map(call => ({ ...call, read: readResourceSnapshot, itemName: 'ResourceSnapshot' }));
  return caller.stream(calls, signal, matching(filter));
}

/** The method for what the AppHost offers, then the oldest one, for an AppHost that offers what it does not have. */
function ways(choose: typeof resourcesCall, offered: readonly string[], filter: string | undefined): readonly MethodCall[] {
  const best = choose(offered, filter);
  const oldest = choose([], filter);
  return best.method === oldest.method ? [best] : [best, oldest];
}

/** The filter as an AppHost applies it; one without `aux.v2` does not. */
function matching(filter = ''): (resource: ResourceSnapshot) => boolean {
  const part = filter.toUpperCase();
  return ({ name }) => name.toUpperCase().includes(part);
}
