import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInScope, resolveSymlinks } from '../../../src/backchannel/naming/index.js';

let root: string;

beforeEach(() => {
  root = realpathSync.native(mkdtempSync(join(tmpdir(), 'hostward-scope-')));
  mkdirSync(join(root, 'repo/app'), { recursive: true });
  writeFileSync(join(root, 'repo/app/apphost.ts'), '');
  symlinkSync(join(root, 'repo'), join(root, 'link'));
});

afterEach(() => rmSync(root, { recursive: true }));

const at = (path: string) => join(root, path);

describe('resolveSymlinks', () => {
  it('resolves links anywhere in the path', () => {
    symlinkSync('apphost.ts', at('repo/app/same.ts'));
    expect(resolveSymlinks(at('link/app/same.ts'))).toBe(at('repo/app/apphost.ts'));
  });

  it('keeps components that do not exist', () => {
    expect(resolveSymlinks(at('link/new/one.ts'))).toBe(at('repo/new/one.ts'));
    expect(resolveSymlinks('/no/such/place')).toBe('/no/such/place');
  });

  it('keeps a broken and a circular link as written, resolved up to there', () => {
    symlinkSync('nowhere', at('repo/broken'));
    symlinkSync('circle', at('repo/circle'));
    expect(resolveSymlinks(at('link/broken/x'))).toBe(at('repo/broken/x'));
    expect(resolveSymlinks(at('link/circle'))).toBe(at('repo/circle'));
  });

  it('makes a relative path absolute', () => {
    expect(resolveSymlinks('.')).toBe(realpathSync.native(process.cwd()));
  });
});

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
    // backchannel.md, defect 22: the original takes every name that begins with two dots for the parent directory.
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
});
