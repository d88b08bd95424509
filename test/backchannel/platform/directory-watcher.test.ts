import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SystemDirectoryWatcher } from '../../../src/backchannel/platform/index.js';
import { outputOfBundled } from '../../support/bundled-program.js';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

// Real directories, real notifications.
expectNoLeaks();

const onlyOnLinux = process.platform === 'linux' ? describe : describe.skip;

let folder: TemporaryFolder;

beforeEach(() => {
  folder = new TemporaryFolder();
  mkdirSync(folder.at('bch'));
});

afterEach(() => folder[Symbol.dispose]());

function watch(path: string) {
  const heard = { names: [] as (string | undefined)[], losses: [] as (Error | undefined)[] };
  const handle = new SystemDirectoryWatcher().watch(path, { onChange: name => heard.names.push(name), onLost: error => heard.losses.push(error) });
  return { ...heard, [Symbol.dispose]: () => handle[Symbol.dispose]() };
}

/** Long enough for what the system reports now to come. */
async function pass(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 50));
}

describe('SystemDirectoryWatcher', () => {
  it('names the entry that came, and the one that went', async () => {
    using watching = watch(folder.at('bch'));
    folder.write('bch/a', '');
    await eventually('the entry that came', () => watching.names.includes('a'));
    watching.names.length = 0;
    rmSync(folder.at('bch/a'));
    await eventually('the entry that went', () => watching.names.includes('a'));
    expect([new Set(watching.names), watching.losses]).toEqual([new Set(['a']), []]);
  });

  it.each([
    ['does not exist', 'none', 'ENOENT'],
    ['is a file', 'file', 'ENOTDIR'],
  ])('throws for a directory that %s', (_, name, code) => {
    folder.write('file', '');
    expect(() => watch(folder.at(name))).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('tells nothing once it is disposed, however often, also within a callback', async () => {
    let calls = 0;
    const handle = new SystemDirectoryWatcher().watch(folder.at('bch'), {
      onChange: () => {
        calls++;
        handle[Symbol.dispose]();
        handle[Symbol.dispose]();
      },
      onLost: () => calls++,
    });
    folder.write('bch/a', '');
    folder.write('bch/b', '');
    await eventually('the first report', () => calls > 0);
    rmSync(folder.at('bch'), { recursive: true });
    await pass();
    expect(calls).toBe(1);
  });
});

// With inotify; what FSEvents tells of the directory itself differs.
onlyOnLinux('SystemDirectoryWatcher, when something happens to the directory itself', () => {
  describe.each([
    ['as it is', ''],
    ['with a slash at its end', '/'],
  ])('given the path %s', (_, end) => {
    it.each([
      ['was removed', () => rmSync(folder.at('bch'), { recursive: true })],
      ['was moved away', () => renameSync(folder.at('bch'), folder.at('elsewhere'))],
    ])('says once that it %s, and nothing of what happens there afterwards', async (_, work) => {
      using watching = watch(folder.at('bch') + end);
      work();
      await eventually('the loss', () => watching.losses.length > 0);
      mkdirSync(folder.at('elsewhere'), { recursive: true });
      folder.write('elsewhere/a', '');
      folder.write('bch/b', '');
      await pass();
      expect([watching.names, watching.losses]).toEqual([[], [undefined]]);
    });

    it.each([
      ['was replaced in one step', () => renameSync(folder.at('other'), folder.at('bch'))],
      ['was removed and made again', remake],
      ['was moved away and made again', moveAndRemake],
      ['got other permissions', () => chmodSync(folder.at('bch'), 0o700)],
    ])('says that it %s, and goes on with what lies at the path then', async (_, work) => {
      mkdirSync(folder.at('other'));
      using watching = watch(folder.at('bch') + end);
      work();
      await eventually('the change', () => watching.names.includes(undefined));
      await pass();
      watching.names.length = 0;
      folder.write('elsewhere/former', '');
      folder.write('bch/a', '');
      await eventually('the name', () => watching.names.includes('a'));
      await pass();
      expect([watching.names, watching.losses]).toEqual([['a'], []]);
    });
  });

  it('takes an entry of the same name for an entry', async () => {
    using watching = watch(folder.at('bch'));
    mkdirSync(folder.at('bch/bch'));
    await eventually('the entry', () => watching.names.includes('bch'));
    rmdirSync(folder.at('bch/bch'));
    folder.write('bch/a', '');
    await eventually('the other entry', () => watching.names.includes('a'));
    expect([new Set(watching.names), watching.losses]).toEqual([new Set(['bch', 'a']), []]);
  });

  it('follows a link, and says that its target was removed', async () => {
    symlinkSync('bch', folder.at('link'));
    using watching = watch(folder.at('link'));
    folder.write('bch/a', '');
    await eventually('the entry', () => watching.names.includes('a'));
    rmSync(folder.at('bch'), { recursive: true });
    await eventually('the loss', () => watching.losses.length > 0);
    expect(watching.losses).toEqual([undefined]);
  });

  it('says nothing when a directory above is moved: a new watch is of what lies at the path then', async () => {
    mkdirSync(folder.at('cli/bch'), { recursive: true });
    using first = watch(folder.at('cli/bch'));
    renameSync(folder.at('cli'), folder.at('moved'));
    mkdirSync(folder.at('cli/bch'), { recursive: true });
    using second = watch(folder.at('cli/bch'));
    writeFileSync(folder.at('cli/bch/a'), '');
    await eventually('the entry', () => second.names.includes('a'));
    expect([first.names, first.losses]).toEqual([[], []]);
  });
});

const asNobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
const withoutPrivileges =
  process.platform === 'linux' && (asNobody.length === 0 || spawnSync('setpriv', [...asNobody.slice(1), 'true']).status === 0) ? it : it.skip;

withoutPrivileges('SystemDirectoryWatcher says why a directory that was closed is not watched any more', async () => {
  const program = `
    import { chmodSync, mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { SystemDirectoryWatcher } from ${JSON.stringify(resolve('src/backchannel/platform/directory-watcher.ts'))};
    const directory = mkdtempSync(tmpdir() + '/hostward-test-');
    const done = setTimeout(() => console.log('nothing came'), 10_000);
    new SystemDirectoryWatcher().watch(directory, {
      onChange: name => console.log('change', name),
      onLost: error => {
        console.log('lost', error.code);
        try { new SystemDirectoryWatcher().watch(directory, { onChange() {}, onLost() {} }); } catch (error) { console.log('refused', error.code); }
        rmdirSync(directory);
        clearTimeout(done);
      },
    });
    chmodSync(directory, 0);
  `;
  expect(await outputOfBundled('closed-directory', program, {}, asNobody)).toEqual({ stdout: 'lost EACCES\nrefused EACCES\n', stderr: '' });
});

/** At once, so that the file system gives the new one the number of the old one. */
function remake(): void {
  rmdirSync(folder.at('bch'));
  mkdirSync(folder.at('bch'));
}

function moveAndRemake(): void {
  renameSync(folder.at('bch'), folder.at('elsewhere'));
  mkdirSync(folder.at('bch'));
}
