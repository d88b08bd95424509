import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TemporaryFolder } from '../../support/temporary-folder.js';

/** Lays out checkouts as git does, file by file, so that the tests need no git. */
export class GitCheckouts {
  constructor(private readonly folder: TemporaryFolder) {}

  /** `git init`. */
  clone(path: string): void {
    mkdirSync(this.folder.at(path, '.git'), { recursive: true });
  }

  /** `git -C <repository> worktree add <path>`. */
  worktree(path: string, repository: string, name = 'feature'): void {
    this.linked(path, `${repository}/.git/worktrees/${name}`);
  }

  /** A checkout whose administrative directory is this one. */
  linked(path: string, gitDirectory: string): void {
    this.pointer(path, this.folder.at(gitDirectory));
    this.folder.write(`${gitDirectory}/gitdir`, `${this.folder.at(path, '.git')}\n`);
  }

  /** `git submodule add`: the repository lies in that of the checkout around it. */
  submodule(path: string, gitDirectory: string): void {
    mkdirSync(this.folder.at(gitDirectory), { recursive: true });
    this.pointer(path, relative(this.folder.at(path), this.folder.at(gitDirectory)));
  }

  /** `git init --separate-git-dir`. */
  separate(path: string, gitDirectory: string): void {
    mkdirSync(this.folder.at(gitDirectory), { recursive: true });
    this.pointer(path, this.folder.at(gitDirectory));
  }

  pointer(path: string, gitDirectory: string): void {
    this.folder.write(join(path, '.git'), `gitdir: ${gitDirectory}\n`);
  }
}
