const maxDepth = 8;

/** Roughly how many characters `value` takes as JSON; what lies deeper than eight levels is not counted. */
export function estimateSize(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null || depth === maxDepth) return 8;
  let size = 2;
  if (Array.isArray(value)) for (const item of value) size += 1 + estimateSize(item, depth + 1);
  else for (const [name, member] of Object.entries(value)) size += name.length + 4 + estimateSize(member, depth + 1);
  return size;
}
