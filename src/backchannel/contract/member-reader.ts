import { describeJson, isJsonObject } from '../rpc/json-value.js';
import { ContractError } from './contract-error.js';

/**
 * Reads the members of a JSON object that a peer sent.
 *
 * Names count in any letter case, as AppHosts before 13.2 write `AppHostPath` for `appHostPath`; an exact match wins. Absent and null mean the same.
 */
export class MemberReader {
  readonly #object: Readonly<Record<string, unknown>>;
  #foldedNames: ReadonlyMap<string, string> | undefined;

  /**
   * @param path where the object stands, for errors
   * @throws ContractError when `value` is no object
   */
  constructor(
    value: unknown,
    readonly path: string,
  ) {
    if (!isJsonObject(value)) throw new ContractError(path, 'an object', describeJson(value));
    this.#object = value;
  }

  /** The value of a member as it came; undefined when there is none or it is null. */
  value(name: string): unknown {
    const own = Object.hasOwn(this.#object, name) ? name : this.#folded().get(name.toLowerCase());
    return own === undefined ? undefined : (this.#object[own] ?? undefined);
  }

  string(name: string): string {
    return this.stringOrNull(name) ?? this.#refuse(name, 'a text');
  }

  stringOrNull(name: string): string | null {
    const value = this.value(name);
    return value === undefined || typeof value === 'string' ? (value ?? null) : this.#refuse(name, 'a text or null');
  }

  integer(name: string): number {
    return this.integerOrNull(name) ?? this.#refuse(name, 'a whole number');
  }

  integerOrNull(name: string): number | null {
    const value = this.value(name);
    if (value === undefined) return null;
    return Number.isInteger(value) ? (value as number) : this.#refuse(name, 'a whole number or null');
  }

  /** A process id, which peers send as a number or as decimal text. */
  processId(name: string): number {
    return this.processIdOrNull(name) ?? this.#refuse(name, 'a process id');
  }

  processIdOrNull(name: string): number | null {
    const value = this.value(name);
    if (typeof value === 'string' && /^[0-9]{1,10}$/.test(value)) return Number(value);
    return typeof value === 'string' ? this.#refuse(name, 'a process id') : this.integerOrNull(name);
  }

  /** @param fallback stands in for an absent member; without it the member must be there */
  boolean(name: string, fallback?: boolean): boolean {
    const value = this.value(name) ?? fallback;
    return typeof value === 'boolean' ? value : this.#refuse(name, 'true or false');
  }

  /** Empty when the member is absent. */
  list<T>(name: string, readItem: (item: unknown, path: string) => T): readonly T[] {
    return this.listOrNull(name, readItem) ?? [];
  }

  listOrNull<T>(name: string, readItem: (item: unknown, path: string) => T): readonly T[] | null {
    const value = this.value(name);
    if (value === undefined) return null;
    return readList(value, `${this.path}.${name}`, readItem);
  }

  /** A member that is an object, read by `read`; null when it is absent. */
  objectOrNull<T>(name: string, read: (members: MemberReader) => T): T | null {
    const value = this.value(name);
    return value === undefined ? null : read(new MemberReader(value, `${this.path}.${name}`));
  }

  /** A member that is an object with free names; null when it is absent. */
  dictionaryOrNull<T>(name: string, readItem: (item: unknown, path: string) => T): Readonly<Record<string, T>> | null {
    const value = this.value(name);
    if (value === undefined) return null;
    if (!isJsonObject(value)) return this.#refuse(name, 'an object');
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readItem(item, `${this.path}.${name}.${key}`)]));
  }

  #refuse(name: string, expected: string): never {
    throw new ContractError(`${this.path}.${name}`, expected, describeJson(this.value(name)));
  }

  #folded(): ReadonlyMap<string, string> {
    return (this.#foldedNames ??= new Map(Object.keys(this.#object).map(name => [name.toLowerCase(), name])));
  }
}

/** Reads every item of a list. @throws ContractError when `value` is no list, or an item is refused */
export function readList<T>(value: unknown, path: string, readItem: (item: unknown, path: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw new ContractError(path, 'a list', describeJson(value));
  return value.map((item, index) => readItem(item, `${path}[${index}]`));
}

/** An item of a list of texts. */
export function readText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new ContractError(path, 'a text', describeJson(value));
  return value;
}

/** A value of a dictionary of texts. */
export function readTextOrNull(value: unknown, path: string): string | null {
  return value === null ? null : readText(value, path);
}
