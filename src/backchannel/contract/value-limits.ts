import { ContractError } from './contract-error.js';

/** The most items that a list, and the most members that a dictionary of a message may have. What is read takes many times the memory of a short text that means it. */
const maxItems = 100_000;

/** The most levels of lists and objects in a value that may be any JSON; what .NET peers read, too. Deeper ones could not be written again. */
const maxDepth = 64;

const maxNameLength = 40;

/** Reads each item. @throws ContractError when there are more than {@link maxItems} */
export function readItems<T, R>(items: readonly T[], path: string, kind: 'a list' | 'an object', read: (item: T, index: number) => R): readonly R[] {
  const unit = kind === 'a list' ? 'items' : 'members';
  if (items.length > maxItems) throw new ContractError(path, `${kind} of at most ${maxItems} ${unit}`, `${items.length} ${unit}`);
  return items.map(read);
}

/** Any JSON, as it came. @throws ContractError when it has more than {@link maxDepth} levels */
export function readJson(value: unknown, path: string): unknown {
  if (isDeeperThan(value, maxDepth)) throw new ContractError(path, `JSON of at most ${maxDepth} levels`, 'more levels');
  return value;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some(item => isDeeperThan(item, levels - 1));
}

/** The path of a member in an error. Names are the peer's own in dictionaries: long ones are cut, and nothing reaches a terminal that would control it. */
export function memberPath(path: string, name: string): string {
  if (/^[A-Za-z_]\w{0,39}$/.test(name)) return `${path}.${name}`;
  if (/^[\w.-]{1,40}$/.test(name)) return `${path}["${name}"]`;
  const start = name.length > maxNameLength ? `${name.slice(0, maxNameLength)}…` : name;
  return `${path}[${JSON.stringify(start.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd'))}]`;
}
