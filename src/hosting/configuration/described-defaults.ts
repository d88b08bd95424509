import { type ConfigurationType, configurationTypes as t } from './configuration-types.js';

/** How deep default values may lie within each other; deeper are taken for a circle. */
const maximumDepth = 64;

/**
 * The type that a default value says: that of a single value, of the first item of a list or a map, of the properties of an object. Null and undefined stand
 * for text, and so does what is in an empty list, map or object.
 */
export function describeDefaults(value: unknown, depth = 0): ConfigurationType {
  if (depth > maximumDepth) throw new RangeError(`Default values may lie at most ${maximumDepth} deep within each other, but these go on.`);
  const scalar = scalarOf(value);
  if (scalar) return scalar;
  if (Array.isArray(value)) return t.array(describeDefaults(value[0], depth + 1));
  if (value instanceof Map) return t.map(describeDefaults(value.values().next().value, depth + 1));
  const properties = Object.entries(value as object).filter(([, property]) => typeof property !== 'function' && typeof property !== 'symbol');
  if (properties.length === 0 && isPlain(value as object)) return t.record(t.string);
  const described = properties.map(([name, property]) => [name, describeDefaults(property, depth + 1)] as const);
  return t.object(Object.fromEntries(described), isPlain(value as object) ? 'object' : (value as object).constructor.name);
}

/** A copy of the lists, maps and plain objects of a default value; what else there is in them is shared. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Map) return new Map(Array.from(value as Map<unknown, unknown>, ([key, item]) => [key, copyOf(item)]));
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyOf(item)]));
}

function scalarOf(value: unknown): ConfigurationType | undefined {
  switch (typeof value) {
    case 'number':
      return t.number;
    case 'boolean':
      return t.boolean;
    case 'bigint':
      return t.bigint;
    case 'object':
      if (value instanceof Date) return t.date;
      return value === null ? t.string : undefined;
    default:
      return t.string;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
