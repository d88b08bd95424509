import type { ResourceSnapshot } from './resource-snapshot.js';

/** Options of {@link visibleResources}. */
export interface VisibleResourcesOptions {
  /** Whether hidden resources are kept. Default: false. */
  readonly includeHidden?: boolean;
}

/** Whether a resource is not meant to be seen: it says so, or its state is `Hidden`, in any letter case. */
export function isHiddenResource({ isHidden, state }: Pick<ResourceSnapshot, 'isHidden' | 'state'>): boolean {
  return isHidden || state?.toLowerCase() === 'hidden';
}

/** The resources as a client shows them: by name, regardless of letter case, without the hidden ones. An AppHost sends all, in its own order. */
export function visibleResources(resources: readonly ResourceSnapshot[], { includeHidden = false }: VisibleResourcesOptions = {}): readonly ResourceSnapshot[] {
  const shown = includeHidden ? [...resources] : resources.filter(resource => !isHiddenResource(resource));
  return shown.sort((left, right) => compareOrdinal(left.name.toUpperCase(), right.name.toUpperCase()));
}

/** By UTF-16 units, the same in every locale. */
function compareOrdinal(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
