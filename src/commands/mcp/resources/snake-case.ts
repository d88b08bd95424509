/** Members whose names are data: they stay as they are, and with `values` what is in them, too. */
const dictionaries: Readonly<Record<string, 'keys' | 'values'>> = {
  properties: 'values',
  environment: 'values',
  options: 'values',
  healthReports: 'keys',
  commands: 'keys',
};

/** A described resource with the member names that a model is given: `display_name`. */
export function toSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]: [string, unknown]) => [snakeCased(name), convert(name, member)]));
}

function convert(name: string, member: unknown): unknown {
  const kind = Object.hasOwn(dictionaries, name) ? dictionaries[name] : undefined;
  if (kind === 'values') return member;
  if (kind === undefined || typeof member !== 'object' || member === null) return toSnakeCase(member);
  return Object.fromEntries(Object.entries(member).map(([key, item]: [string, unknown]) => [key, toSnakeCase(item)]));
}

function snakeCased(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
