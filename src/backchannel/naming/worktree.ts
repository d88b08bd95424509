import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readPointerFile } from './pointer-file.js';
import { resolveSymlinks } from './resolve-symlinks.js';

/** How many directories upwards are looked at. */
const maxLevels = 64;

/**
 * The root of the git checkout that a path lies in; undefined when it lies in none. Reads git's files itself, and never throws.
 *
 * A linked worktree (`git worktree add`) is a checkout of its own. A submodule belongs to the checkout around it, and so does, if there is one around it, a directory whose
 * repository lies elsewhere (`--separate-git-dir`). More than 64 directories upwards nothing is found.
 *
 * @param path a directory, or a file that need not exist; with its symbolic links resolved
 */
export function findWorktree(path: string, platform: NodeJS.Platform = process.platform): string | undefined {
  const directory = kindOf(path) === 'directory' ? path : dirname(path);
  return findWorktreeAbove(directory, each => worktreeAt(each, platform));
}

/** The first that `look` finds, in this directory or one around it. @param look what {@link worktreeAt} says, or has said before */
export function findWorktreeAbove(directory: string, look: (directory: string) => string | undefined): string | undefined {
  for (let level = 0; level < maxLevels; level++) {
    const worktree = look(directory);
    if (worktree !== undefined) return worktree;
    const parent = dirname(directory);
    if (parent === directory) return undefined;
    directory = parent;
  }
  return undefined;
}

/** The checkout that the `.git` of this very directory stands for, if it has one and that says. */
export function worktreeAt(directory: string, platform: NodeJS.Platform): string | undefined {
  const gitPath = join(directory, '.git');
  const kind = kindOf(gitPath);
  if (kind === 'directory') return resolveSymlinks(directory);
  if (kind !== 'file') return undefined;
  const gitDirectory = gitDirectoryOf(gitPath);
  if (gitDirectory === undefined) return undefined;
  if (administers(gitDirectory, gitPath, platform)) return resolveSymlinks(directory);
  return worktreeAround(gitDirectory, platform);
}

/** The linked worktree in whose administrative directory the repository of a submodule lies. */
function worktreeAround(gitDirectory: string, platform: NodeJS.Platform): string | undefined {
  let candidate = dirname(resolveSymlinks(gitDirectory));
  for (let level = 0; level < maxLevels; level++) {
    const parent = dirname(candidate);
    if (parent === candidate) return undefined;
    const gitPath = isNamedWorktrees(parent, platform) ? checkoutOf(candidate) : undefined;
    if (gitPath !== undefined && isLinkedWorktree(gitPath, platform)) return resolveSymlinks(dirname(gitPath));
    candidate = parent;
  }
  return undefined;
}

function isLinkedWorktree(gitPath: string, platform: NodeJS.Platform): boolean {
  const gitDirectory = kindOf(gitPath) === 'file' ? gitDirectoryOf(gitPath) : undefined;
  return gitDirectory !== undefined && administers(gitDirectory, gitPath, platform);
}

/** Whether the directory that a `.git` file names is one of `worktrees/*` and names that file in turn: a copied or moved checkout is not believed. */
function administers(gitDirectory: string, gitPath: string, platform: NodeJS.Platform): boolean {
  if (kindOf(gitDirectory) !== 'directory' || !isNamedWorktrees(dirname(resolveSymlinks(gitDirectory)), platform)) return false;
  const checkout = checkoutOf(gitDirectory);
  return checkout !== undefined && resolveSymlinks(checkout) === resolveSymlinks(gitPath);
}

/** What the `gitdir:` line of a `.git` file names, seen from where the file really is. */
function gitDirectoryOf(gitPath: string): string | undefined {
  const line = readPointerFile(gitPath)
    ?.split(/\r\n|\n|\r/)
    .find(text => /^gitdir:/i.test(text));
  const value = line?.slice('gitdir:'.length).trim();
  return value ? resolve(resolveSymlinks(dirname(gitPath)), value) : undefined;
}

/** The `.git` file of the checkout that an administrative directory belongs to. */
function checkoutOf(gitDirectory: string): string | undefined {
  const value = readPointerFile(join(gitDirectory, 'gitdir'))?.trim();
  return value ? resolve(resolveSymlinks(gitDirectory), value) : undefined;
}

function isNamedWorktrees(directory: string, platform: NodeJS.Platform): boolean {
  const name = basename(directory);
  return (platform === 'win32' ? name.toLowerCase() : name) === 'worktrees';
}

function kindOf(path: string): 'directory' | 'file' | undefined {
  try {
    const facts = statSync(path, { throwIfNoEntry: false });
    if (facts?.isDirectory()) return 'directory';
    return facts?.isFile() ? 'file' : undefined;
  } catch {
    return undefined;
  }
}
