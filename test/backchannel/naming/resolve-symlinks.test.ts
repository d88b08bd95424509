import { chmodSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { resolveSymlinks } from '../../../src/backchannel/naming/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

expectNoLeaks();

let folder: TemporaryFolder;
const at = (...names: string[]) => folder.at(...names);

beforeEach(() => {
  folder = new TemporaryFolder({ 'real/file.ts': '', 'real/dir/inner.ts': '' });
  link('link', 'real');
});

afterEach(() => folder[Symbol.dispose]());

function link(name: string, target: string): void {
  symlinkSync(target, at(name));
}

/** `count` links in a row, the last of which leads to a directory. */
function chain(count: number): void {
  mkdirSync(at('chain', 'end'), { recursive: true });
  for (let index = 1; index <= count; index++) link(`chain/${index}`, index < count ? `${index + 1}` : 'end');
}

describe('resolveSymlinks', () => {
  // What .NET 10 made of the same tree on Linux.
  it.each<[string, Record<string, string>, string, string]>([
    ['a link to a directory', {}, 'link/file.ts', 'real/file.ts'],
    ['a link to a file', { 'real/same.ts': 'file.ts' }, 'link/same.ts', 'real/file.ts'],
    ['a missing tail', {}, 'link/new/one.ts', 'real/new/one.ts'],
    ['a link with a slash at its end', { slash: 'real/' }, 'slash/file.ts', 'real/file.ts'],
    ['a target that goes through a link', { via: 'link/dir' }, 'via/new', 'real/dir/new'],
    ['a target with dots', { dots: 'real/../link/./dir' }, 'dots/new', 'real/dir/new'],
    ['a link to its own directory, taken twice', { dot: '.' }, 'dot/dot/link/new', 'real/new'],
    ['a broken link', { 'real/broken': 'nowhere' }, 'link/broken', 'real/nowhere'],
    ['a tail behind a broken link', { 'real/broken': 'nowhere' }, 'link/broken/x', 'real/nowhere/x'],
    ['a broken link with a target far off', { 'real/broken': '../missing/deep' }, 'link/broken/x', 'missing/deep/x'],
    ['a link to itself', { 'real/circle': 'circle' }, 'link/circle', 'real/circle'],
    ['a tail behind a link to itself', { 'real/circle': 'circle' }, 'link/circle/x/y', 'real/circle/x/y'],
    ['two links to each other', { 'real/one': 'two', 'real/two': 'one' }, 'link/one/x', 'real/one/x'],
    ['a file that is used as a directory', {}, 'link/file.ts/under', 'real/file.ts/under'],
    ['a link to a file that is used as a directory', { 'real/same.ts': 'file.ts' }, 'link/same.ts/x', 'real/file.ts/x'],
    ['a link below itself', { loop: 'loop/x' }, 'loop/y', `loop${'/x'.repeat(41)}/y`],
  ])('takes %s as .NET does', (_what, links, path, expected) => {
    for (const [name, target] of Object.entries(links)) link(name, target);
    expect(resolveSymlinks(at(path))).toBe(at(expected));
  });

  it.each([
    [40, 'chain/end/x'],
    [41, 'chain/1/x'],
  ])('follows forty links in a row and no more: of %i', (count, expected) => {
    chain(count);
    expect(resolveSymlinks(at('chain/1/x'))).toBe(at(expected));
  });

  it('follows targets within targets forty deep and no more, as .NET does', () => {
    mkdirSync(at('51/d'), { recursive: true });
    for (let index = 1; index <= 50; index++) link(`${index}`, at(`${index + 1}`, 'd'));
    expect(resolveSymlinks(at('1/d'))).toBe(at(`42${'/d'.repeat(42)}`));
  });

  // The way doubles with each link: .NET, without a limit for the whole, would need years.
  it('comes to an end where each of sixty links leads twice through the next', () => {
    mkdirSync(at('end'));
    link('end/back', folder.path);
    for (let index = 1; index <= 60; index++) link(`${index}`, index < 60 ? at(`${index + 1}`, 'back', `${index + 1}`) : 'end');
    expect(resolveSymlinks(at('40/missing'))).toContain('missing');
  });

  it('gives the same as the system for whatever exists', () => {
    link('via', 'link/dir');
    link('whole', at('via'));
    for (const path of ['link', 'link/file.ts', 'via/inner.ts', 'whole', 'whole/inner.ts', 'whole/../link/../real/dir'])
      expect(resolveSymlinks(at(path))).toBe(realpathSync.native(at(path)));
  });

  it('makes a relative path absolute', () => {
    expect(resolveSymlinks('.')).toBe(realpathSync.native(process.cwd()));
    expect(resolveSymlinks('/no/such/place/../x')).toBe('/no/such/x');
  });

  it('keeps what it may not look into as it is written', () => {
    chmodSync(at('real'), 0o000);
    try {
      expect(resolveSymlinks(at('link/dir/inner.ts'))).toBe(at('real/dir/inner.ts'));
    } finally {
      chmodSync(at('real'), 0o755);
    }
  });

  it.each([['a\0b'], ['x'.repeat(100_000)], ['x/'.repeat(100_000)], ['\ud800'], ['']])('never throws', path => {
    expect(resolveSymlinks(at('link', path))).toContain(at('real'));
  });
});
