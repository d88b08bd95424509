import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectNoLeaks } from '../../support/leak-check.js';
import { hostward, ScratchHome } from '../../support/programs.js';

const isOwnCache = Number.parseInt(process.versions.node, 10) < 22;
const listing = { exitCode: 0, signal: null, stdout: '[]\n', stderr: '' };

/** The files of compiled code below a home directory. */
function filesIn(home: string): readonly string[] {
  const caches = join(home, '.cache');
  try {
    return readdirSync(caches, { recursive: true, encoding: 'utf8' })
      .map(name => join(caches, name))
      .filter(path => statSync(path).isFile());
  } catch {
    return [];
  }
}

describe('the launcher of the command line', () => {
  expectNoLeaks();

  it('keeps the code that was compiled, for this user alone, and runs the same with it', async () => {
    await using home = await ScratchHome.create();
    const list = () => hostward(['ps', '--format', 'json'], { home: home.path, env: { XDG_CACHE_HOME: '' } });
    expect(await list()).toEqual(listing);
    const files = filesIn(home.path);
    expect(files).not.toEqual([]);
    const changes = () => filesIn(home.path).map(path => statSync(path).mtimeMs);
    const before = changes();
    expect(await list()).toEqual(listing);
    expect(changes()).toEqual(before);
    if (isOwnCache) expect(files.map(path => statSync(path).mode & 0o777)).toEqual(files.map(() => 0o600));
  });

  (isOwnCache ? it : it.skip)('runs without code that was damaged, and replaces it', async () => {
    await using home = await ScratchHome.create();
    const list = () => hostward(['ps', '--format', 'json'], { home: home.path, env: { XDG_CACHE_HOME: '' } });
    await list();
    const files = filesIn(home.path);
    for (const path of files) {
      const bytes = readFileSync(path);
      bytes.fill(0xff, bytes.length / 4, bytes.length / 2);
      writeFileSync(path, bytes);
    }
    expect(await list()).toEqual(listing);
    for (const path of filesIn(home.path)) {
      const bytes = readFileSync(path);
      expect(bytes.subarray(0, bytes.length / 2).equals(bytes.subarray(bytes.length / 2))).toBe(true);
    }
  });

  it('keeps nothing when it is told not to, and needs no place to keep it', async () => {
    await using home = await ScratchHome.create();
    const options = { home: home.path, env: { XDG_CACHE_HOME: '', NODE_DISABLE_COMPILE_CACHE: '1' } };
    expect(await hostward(['ps', '--format', 'json'], options)).toEqual(listing);
    expect(filesIn(home.path)).toEqual([]);
    writeFileSync(join(home.path, '.cache'), 'in the way');
    expect(await hostward(['ps', '--format', 'json'], { home: home.path, env: { XDG_CACHE_HOME: '' } })).toEqual(listing);
  });
});
