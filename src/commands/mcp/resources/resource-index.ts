import type { ResourceSnapshot } from '../../../backchannel/contract/index.js';

/** All resources of an AppHost by their names, regardless of letter case. */
export class ResourceIndex {
  readonly #byName = new Map<string, ResourceSnapshot[]>();
  readonly #byDisplayName = new Map<string, ResourceSnapshot[]>();

  constructor(resources: readonly ResourceSnapshot[]) {
    for (const resource of resources) {
      add(this.#byName, resource.name, resource);
      if (resource.displayName !== null) add(this.#byDisplayName, resource.displayName, resource);
    }
  }

  /** Those with that model name: several when it has replicas. */
  withDisplayName(displayName: string): readonly ResourceSnapshot[] {
    return this.#byDisplayName.get(displayName.toUpperCase()) ?? [];
  }

  /** Those that a name means: with that instance name, else the only one with that model name. */
  resolve(name: string): readonly ResourceSnapshot[] {
    const byName = this.#byName.get(name.toUpperCase());
    if (byName) return byName;
    const byDisplayName = this.withDisplayName(name);
    return byDisplayName.length === 1 ? byDisplayName : [];
  }

  /** The name to show: the model name, or the instance name where several resources that are not hidden share the model name. */
  shownName({ name, displayName }: ResourceSnapshot): string {
    if (!displayName) return name;
    const sharing = this.withDisplayName(displayName).filter(({ state }) => state?.toLowerCase() !== 'hidden');
    return sharing.length > 1 ? name : displayName;
  }
}

function add(map: Map<string, ResourceSnapshot[]>, name: string, resource: ResourceSnapshot): void {
  const key = name.toUpperCase();
  const resources = map.get(key);
  if (resources) resources.push(resource);
  else map.set(key, [resource]);
}
