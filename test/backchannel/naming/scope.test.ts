import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { relative } from 'node:path';
import { isInScope } from '../../../src/backchannel/naming/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';
import { GitCheckouts } from './git-checkouts.js';

expectNoLeaks();

let folder: TemporaryFolder;
let git: GitCheckouts;
const at = (path: string) => folder.at(path);

beforeEach(() => {
  folder = new TemporaryFolder({ 'repo/app/apphost.ts': '' });
  git = new GitCheckouts(folder);
  symlinkSync(at('repo'), at('link'));
});

afterEach(() => folder[Symbol.dispose]());

describe('isInScope', () => {
  it.each([
    ['a file in the directory', 'repo/app/apphost.ts', 'repo/app', true],
    ['a file further down', 'repo/app/apphost.ts', 'repo', true],
    ['the directory itself', 'repo/app', 'repo/app', true],
    ['a file that does not exist', 'repo/app/gone.ts', 'repo', true],
    ['a file beside the directory', 'repo/app/apphost.ts', 'other', false],
    ['a file above the directory', 'repo/apphost.ts', 'repo/app', false],
    ['a directory whose name begins alike', 'repo2/apphost.ts', 'repo', false],
    ['a path through a link', 'link/app/apphost.ts', 'repo', true],
    ['a working directory that is a link', 'repo/app/apphost.ts', 'link', true],
    ['both through the same link', 'link/app/apphost.ts', 'link', true],
    // Defect 22: the original takes every name that begins with two dots for the parent directory.
    ['a directory named ..foo', 'repo/..foo/apphost.ts', 'repo', true],
    ['a file named ..', 'repo/...ts', 'repo', true],
  ])('of %s', (_what, appHost, directory, expected) => {
    expect(isInScope(at(appHost), at(directory))).toBe(expected);
  });

  it.each([[null], [undefined], ['']])('has no AppHost whose path is %j', path => {
    expect(isInScope(path, '/')).toBe(false);
  });

  it('distinguishes letter case on Linux, not on macOS', () => {
    expect(isInScope(at('REPO/x.ts'), at('repo'), 'linux')).toBe(false);
    expect(isInScope(at('REPO/x.ts'), at('repo'), 'darwin')).toBe(true);
  });

  it('decides by the path as written where it may not read', () => {
    chmodSync(at('repo/app'), 0o000);
    try {
      expect(isInScope(at('repo/app/apphost.ts'), at('repo'))).toBe(true);
    } finally {
      chmodSync(at('repo/app'), 0o755);
    }
  });

  it('has no AppHost whose path is relative: nobody knows to what', () => {
    expect(isInScope(relative(process.cwd(), at('repo/app/apphost.ts')), at('repo'))).toBe(false);
    expect(isInScope('apphost.ts', process.cwd())).toBe(false);
  });

  it.each([['/a\0b'], ['/\ud800'], [`/${'x'.repeat(100_000)}`], ['/x'.repeat(100_000)]])('takes any path that a peer may report', path => {
    expect([isInScope(path, at('repo')), isInScope(at('repo') + path, at('repo'))]).toEqual([false, true]);
  });
});

describe('isInScope in git checkouts', () => {
  beforeEach(() => {
    git.clone('repo');
    git.worktree('repo/.worktrees/x', 'repo', 'x');
    git.worktree('repo-y', 'repo', 'y');
    git.clone('repo/vendor/other');
    git.submodule('repo/sub', 'repo/.git/modules/sub');
    git.submodule('repo/.worktrees/x/sub', 'repo/.git/worktrees/x/modules/sub');
    git.separate('repo/separate', 'repositories/separate.git');
    symlinkSync(at('repo/.worktrees/x'), at('x-link'));
  });

  it.each([
    ['the same clone', 'repo/app/apphost.ts', 'repo', true],
    ['the same clone, further down', 'repo/app/apphost.ts', 'repo/app', true],
    ['a worktree, seen from the clone around it', 'repo/.worktrees/x/apphost.ts', 'repo', false],
    ['a worktree, seen from a directory of the clone around it', 'repo/.worktrees/x/apphost.ts', 'repo/.worktrees', false],
    ['the same worktree', 'repo/.worktrees/x/apphost.ts', 'repo/.worktrees/x', true],
    ['the same worktree, through a link', 'repo/.worktrees/x/apphost.ts', 'x-link', true],
    ['the clone around the worktree', 'repo/app/apphost.ts', 'repo/.worktrees/x', false],
    ['another worktree beside', 'repo-y/apphost.ts', 'repo', false],
    ['a clone within the clone', 'repo/vendor/other/apphost.ts', 'repo', false],
    ['a submodule, seen from the clone around it', 'repo/sub/apphost.ts', 'repo', true],
    ['the same submodule', 'repo/sub/apphost.ts', 'repo/sub', true],
    ['a submodule, seen from its worktree', 'repo/.worktrees/x/sub/apphost.ts', 'repo/.worktrees/x', true],
    ['the same submodule of a worktree', 'repo/.worktrees/x/sub/apphost.ts', 'repo/.worktrees/x/sub', true],
    ['a submodule of a worktree, seen from the clone', 'repo/.worktrees/x/sub/apphost.ts', 'repo', false],
    ['a checkout with its repository elsewhere, seen from the clone around it', 'repo/separate/apphost.ts', 'repo', true],
  ])('of %s', (_what, appHost, directory, expected) => {
    expect(isInScope(at(appHost), at(directory))).toBe(expected);
  });

  // .NET 13.6 has none of them: whoever keeps many checkouts in one directory would lose sight of all.
  it.each(['repo/app/apphost.ts', 'repo/.worktrees/x/apphost.ts', 'repo-y/apphost.ts', 'repo/vendor/other/apphost.ts', 'alone/apphost.ts'])(
    'of %s, seen from a directory that lies in no checkout',
    appHost => {
      expect(isInScope(at(appHost), folder.path)).toBe(true);
    },
  );

  it('follows a checkout that comes and goes: nothing is remembered', () => {
    const ask = () => isInScope(at('repo/app/apphost.ts'), at('repo'));
    const seen = [ask()];
    git.clone('repo/app');
    seen.push(ask());
    rmSync(at('repo/app/.git'), { recursive: true });
    expect([...seen, ask()]).toEqual([true, false, true]);
  });
});
