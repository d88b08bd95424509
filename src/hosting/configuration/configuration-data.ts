import { ConfigurationFormatError } from './configuration-errors.js';
import { keyDelimiter } from './configuration-path.js';
import { foldCase } from './key-case.js';

/** Into how many parts a key may be divided. */
export const maximumKeyDepth = 256;

interface Entry {
  readonly key: string;
  value: string | null;
}

/**
 * Values by keys that ignore case: a key stays as it was first written, the value is the one that was last set.
 *
 * @see System.Collections.Generic.Dictionary with StringComparer.OrdinalIgnoreCase, as it is the data of a configuration provider
 */
export class ConfigurationData implements Iterable<readonly [key: string, value: string | null]> {
  readonly #entries = new Map<string, Entry>();
  #children: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(entries: Iterable<readonly [key: string, value: string | null]> = []) {
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(foldCase(key));
  }

  /** The value, or undefined when the key was never set. */
  get(key: string): string | null | undefined {
    return this.getFolded(foldCase(key));
  }

  /** As {@link get}, with a key that `foldCase` has been through. */
  getFolded(foldedKey: string): string | null | undefined {
    return this.#entries.get(foldedKey)?.value;
  }

  /** @throws ConfigurationFormatError when the key has more than {@link maximumKeyDepth} parts */
  set(key: string, value: string | null): void {
    const folded = foldCase(key);
    const entry = this.#entries.get(folded);
    if (entry) {
      entry.value = value;
      return;
    }
    throwIfTooDeep(key);
    this.#entries.set(folded, { key, value });
    this.#children = undefined;
  }

  /** The part that follows directly after `parentPath`, of every key that has one; undefined stands for the beginning. */
  childKeys(parentPath: string | undefined): readonly string[] {
    this.#children ??= this.#indexChildren();
    return this.#children.get(parentPath === undefined ? '' : indexKey(foldCase(parentPath))) ?? [];
  }

  *[Symbol.iterator](): Iterator<readonly [key: string, value: string | null]> {
    for (const { key, value } of this.#entries.values()) yield [key, value];
  }

  /** Without it every question for children would read all keys, and a walk over all of them would take their square. */
  #indexChildren(): Map<string, string[]> {
    const parents = new Map<string, string[]>();
    for (const [folded, { key }] of this.#entries) {
      for (let begin = 0, end = 0; end >= 0; begin = end + 1) {
        end = folded.indexOf(keyDelimiter, begin);
        const parent = begin === 0 ? '' : indexKey(folded.slice(0, begin - 1));
        const child = key.slice(begin, end < 0 ? undefined : end);
        const children = parents.get(parent);
        if (children) children.push(child);
        else parents.set(parent, [child]);
      }
    }
    return parents;
  }
}

/** The beginning has no path; a path, also the empty one, ends with a delimiter here. */
function indexKey(foldedPath: string): string {
  return foldedPath + keyDelimiter;
}

function throwIfTooDeep(key: string): void {
  let depth = 1;
  for (let at = key.indexOf(keyDelimiter); at >= 0; at = key.indexOf(keyDelimiter, at + 1)) depth++;
  if (depth <= maximumKeyDepth) return;
  throw new ConfigurationFormatError(`A configuration key has at most ${maximumKeyDepth} parts, but '${key.slice(0, 40)}…' has ${depth}.`);
}
