import { isError } from '../primitives/errors.js';
import { secretMask } from '../primitives/index.js';
import { valueText } from './value-text.js';

/** How many objects of one value are looked through; the others are judged by their texts. */
const maximumObjects = 2_000;

/** What stands in the place of a value that fails when it is looked at. */
const unreadable = '(a value that cannot be read)';

type Fields = Record<string | symbol, unknown>;

/**
 * Takes secrets out of one value: copies lists, plain objects and errors as far as they reach, circles included, and replaces what else holds a secret by its text.
 */
export class RedactionPass {
  readonly #copies = new Map<object, unknown>();
  #isChanged = false;

  constructor(private readonly redact: (text: string) => string) {}

  /** `value` itself when no secret is in it. Never throws. */
  apply<T>(value: T): T {
    try {
      const copy = this.#copyOf(value);
      return this.#isChanged ? (copy as T) : value;
    } catch {
      // A getter or a proxy that fails, or too deep a nest. What cannot be judged is not shown.
      return (isErrorSafely(value) ? new Error(unreadable) : unreadable) as T;
    }
  }

  #copyOf(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number' || typeof value === 'bigint') return this.#number(value);
    if (typeof value !== 'object' || value === null) return value;
    if (this.#copies.has(value)) return this.#copies.get(value);
    if (this.#copies.size < maximumObjects) {
      if (isError(value)) return this.#copyError(value);
      if (Array.isArray(value)) return this.#copyList(value);
      if (isPlain(value)) return this.#copyFields(value, Object.keys(value), {});
    }
    return this.#copyByText(value);
  }

  #text(text: string): string {
    const redacted = this.redact(text);
    this.#isChanged ||= redacted !== text;
    return redacted;
  }

  /** A PIN may be a number where a schema has made one of it. */
  #number(value: number | bigint): unknown {
    const text = String(value);
    const redacted = this.redact(text);
    // Of a part there would be no number left, and a secret of digits is no part of a longer number.
    if (redacted !== secretMask) return value;
    this.#isChanged = true;
    return redacted;
  }

  #copyList(list: readonly unknown[]): unknown[] {
    const copy: unknown[] = [];
    this.#copies.set(list, copy);
    for (const element of list) copy.push(this.#copyOf(element));
    return copy;
  }

  /** The copy is a native error, so that other realms, too, know it for one, and of the same class. */
  #copyError(error: Error): Error {
    const copy = new Error();
    Object.setPrototypeOf(copy, Object.getPrototypeOf(error) as object);
    // A stack may be inherited by a getter, and is what most destinations write.
    return this.#copyFields(error, new Set<string | symbol>(['message', 'stack', ...Reflect.ownKeys(error)]), copy);
  }

  #copyFields<T extends object>(source: object, keys: Iterable<string | symbol>, copy: T): T {
    this.#copies.set(source, copy);
    for (const key of keys) {
      const value = this.#copyOf((source as Fields)[key]);
      const enumerable = Object.getOwnPropertyDescriptor(source, key)?.enumerable ?? false;
      Object.defineProperty(copy, typeof key === 'string' ? this.#text(key) : key, { value, enumerable, writable: true, configurable: true });
    }
    return copy;
  }

  /** By both texts that a destination may write: that of a message, and JSON. Of what has no JSON, a circle of objects say, only the text is left: nobody knows what else is in it. */
  #copyByText(value: object): unknown {
    const text = valueText(value);
    const json = jsonOf(value);
    const revealing = [text, json].find(candidate => candidate !== undefined && this.redact(candidate) !== candidate);
    const shown = revealing ?? (json === undefined ? text : undefined);
    this.#isChanged ||= shown !== undefined;
    const copy = shown === undefined ? value : this.redact(shown);
    this.#copies.set(value, copy);
    return copy;
  }
}

/** Empty where JSON leaves the value out, undefined where it fails. */
function jsonOf(value: object): string | undefined {
  try {
    const json: unknown = JSON.stringify(value);
    return typeof json === 'string' ? json : '';
  } catch {
    return undefined;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value) && !Object.hasOwn(value, 'toString');
}

function isErrorSafely(value: unknown): boolean {
  try {
    return isError(value);
  } catch {
    return false;
  }
}
