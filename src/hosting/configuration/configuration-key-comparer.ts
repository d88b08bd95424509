import { keyDelimiter } from './configuration-path.js';
import type { IConfigurationProvider } from './configuration.js';
import { foldCase } from './key-case.js';
import { sortAsDotNet } from './spelling-sort.js';

/**
 * The order of configuration keys, part by part: numbers of 32 bits first and by value, then text by its upper-case form; empty parts do not count.
 *
 * @see Microsoft.Extensions.Configuration.ConfigurationKeyComparer
 */
export function compareConfigurationKeys(a: string, b: string): number {
  return compareParts(toParts(a), toParts(b));
}

/**
 * The parts that follow directly after `path` in any of the providers: in their order, and each once, spelled as .NET spells it.
 *
 * @see Microsoft.Extensions.Configuration.InternalConfigurationRootExtensions.GetChildrenImplementation
 */
export function childKeysOf(providers: readonly IConfigurationProvider[], path: string | undefined): string[] {
  const keys = providers.reduce<string[]>((earlier, provider) => provider.getChildKeys(earlier, path), []);
  const sorted = Array.from(new Set(keys), prepare).sort(compareKeys);
  const areDistinct = sorted.every((key, index) => index === 0 || compareKeys(sorted[index - 1]!, key) !== 0);
  if (areDistinct) return sorted.map(({ key }) => key);
  return spelledAsDotNet(providers, path);
}

/** When sources spell a key in different ways, the one that a sort after each of the providers leaves in front is the one to be seen. */
function spelledAsDotNet(providers: readonly IConfigurationProvider[], path: string | undefined): string[] {
  const prepared = new Map<string, PreparedKey>();
  const preparedKey = (key: string) => {
    const known = prepared.get(key) ?? prepare(key);
    prepared.set(key, known);
    return known;
  };
  const sorted = providers.reduce<string[]>((earlier, provider) => {
    const keys = provider.getChildKeys(earlier, path).map(preparedKey);
    sortAsDotNet(keys, compareKeys);
    return keys.map(({ key }) => key);
  }, []);
  const distinct = new Map<string, string>();
  for (const { key, folded } of sorted.map(preparedKey)) if (!distinct.has(folded)) distinct.set(folded, key);
  return [...distinct.values()];
}

/** A key with what is needed to compare it many times. */
interface PreparedKey {
  readonly key: string;
  readonly folded: string;
  readonly parts: readonly Part[];
}

function prepare(key: string): PreparedKey {
  return { key, folded: foldCase(key), parts: toParts(key) };
}

function compareKeys(a: PreparedKey, b: PreparedKey): number {
  return compareParts(a.parts, b.parts);
}

type Part = number | string;

function toParts(key: string): readonly Part[] {
  return key
    .split(keyDelimiter)
    .filter(part => part !== '')
    .map(part => parseInt32(part) ?? foldCase(part));
}

function compareParts(a: readonly Part[], b: readonly Part[]): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const order = comparePart(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

function comparePart(a: Part, b: Part): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** What .NET's `int.TryParse` takes, with the blanks and zero characters that it allows. */
function parseInt32(text: string): number | undefined {
  const [, digits] = /^[\t-\r ]*([+-]?\d+)[\t-\r ]*\0*$/.exec(text) ?? [];
  const value = Number(digits);
  return digits !== undefined && value === (value | 0) ? value : undefined;
}
