import type { InputNode } from './input-node.js';

/**
 * The value of a node for a schema to judge, watched: a name that the schema asks for finds what is written in another case, and is known from then on.
 *
 * @param watched receives all objects that stand for others, which no result may contain
 */
export function watchedValue(node: InputNode, watched: WeakSet<object>): unknown {
  const { reading } = node;
  if (reading.kind === 'array') {
    node.isEnumerated = true;
    return node.elements().map(child => watchedValue(child, watched));
  }
  return reading.kind === 'object' ? watchedObject(node, watched) : reading.value;
}

function watchedObject(node: InputNode, watched: WeakSet<object>): object {
  const values = Object.fromEntries(node.present().map(([name, child]) => [name, watchedValue(child, watched)]));
  const ask = (key: string | symbol) => {
    if (typeof key !== 'string' || key in Object.prototype) return;
    const written = node.nameOf(key);
    node.ask(key);
    const name = node.nameOf(key);
    if (written === undefined || written === name || !Object.hasOwn(values, written)) return;
    Object.defineProperty(values, key, { value: values[written], configurable: true, enumerable: true, writable: true });
    delete values[written];
  };
  const proxy = new Proxy(values, {
    get(target, key) {
      ask(key);
      return Reflect.get(target, key) as unknown;
    },
    has(target, key) {
      ask(key);
      return Reflect.has(target, key);
    },
    getOwnPropertyDescriptor(target, key) {
      ask(key);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    ownKeys(target) {
      node.isEnumerated = true;
      return Reflect.ownKeys(target);
    },
  });
  watched.add(proxy);
  return proxy;
}

/** Whether a result contains one of the watched objects. */
export function containsWatched(value: unknown, watched: WeakSet<object>, seen: Set<unknown> = new Set<unknown>()): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  if (watched.has(value)) return true;
  seen.add(value);
  const inner = value instanceof Map ? [...value.keys(), ...value.values()] : value instanceof Set ? [...value] : Object.values(value);
  return inner.some(child => containsWatched(child, watched, seen));
}
