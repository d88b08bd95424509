import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { findWorktree } from '../../../src/backchannel/naming/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';
import { GitCheckouts } from './git-checkouts.js';

expectNoLeaks();

let folder: TemporaryFolder;
let git: GitCheckouts;
const at = (...names: string[]) => folder.at(...names);

beforeEach(() => {
  folder = new TemporaryFolder();
  git = new GitCheckouts(folder);
});

afterEach(() => folder[Symbol.dispose]());

describe('findWorktree', () => {
  it('finds the clone around a directory, a file, and a file that does not exist', () => {
    git.clone('repo');
    folder.write('repo/src/apphost.ts', '');
    for (const path of ['repo', 'repo/src', 'repo/src/apphost.ts', 'repo/src/gone.ts', 'repo/gone/gone.ts']) expect(findWorktree(at(path))).toBe(at('repo'));
  });

  it('finds none where there is none', () => {
    expect([findWorktree(at('apphost.ts')), findWorktree(folder.path), findWorktree('/')]).toEqual([undefined, undefined, undefined]);
  });

  it('takes a linked worktree for a checkout of its own, inside the clone and outside', () => {
    git.clone('repo');
    git.worktree('repo/.worktrees/x', 'repo', 'x');
    git.worktree('beside', 'repo', 'y');
    expect([findWorktree(at('repo/.worktrees/x/src/a.ts')), findWorktree(at('beside/a.ts'))]).toEqual([at('repo/.worktrees/x'), at('beside')]);
  });

  it('takes a worktree of a bare repository for a checkout of its own', () => {
    git.linked('main', 'repo.git/worktrees/main');
    expect(findWorktree(at('main/a.ts'))).toBe(at('main'));
  });

  it('takes a submodule for a part of the clone around it', () => {
    git.clone('repo');
    git.submodule('repo/libs/sub', 'repo/.git/modules/libs/sub');
    expect(findWorktree(at('repo/libs/sub/a.ts'))).toBe(at('repo'));
  });

  it('takes a submodule in a linked worktree for a part of that worktree, a submodule of it as well', () => {
    git.clone('repo');
    git.worktree('wt', 'repo', 'wt');
    git.submodule('wt/sub', 'repo/.git/worktrees/wt/modules/sub');
    git.submodule('wt/sub/inner', 'repo/.git/worktrees/wt/modules/sub/modules/inner');
    expect([findWorktree(at('wt/sub/a.ts')), findWorktree(at('wt/sub/inner/a.ts'))]).toEqual([at('wt'), at('wt')]);
  });

  it('finds the worktree of such a submodule also from where it is not below it', () => {
    git.clone('repo');
    git.worktree('wt', 'repo', 'wt');
    git.submodule('elsewhere', 'repo/.git/worktrees/wt/modules/sub');
    expect(findWorktree(at('elsewhere'))).toBe(at('wt'));
  });

  it('takes a linked worktree of a submodule for a checkout of its own', () => {
    git.clone('repo');
    git.submodule('repo/sub', 'repo/.git/modules/sub');
    git.linked('repo/sub/.worktrees/x', 'repo/.git/modules/sub/worktrees/x');
    expect(findWorktree(at('repo/sub/.worktrees/x/a.ts'))).toBe(at('repo/sub/.worktrees/x'));
  });

  it('passes over a checkout whose repository lies elsewhere, to the one around it if there is one', () => {
    git.separate('alone', 'repositories/alone.git');
    git.clone('repo');
    git.separate('repo/nested', 'repositories/nested.git');
    expect([findWorktree(at('alone/a.ts')), findWorktree(at('repo/nested/a.ts'))]).toEqual([undefined, at('repo')]);
  });

  it.each<[string, string]>([
    ['with upper case', 'GitDir: '],
    ['without a blank', 'gitdir:'],
    ['with more blanks', 'gitdir:  \t'],
    ['in a later line', '# comment\n\ngitdir: '],
    ['after a Windows line end', 'something\r\ngitdir: '],
  ])('reads a .git file %s', (_what, start) => {
    git.clone('repo');
    git.worktree('wt', 'repo', 'wt');
    for (const end of ['', '\n', '\r\n', ' \n', '\ngitdir: /elsewhere\n']) {
      folder.write('wt/.git', `${start}${at('repo/.git/worktrees/wt')}${end}`);
      expect(findWorktree(at('wt'))).toBe(at('wt'));
    }
  });

  it('reads relative paths, from where the files really are', () => {
    git.clone('repo');
    git.worktree('deep/er/wt', 'repo', 'wt');
    folder.write('deep/er/wt/.git', 'gitdir: ../../../repo/.git/worktrees/wt\n');
    folder.write('repo/.git/worktrees/wt/gitdir', '../../../../deep/er/wt/.git\n');
    symlinkSync('deep/er', at('short'));
    expect([findWorktree(at('deep/er/wt/a.ts')), findWorktree(at('short/wt/a.ts'))]).toEqual([at('deep/er/wt'), at('deep/er/wt')]);
  });

  it('sees through links on both sides of a worktree and its repository', () => {
    git.clone('repo');
    git.worktree('wt', 'repo', 'wt');
    symlinkSync('repo', at('repo-link'));
    symlinkSync('wt', at('wt-link'));
    git.pointer('wt', at('repo-link/.git/worktrees/wt'));
    folder.write('repo/.git/worktrees/wt/gitdir', at('wt-link/.git'));
    expect(findWorktree(at('wt/a.ts'))).toBe(at('wt'));
  });

  it('reads a relative path back from where the administrative directory really is', () => {
    git.clone('repo');
    git.worktree('wt', 'repo', 'wt');
    folder.write('repo/.git/worktrees/wt/gitdir', '../../../../wt/.git');
    mkdirSync(at('a'));
    symlinkSync(at('repo/.git/worktrees/wt'), at('a/admin'));
    git.pointer('wt', at('a/admin'));
    expect(findWorktree(at('wt'))).toBe(at('wt'));
  });

  it.each<[string, () => void]>([
    ['is gone', () => rmSync(at('wt/.git'))],
    ['belongs to another repository by now', () => git.pointer('wt', at('repo/.git/worktrees/other'))],
    ['is a clone by now', () => (rmSync(at('wt/.git')), git.clone('wt'))],
  ])('does not take a submodule for a part of a worktree that %s', (_what, change) => {
    git.clone('repo');
    git.worktree('wt', 'repo', 'wt');
    git.submodule('elsewhere', 'repo/.git/worktrees/wt/modules/sub');
    change();
    expect(findWorktree(at('elsewhere'))).toBeUndefined();
  });

  it.each<[string, () => void]>([
    ['that was copied, and so is not the one that its repository knows', () => git.pointer('around/wt', at('repo/.git/worktrees/known'))],
    ['whose repository is gone', () => git.pointer('around/wt', at('gone/.git/worktrees/x'))],
    ['whose repository knows of none', () => (rmSync(at('repo/.git/worktrees/known/gitdir')), git.pointer('around/wt', at('repo/.git/worktrees/known')))],
    ['whose administrative directory is in no `worktrees`', () => git.linked('around/wt', 'repo/.git/other/x')],
    ['that says nothing', () => folder.write('around/wt/.git', '')],
    ['that names nothing', () => folder.write('around/wt/.git', 'gitdir: \n')],
    ['that is no text', () => folder.write('around/wt/.git', Buffer.alloc(10_000, 0xff))],
    ['with a NUL in its path', () => folder.write('around/wt/.git', 'gitdir: a\0b')],
    ['with more behind it than any such file has', () => folder.write('around/wt/.git', `gitdir: ${at('linked')}${'\n'.repeat(20_000)}`)],
    ['that is as large as no such file is', () => folder.write('around/wt/.git', `${'\n'.repeat(20_000)}gitdir: ${at('repo/.git/worktrees/known')}`)],
  ])('does not believe a .git file %s', (_what, prepare) => {
    git.clone('repo');
    git.worktree('known', 'repo', 'known');
    git.clone('around');
    git.linked('around/wt', 'repo/.git/worktrees/wt');
    symlinkSync('repo/.git/worktrees/wt', at('linked'));
    prepare();
    expect(findWorktree(at('around/wt/a.ts'))).toBe(at('around'));
  });

  it('does not wait for a pipe that has the name of a .git file', () => {
    if (spawnSync('mkfifo', [at('.git')]).status !== 0) return;
    expect(findWorktree(at('a.ts'))).toBeUndefined();
    git.clone('repo');
    git.worktree('wt', 'repo', 'wt');
    rmSync(at('repo/.git/worktrees/wt/gitdir'));
    execFileSync('mkfifo', [at('repo/.git/worktrees/wt/gitdir')]);
    expect(findWorktree(at('wt/a.ts'))).toBeUndefined();
  });

  it('looks at sixty-four directories and no more', () => {
    git.clone('repo');
    const below = (levels: number) => at('repo', ...Array.from({ length: levels }, () => 'd'));
    mkdirSync(below(70), { recursive: true });
    expect([findWorktree(below(63)), findWorktree(below(64))]).toEqual([at('repo'), undefined]);
  });

  it('knows `worktrees` in any letter case on Windows only', () => {
    git.linked('wt', 'repo/.git/Worktrees/x');
    expect([findWorktree(at('wt'), 'win32'), findWorktree(at('wt'), 'linux'), findWorktree(at('wt'), 'darwin')]).toEqual([at('wt'), undefined, undefined]);
  });
});

const withGit = spawnSync('git', ['--version']).status === 0 ? describe : describe.skip;

withGit('findWorktree in what git itself lays out', () => {
  const run = (directory: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'protocol.file.allow=always', ...args], {
      cwd: at(directory),
      stdio: 'pipe',
      env: { PATH: process.env['PATH'], HOME: folder.path, GIT_CONFIG_NOSYSTEM: '1' },
    });

  function init(path: string, ...options: string[]): void {
    run('.', 'init', '-q', ...options, path);
    run(path, 'commit', '-q', '--allow-empty', '-m', 'first');
  }

  it('tells clones, worktrees, submodules and separate repositories apart', () => {
    init('repo');
    init('lib');
    init('separate', '--separate-git-dir', at('separate.git'));
    run('repo', 'worktree', 'add', '-q', '.worktrees/x');
    run('repo', 'worktree', 'add', '-q', '../beside');
    for (const checkout of ['repo', 'beside']) run(checkout, 'submodule', '--quiet', 'add', at('lib'), 'sub');
    const found = Object.fromEntries(
      ['repo', 'lib', 'separate', 'repo/.worktrees/x', 'beside', 'repo/sub', 'beside/sub'].map(path => [
        path,
        findWorktree(at(path, 'a.ts'))?.slice(folder.path.length + 1),
      ]),
    );
    expect(found).toEqual({
      repo: 'repo',
      lib: 'lib',
      separate: undefined,
      'repo/.worktrees/x': 'repo/.worktrees/x',
      beside: 'beside',
      'repo/sub': 'repo',
      'beside/sub': 'beside',
    });
  });
});
