/**
 * Whether `value` nests more than so many levels as JSON; `[]` and `{}` are one level.
 *
 * What refers to itself is deeper than anything.
 */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { toJSON } = value as { readonly toJSON?: unknown };
  return membersAreDeeperThan(typeof toJSON === 'function' ? toJSON.call(value, '') : value, levels);
}

function membersAreDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeperThan(item, levels - 1)) return true;
    return false;
  }
  for (const name in value) if (isDeeperThan((value as Record<string, unknown>)[name], levels - 1)) return true;
  return false;
}
