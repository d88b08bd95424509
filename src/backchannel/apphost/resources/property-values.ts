import { isSecretName } from '../../../hosting/primitives/index.js';

/** Deeper values come as null. */
const maxDepth = 32;

/** How properties are written: as JSON for clients that know `aux.v3`, as text or null for the others. */
export type PropertyForm = 'json' | 'text';

/** The properties of a resource as a client gets them; the values of names that are those of secrets are null, at any depth. */
export function toProperties(properties: Readonly<Record<string, unknown>>, form: PropertyForm): Readonly<Record<string, unknown>> {
  const entries = Object.entries(properties).map(([name, value]): [string, unknown] => {
    const json = isSecretName(name) ? null : toJson(value, 0);
    return [name, form === 'json' ? json : toText(json)];
  });
  return Object.fromEntries(entries);
}

/** Values that nobody changes later, unnoticed. */
export function copyOfProperties(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, value === undefined ? undefined : toJson(value, 0)]));
}

/** The value as what JSON has: what JSON has not becomes text when it has one that says something, else null. */
function toJson(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null || depth === maxDepth ? null : toJsonObject(value, depth + 1);
    default:
      return null;
  }
}

function toJsonObject(value: object, depth: number): unknown {
  if (Array.isArray(value)) return value.map(item => toJson(item, depth));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return value.href;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, isSecretName(name) ? null : toJson(member, depth)]));
}

/** @see Aspire.Hosting.Backchannel, where clients before `aux.v3` get .NET's invariant text of a value */
function toText(json: unknown): string | null {
  if (json === null) return null;
  if (Array.isArray(json)) {
    const items = json.map(toText).filter(item => item !== null);
    return items.join(',');
  }
  if (typeof json === 'boolean') return json ? 'True' : 'False';
  if (typeof json === 'object') return JSON.stringify(json);
  // What JSON has besides: numbers, whose exponent .NET writes in upper case, and texts.
  return typeof json === 'number' ? String(json).toUpperCase() : (json as string);
}
