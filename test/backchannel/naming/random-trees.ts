import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import type { TemporaryFolder } from '../../support/temporary-folder.js';
import { GitCheckouts } from './git-checkouts.js';

/** One thing that is laid out in a folder. Paths are relative to it. */
type Planting =
  | { readonly kind: 'directory' | 'file' | 'clone'; readonly path: string }
  | { readonly kind: 'link' | 'relative link' | 'worktree' | 'copied worktree' | 'submodule' | 'separate'; readonly path: string; readonly target: string };

/** Few names, so that paths meet. */
const names = fc.constantFrom('a', 'b', 'c', 'worktrees', '..foo', '.git');

/** A path in a random tree, which may exist or not. */
export const randomPath: fc.Arbitrary<string> = fc.array(names, { maxLength: 5 }).map(parts => parts.join('/'));

/** What to lay out, in this order. */
export const randomTree: fc.Arbitrary<readonly Planting[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('directory', 'file', 'clone'), path: randomPath }),
    fc.record({ kind: fc.constantFrom('link', 'relative link', 'worktree', 'copied worktree', 'submodule', 'separate'), path: randomPath, target: randomPath }),
  ),
  { maxLength: 16 },
);

/** Lays it out, but for what cannot stand where something else does. */
export function plant(folder: TemporaryFolder, tree: readonly Planting[]): void {
  for (const each of tree) {
    try {
      plantOne(folder, each);
    } catch {
      // Something else is in the way.
    }
  }
}

function plantOne(folder: TemporaryFolder, planting: Planting): void {
  const git = new GitCheckouts(folder);
  const { path } = planting;
  mkdirSync(dirname(folder.at(path)), { recursive: true });
  switch (planting.kind) {
    case 'directory':
      return void mkdirSync(folder.at(path), { recursive: true });
    case 'file':
      return writeFileSync(folder.at(path), '');
    case 'clone':
      return git.clone(path);
    case 'link':
      return symlinkSync(folder.at(planting.target), folder.at(path));
    case 'relative link':
      return symlinkSync(relative(dirname(folder.at(path)), folder.at(planting.target)), folder.at(path));
    case 'worktree':
      return git.worktree(path, planting.target);
    case 'copied worktree':
      return git.pointer(path, folder.at(planting.target, '.git/worktrees/feature'));
    case 'submodule':
      return git.submodule(path, join(planting.target, '.git/modules/sub'));
    case 'separate':
      return git.separate(path, planting.target);
  }
}
