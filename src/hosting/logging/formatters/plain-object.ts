/** Whether a value is a bare collection of members: without a class, and without a text of its own. May throw for a proxy that does. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || 'toJSON' in value || Object.hasOwn(value, 'toString')) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
