import type { ValueType } from './dependency.js';

/** Whether `value` is of the declared type; every value is where none is declared. */
export function acceptsValue(type: ValueType | undefined, value: unknown): boolean {
  if (type === undefined) return true;
  if (isPrimitive(type)) return typeof value === type.name.toLowerCase();
  return typeof value === 'object' || typeof value === 'function' ? value instanceof (type as new () => unknown) : false;
}

/** Whether every value of the type `given` is of the declared type. */
export function acceptsType(type: ValueType | undefined, given: unknown): boolean {
  return type === undefined || type === given || (given as { prototype?: unknown }).prototype instanceof (type as new () => unknown);
}

/** The type of a value for people: `string`, `Mailer`, `null`. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? (value.constructor?.name ?? 'object') : typeof value;
}

/** The declared type for people: `string`, `Mailer`. */
export function valueTypeName(type: ValueType | undefined): string {
  if (type === undefined) return 'value';
  return isPrimitive(type) ? type.name.toLowerCase() : type.name;
}

function isPrimitive(type: ValueType): boolean {
  return type === String || type === Number || type === Boolean || type === Symbol || type === BigInt || type === Function;
}
