import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FakeTimeProvider } from 'hostward/testing';
import { FileWatcher, NullFileProvider, PhysicalFileProvider } from '../../../src/hosting/files/index.js';
import { FakeDirectoryNotifier } from '../../support/fake-directory-notifier.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

expectNoLeaks();

describe('PhysicalFileProvider', () => {
  let directory: TemporaryFolder;
  let files: PhysicalFileProvider;

  beforeEach(() => {
    directory = new TemporaryFolder();
    directory.write('root/a.json', '{"a":1}');
    directory.write('root/.hidden.json', '{}');
    directory.write('root/sub/b.txt', 'b');
    directory.write('outside.json', '{}');
    files = new PhysicalFileProvider(directory.at('root'));
  });

  afterEach(() => {
    files[Symbol.dispose]();
    directory[Symbol.dispose]();
  });

  // What the real provider says of these paths.
  it.each([
    ['a.json', true, 'a.json', 'a.json'],
    ['/a.json', true, 'a.json', 'a.json'],
    ['//a.json', true, 'a.json', 'a.json'],
    ['./a.json', true, 'a.json', 'a.json'],
    ['sub/../a.json', true, 'a.json', 'a.json'],
    ['sub/b.txt', true, 'b.txt', 'sub/b.txt'],
    ['nope/x.json', false, 'x.json', 'nope/x.json'],
    ['sub', false, 'sub', 'sub'],
    ['.hidden.json', false, '.hidden.json', undefined],
    ['../outside.json', false, '../outside.json', undefined],
    ['sub/../../root/a.json', false, 'sub/../../root/a.json', undefined],
    ['', false, '', undefined],
    ['.', false, '.', undefined],
    ['sub/..', false, 'sub/..', undefined],
    ['a\0b', false, 'a\0b', undefined],
  ])('answers %j as .NET does', (subpath, exists, name, place) => {
    const info = files.getFileInfo(subpath);
    expect({ exists: info.exists, name: info.name, physicalPath: info.physicalPath, isDirectory: info.isDirectory }).toEqual({
      exists,
      name,
      physicalPath: place && directory.at('root', place),
      isDirectory: false,
    });
    expect(info.length).toBe(exists ? (name === 'a.json' ? 7 : 1) : -1);
    expect(info.lastModified > 0).toBe(exists);
  });

  it('takes an absolute path for one below its root', () => {
    const info = files.getFileInfo(directory.at('outside.json'));
    expect([info.exists, info.physicalPath]).toEqual([false, join(directory.at('root'), directory.at('outside.json'))]);
  });

  it('follows links out of its root', () => {
    symlinkSync(directory.at('outside.json'), directory.at('root', 'link.json'));
    expect(files.getFileInfo('link.json').readText()).toBe('{}');
  });

  it('lists the entries of a directory, without those whose name begins with a dot and links that lead nowhere', () => {
    symlinkSync(directory.at('gone'), directory.at('root', 'broken'));
    const entries = files.getDirectoryContents('/').map(({ name, isDirectory, exists, length }) => ({ name, isDirectory, exists, length }));
    expect(entries).toEqual([
      { name: 'a.json', isDirectory: false, exists: true, length: 7 },
      { name: 'sub', isDirectory: true, exists: true, length: -1 },
    ]);
    expect(files.getDirectoryContents('sub').map(({ name }) => name)).toEqual(['b.txt']);
  });

  it.each(['..', '../', 'nope', 'a.json'])('has no directory %j', subpath => {
    expect(files.getDirectoryContents(subpath)).toEqual([]);
    expect(files.directoryExists(subpath)).toBe(false);
  });

  it('tells an empty directory from none', () => {
    mkdirSync(directory.at('root', 'empty'));
    expect(files.getDirectoryContents('empty')).toEqual([]);
    expect(files.directoryExists('empty')).toBe(true);
  });

  it('shows all files when nothing is excluded', () => {
    const all = new PhysicalFileProvider(directory.at('root'), { exclusionFilters: 'none' });
    expect(all.getFileInfo('.hidden.json').exists).toBe(true);
    expect(all.getDirectoryContents('').map(({ name }) => name)).toContain('.hidden.json');
  });

  it('wants an absolute root, which need not exist', () => {
    expect(() => new PhysicalFileProvider('relative')).toThrow("The path must be absolute. (Parameter 'root')");
    const later = new PhysicalFileProvider(directory.at('later'));
    expect(later.getFileInfo('a').exists).toBe(false);
    directory.write('later/a', 'now');
    expect(later.getFileInfo('a').readText()).toBe('now');
  });

  it('says why a file cannot be read that has gone since', () => {
    expect(() => files.getFileInfo('nope').readText()).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => files.getFileInfo('..').readText()).toThrow(expect.objectContaining({ code: 'ERR_FILE_UNREADABLE' }));
  });

  it('takes what cannot be looked at for a file that cannot be read, not for none', () => {
    symlinkSync('loop', directory.at('root', 'loop'));
    expect(files.getFileInfo('loop').exists).toBe(true);
    expect(() => files.getFileInfo('loop').readText()).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });
});

describe('a token of PhysicalFileProvider', () => {
  function start(directory: TemporaryFolder) {
    const time = new FakeTimeProvider();
    const notifier = new FakeDirectoryNotifier();
    const files = new PhysicalFileProvider(directory.path, { fileWatcher: new FileWatcher({ timeProvider: time, notifier }) });
    return { time, notifier, files };
  }

  it('fires once, also when the file changes again', async () => {
    using directory = new TemporaryFolder();
    const { time, notifier, files } = start(directory);
    const token = files.watch('a.json');
    const callback = jest.fn();
    token.registerChangeCallback(callback);
    for (let change = 0; change < 2; change++) {
      notifier.change(directory.path, 'a.json');
      await time.advanceAsync(10);
    }
    expect(token.hasChanged).toBe(true);
    expect(callback).toHaveBeenCalledTimes(1);
    expect([notifier.directories, time.pendingTimers]).toEqual([[], []]);
  });

  it('notices a change before anybody registers', async () => {
    using directory = new TemporaryFolder();
    const { time, notifier, files } = start(directory);
    const token = files.watch('a.json');
    notifier.change(directory.path, 'a.json');
    await time.advanceAsync(10);
    const callback = jest.fn();
    token.registerChangeCallback(callback);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('holds nothing once its last callback is disposed, and watches again for a new one', async () => {
    using directory = new TemporaryFolder();
    const { time, notifier, files } = start(directory);
    const token = files.watch('a.json');
    const [first, second] = [token.registerChangeCallback(jest.fn()), token.registerChangeCallback(jest.fn())];
    first[Symbol.dispose]();
    expect(notifier.directories).toEqual([directory.path]);
    second[Symbol.dispose]();
    second[Symbol.dispose]();
    expect([notifier.directories, time.pendingTimers]).toEqual([[], []]);
    const callback = jest.fn();
    token.registerChangeCallback(callback);
    notifier.change(directory.path, 'a.json');
    await time.advanceAsync(10);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('never fires for a path that leaves the root', () => {
    using directory = new TemporaryFolder();
    const { notifier, files } = start(directory);
    const token = files.watch(`../${basename(directory.path)}/a.json`);
    token.registerChangeCallback(jest.fn())[Symbol.dispose]();
    expect([token.hasChanged, notifier.attempts]).toEqual([false, 0]);
  });

  it('ends with its provider, which leaves a shared watcher alone', () => {
    using directory = new TemporaryFolder();
    const { time, notifier, files } = start(directory);
    files.watch('a.json').registerChangeCallback(jest.fn());
    files[Symbol.dispose]();
    files[Symbol.dispose]();
    expect([notifier.directories, time.pendingTimers]).toEqual([[], []]);
    expect(() => files.watch('a.json')).toThrow('Cannot access a disposed object: PhysicalFileProvider.');
    writeFileSync(directory.at('a.json'), 'x');
    expect(files.getFileInfo('a.json').readText()).toBe('x');
  });
});

describe('NullFileProvider', () => {
  it('has nothing, and never will', () => {
    const files = new NullFileProvider();
    expect(files.getFileInfo('a')).toMatchObject({ exists: false, name: 'a', physicalPath: undefined, length: -1 });
    expect(files.getDirectoryContents()).toEqual([]);
    const token = files.watch();
    token.registerChangeCallback(jest.fn())[Symbol.dispose]();
    expect(token.hasChanged).toBe(false);
  });
});
