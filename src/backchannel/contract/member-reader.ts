import { describeJson, isJsonObject } from '../rpc/json-value.js';
import { ContractError } from './contract-error.js';
import { memberPath, readItems, readJson } from './value-limits.js';

const maxProcessId = 0x7fff_ffff;

/**
 * ISO 8601 as .NET writes and reads it: any number of fraction digits, with an offset, `Z` or neither; the time may be left out. `Date.parse` would not do for what has the shape
 * alone: it reads `0001-13-32` as something else.
 */
const isoTime =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,16})?)?|24:00(?::00(?:\.0{1,16})?)?)(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/;

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

  string(name: string): string {
    return this.stringOrNull(name, 'a text') ?? this.#refuse(name, 'a text');
  }

  stringOrNull(name: string, expected = 'a text or null'): string | null {
    const value = this.#value(name);
    return value === undefined || typeof value === 'string' ? (value ?? null) : this.#refuse(name, expected);
  }

  /** A time as ISO 8601, kept as it was written: .NET's has more digits than a `Date`. */
  time(name: string): string {
    return this.timeOrNull(name, 'an ISO 8601 time') ?? this.#refuse(name, 'an ISO 8601 time');
  }

  timeOrNull(name: string, expected = 'an ISO 8601 time or null'): string | null {
    const value = this.stringOrNull(name, expected);
    return value === null || isoTime.test(value) ? value : this.#refuse(name, expected, 'another text');
  }

  integer(name: string): number {
    return this.integerOrNull(name, 'a whole number') ?? this.#refuse(name, 'a whole number');
  }

  integerOrNull(name: string, expected = 'a whole number or null'): number | null {
    const value = this.#value(name);
    if (value === undefined) return null;
    if (Number.isSafeInteger(value)) return value as number;
    return this.#refuse(name, expected, typeof value === 'number' ? describeNumber(value) : undefined);
  }

  /** A process id, which peers send as a number or as decimal text. 0 and negative ones are refused: sent a signal, they would mean process groups. */
  processId(name: string): number {
    const id = this.processIdOrNull(name, 'a process id');
    return id ?? this.#refuse(name, 'a process id', this.#value(name) === undefined ? undefined : 'process 0');
  }

  /** 0 is no process, and null. */
  processIdOrNull(name: string, expected = 'a process id or null'): number | null {
    const value = this.#value(name);
    if (value === undefined) return null;
    const isDecimal = typeof value === 'string' && /^[0-9]{1,10}$/.test(value);
    const id = isDecimal ? Number(value) : value;
    if (typeof id === 'string') return this.#refuse(name, expected, 'another text');
    if (typeof id !== 'number') return this.#refuse(name, expected);
    if (!Number.isSafeInteger(id)) return this.#refuse(name, expected, describeNumber(id));
    if (id === 0) return null;
    return id > 0 && id <= maxProcessId ? id : this.#refuse(name, expected, `a number outside 1 to ${maxProcessId}`);
  }

  /** @param fallback stands in for an absent member; without it the member must be there */
  boolean(name: string, fallback?: boolean): boolean {
    const value = this.#value(name) ?? fallback;
    return typeof value === 'boolean' ? value : this.#refuse(name, 'true or false');
  }

  /** A member that may be any JSON, as it came; null when it is absent. */
  json(name: string): unknown {
    return readJson(this.#value(name) ?? null, memberPath(this.path, name));
  }

  /** Empty when the member is absent. */
  list<T>(name: string, readItem: (item: unknown, path: string) => T): readonly T[] {
    return this.listOrNull(name, readItem) ?? [];
  }

  listOrNull<T>(name: string, readItem: (item: unknown, path: string) => T): readonly T[] | null {
    const value = this.#value(name);
    return value === undefined ? null : readList(value, memberPath(this.path, name), readItem);
  }

  /** A member that is an object, read by `read`; null when it is absent. */
  objectOrNull<T>(name: string, read: (members: MemberReader) => T): T | null {
    const value = this.#value(name);
    return value === undefined ? null : read(new MemberReader(value, memberPath(this.path, name)));
  }

  /** A member that is an object with free names; null when it is absent. */
  dictionaryOrNull<T>(name: string, readItem: (item: unknown, path: string) => T): Readonly<Record<string, T>> | null {
    const value = this.#value(name);
    if (value === undefined) return null;
    if (!isJsonObject(value)) return this.#refuse(name, 'an object');
    const path = memberPath(this.path, name);
    const entries = readItems(Object.entries(value), path, 'an object', ([key, item]) => [key, readItem(item, memberPath(path, key))] as const);
    return Object.fromEntries(entries);
  }

  /** The value of a member as it came; undefined when there is none or it is null. */
  #value(name: string): unknown {
    return this.#sent(name) ?? undefined;
  }

  #sent(name: string): unknown {
    const own = Object.hasOwn(this.#object, name) ? name : this.#folded().get(name.toLowerCase());
    return own === undefined ? undefined : this.#object[own];
  }

  #refuse(name: string, expected: string, found: string = describeJson(this.#sent(name))): never {
    throw new ContractError(memberPath(this.path, name), expected, found);
  }

  #folded(): ReadonlyMap<string, string> {
    return (this.#foldedNames ??= new Map(Object.keys(this.#object).map(name => [name.toLowerCase(), name])));
  }
}

/** Reads every item of a list. @throws ContractError when `value` is no list, has too many items, or one of them is refused */
export function readList<T>(value: unknown, path: string, readItem: (item: unknown, path: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw new ContractError(path, 'a list', describeJson(value));
  return readItems(value, path, 'a list', (item, index) => readItem(item, `${path}[${index}]`));
}

/** An item of a list of texts. */
export function readText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new ContractError(path, 'a text', describeJson(value));
  return value;
}

/** A value of a dictionary of texts. */
export function readTextOrNull(value: unknown, path: string): string | null {
  if (value !== null && typeof value !== 'string') throw new ContractError(path, 'a text or null', describeJson(value));
  return value;
}

/** Why a number is no whole number that JavaScript holds exactly. */
function describeNumber(value: number): string {
  return Number.isInteger(value) ? 'a number beyond 2^53' : 'a number with a fraction';
}
