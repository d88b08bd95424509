import { lstatSync, readlinkSync } from 'node:fs';
import { join, parse, sep } from 'node:path';

/** An entry on whose existence and content a path depends: `name`, looked up in `directory`, which is free of links. */
export interface PathStep {
  readonly directory: string;
  /** Undefined: any entry of the directory. */
  readonly name: string | undefined;
}

/** More links in a row than any system follows. */
const maximumLinks = 40;

/**
 * The entries that decide what lies at an absolute path: each link on the way, the last entry, or the first that does not exist.
 *
 * Directories on the way that are no links are left out: whoever moves one of them is noticed by the slow look at everything.
 *
 * @param ofEntries whether the path stands for the entries of a directory instead of for itself
 */
export function tracePath(path: string, ofEntries: boolean): PathStep[] {
  const steps: PathStep[] = [];
  let { root: directory } = parse(path);
  const names = namesOf(path.slice(directory.length));
  for (let links = 0; names.length > 0;) {
    const name = names.shift()!;
    const entry = join(directory, name);
    const kind = name === '..' ? 'directory' : kindOf(entry);
    if (kind === 'directory') {
      if (names.length === 0 && !ofEntries) steps.push({ directory, name });
      directory = entry;
      continue;
    }
    steps.push({ directory, name });
    if (kind !== 'link' || ++links > maximumLinks) return steps;
    const target = targetOf(entry);
    if (target === undefined) return steps;
    const { root } = parse(target);
    if (root !== '') directory = root;
    names.unshift(...namesOf(target.slice(root.length)));
  }
  if (ofEntries) steps.push({ directory, name: undefined });
  return steps;
}

function namesOf(path: string): string[] {
  return path.split(sep === '/' ? '/' : /[\\/]/).filter(name => name !== '' && name !== '.');
}

function kindOf(path: string): 'directory' | 'link' | 'other' {
  try {
    const facts = lstatSync(path, { throwIfNoEntry: false });
    if (facts?.isDirectory()) return 'directory';
    return facts?.isSymbolicLink() ? 'link' : 'other';
  } catch {
    return 'other';
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
