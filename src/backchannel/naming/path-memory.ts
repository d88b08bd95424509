import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { realPath, resolveSymlinks } from './resolve-symlinks.js';
import { findWorktreeAbove, worktreeAt } from './worktree.js';

/** No system takes longer paths: whatever is longer is not worth remembering. */
const maxLength = 4_096;
/** So much is remembered at most; then all of it is forgotten. */
const maxEntries = 20_000;

/** What there is at a path. */
interface Entry {
  /** With its links resolved. */
  readonly path: string;
  /**
   * What its children are: `looked for`, or `missing` with it; `tangled` below a link that the system does not follow to an end, where only the whole path says what there is.
   */
  readonly children: 'looked for' | 'missing' | 'tangled';
}

/**
 * Answers as `resolveSymlinks` and `findWorktree` do, but looks at each directory only once: for many paths that have much in common. Never throws.
 *
 * What it has seen it believes until it is told to {@link forget}.
 */
export class PathMemory {
  readonly #entries = new Map<string, Entry>();
  readonly #worktrees = new Map<string, string | undefined>();
  readonly #worktreesAt = new Map<string, string | undefined>();
  /** Whether anything that is remembered is missing or tangled. */
  #hasDeadEnds = false;

  constructor(private readonly platform: NodeJS.Platform) {}

  /** As `resolveSymlinks`. */
  resolve(path: string): string {
    const known = this.#entries.get(path);
    if (known) return known.path;
    const absolute = isPlainlyAbsolute(path) ? path : resolve(path);
    if (absolute.length > maxLength) return resolveSymlinks(absolute);
    return (this.#entries.get(absolute) ?? this.#remember(absolute, this.#find(absolute))).path;
  }

  /** As `findWorktree`, of a path with its links resolved. */
  worktreeOf(path: string): string | undefined {
    const look = (directory: string) => recall(this.#worktreesAt, directory, () => worktreeAt(directory, this.platform));
    return recall(this.#worktrees, path, () => findWorktreeAbove(isDirectory(path) ? path : dirname(path), look));
  }

  forget(): void {
    this.#entries.clear();
    this.#worktrees.clear();
    this.#worktreesAt.clear();
    this.#hasDeadEnds = false;
  }

  #find(path: string): Entry {
    if (!isPlain(path)) return tangledEntry(path);
    // What exists is quickly told; it is what does not that takes a look at every directory on the way.
    const isHopeful = !this.#hasDeadEnds || this.#nearestKnown(path)[0].children === 'looked for';
    const real = isHopeful ? realPath(path) : undefined;
    return real === undefined ? this.#walk(path) : { path: real, children: 'looked for' };
  }

  #walk(path: string): Entry {
    const [known, unknown] = this.#nearestKnown(path);
    let entry = known;
    for (const each of unknown) {
      if (entry.children === 'tangled') return tangledEntry(path);
      if (entry.children === 'missing') return missingEntry(join(entry.path, path.slice(dirname(each).length)));
      const directory = entry.path;
      entry = this.#entries.get(each) ?? this.#remember(each, entryAt(join(directory, basename(each))));
    }
    return entry;
  }

  #remember(path: string, entry: Entry): Entry {
    if (this.#entries.size >= maxEntries) this.#entries.clear();
    this.#entries.set(path, entry);
    if (entry.children !== 'looked for') this.#hasDeadEnds = true;
    return entry;
  }

  /** The nearest ancestor that is known, and the way from there to the path. */
  #nearestKnown(path: string): readonly [Entry, readonly string[]] {
    const unknown: string[] = [];
    for (let current = path; ;) {
      const entry = this.#entries.get(current);
      if (entry) return [entry, unknown.reverse()];
      const parent = dirname(current);
      if (parent === current) return [{ path: current, children: 'looked for' }, unknown.reverse()];
      unknown.push(current);
      current = parent;
    }
  }
}

function recall<T>(memory: Map<string, T>, path: string, look: () => T): T {
  const known = memory.get(path);
  if (known !== undefined || memory.has(path)) return known as T;
  const value = look();
  if (memory.size >= maxEntries) memory.clear();
  memory.set(path, value);
  return value;
}

/** Whether a path is absolute, with nothing in it that would have to be taken out; may be false of one that is. */
function isPlainlyAbsolute(path: string): boolean {
  return sep === '/' && path[0] === '/' && !path.includes('//') && !path.includes('/.') && (path.length === 1 || !path.endsWith('/'));
}

/** Whether a path can be resolved name by name: elsewhere than on Linux the system spells names as they are on disk, and a lone surrogate as what it stands for. */
function isPlain(path: string): boolean {
  return process.platform === 'linux' && !/[\ud800-\udfff]/u.test(path);
}

/** @param path of which all but the last component is resolved */
function entryAt(path: string): Entry {
  try {
    const facts = lstatSync(path, { throwIfNoEntry: false });
    if (!facts) return missingEntry(path);
    return facts.isSymbolicLink() ? linkedEntry(path) : { path, children: 'looked for' };
  } catch {
    return missingEntry(path);
  }
}

function linkedEntry(path: string): Entry {
  const target = realPath(path);
  return target === undefined ? tangledEntry(path) : { path: target, children: 'looked for' };
}

function tangledEntry(path: string): Entry {
  return { path: resolveSymlinks(path), children: 'tangled' };
}

function missingEntry(path: string): Entry {
  return { path, children: 'missing' };
}

/** One that may not be entered counts as none; what is in it cannot be seen anyway. */
function isDirectory(path: string): boolean {
  return existsSync(`${path}${sep}.`);
}
