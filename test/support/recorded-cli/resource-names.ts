import type { ResourceSnapshot } from 'hostward/backchannel';

/** The name to show: the model name, or the instance name where several resources that are not hidden share the model name. */
export function shownName(resource: ResourceSnapshot, all: readonly ResourceSnapshot[]): string {
  const { name, displayName } = resource;
  if (!displayName) return name;
  const sharing = all.filter(other => other.state?.toLowerCase() !== 'hidden' && sameText(other.displayName, displayName));
  return sharing.length > 1 ? name : displayName;
}

/** The resources that a name means: those with that instance name, else the only one with that model name. */
export function resolveResources(name: string, all: readonly ResourceSnapshot[]): readonly ResourceSnapshot[] {
  const byName = all.filter(resource => sameText(resource.name, name));
  if (byName.length > 0) return byName;
  const byDisplayName = all.filter(resource => sameText(resource.displayName, name));
  return byDisplayName.length === 1 ? byDisplayName : [];
}

export function sameText(left: string | null, right: string | null): boolean {
  return left !== null && right !== null && left.toUpperCase() === right.toUpperCase();
}

/** The order that people expect, as in .NET: `_c, a, A, a-b, ab, b, B`. */
export function compareLinguistically(left: string, right: string): number {
  return new Intl.Collator('en').compare(left, right);
}
