/**
 * As the key of a registration: it serves every key that has none of its own. As the key of a request: all keyed registrations.
 *
 * @see Microsoft.Extensions.DependencyInjection.KeyedService.AnyKey
 */
export const anyKey: unique symbol = Symbol('anyKey');

/** As the key of a dependency: the one under which its owner is being made. */
export const inheritedKey: unique symbol = Symbol('inheritedKey');

/** A key in error messages and graphs. */
export function keyName(key: unknown): string {
  if (key === anyKey) return '*';
  if (typeof key === 'symbol') return key.description ?? 'Symbol()';
  if (typeof key === 'function') return key.name || '(anonymous function)';
  return typeof key === 'object' && key !== null ? (key.constructor?.name ?? 'object') : String(key);
}

/** A key as registrations and requests are compared by it; undefined where there is none. */
export function normalizedKey(key: unknown): unknown {
  return key === null ? undefined : key === 0 ? 0 : key;
}

/** Whether inversify can have the key as the name of a binding. */
export function isBindingName(key: unknown): key is string | number | symbol {
  return (typeof key === 'string' || typeof key === 'number' || typeof key === 'symbol') && key !== anyKey && key !== inheritedKey;
}
