import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import type { FakeTimeProvider } from 'hostward/testing';
import {
  type ConfigurationBuilder,
  type FileWarning,
  type IConfigurationRoot,
  type KeyPerFileOptions,
  KeyPerFileConfigurationSource,
} from '../../../src/hosting/configuration/index.js';
import { type IFileInfo, type IFileProvider, NullFileProvider, PhysicalFileProvider } from '../../../src/hosting/files/index.js';
import { type FakeDirectoryNotifier, systemError } from '../../support/fake-directory-notifier.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import type { TemporaryFolder } from '../../support/temporary-folder.js';
import { WatchedFiles } from '../../support/watched-files.js';

expectNoLeaks();

let files: WatchedFiles;
let folder: TemporaryFolder;
let time: FakeTimeProvider;
let notifier: FakeDirectoryNotifier;
let warnings: FileWarning[];

beforeEach(() => {
  files = new WatchedFiles();
  ({ folder, time, notifier, warnings } = files);
});

afterEach(() => files[Symbol.dispose]());

function createBuilder(): ConfigurationBuilder {
  return files.createBuilder();
}

function valuesOf(configuration: IConfigurationRoot): Record<string, string | undefined> {
  return Object.fromEntries([...configuration.asEnumerable()].filter(([, value]) => value !== undefined));
}

function read(options: KeyPerFileOptions = {}): Record<string, string | undefined> {
  using configuration = createBuilder().addKeyPerFile(folder.path, options).build();
  return valuesOf(configuration);
}

describe('a key for each file', () => {
  // What the real provider makes of these files on Linux.
  it('has the name of the file and its text without one line break', () => {
    for (const [name, text] of Object.entries({ A__B: 'one\n', c: 'two\r\n', e: 'x\n\n', 'ignore.x': 'q', 'Ignore.y': 'q', '.dot': 'q', empty: '', nl: '\n' }))
      folder.write(name, text);
    folder.write('directory/file', 'q');
    expect(read()).toEqual({ 'A:B': 'one', c: 'two\r', e: 'x\n', 'Ignore.y': 'q', empty: '', nl: '' });
  });

  it('names itself', () => {
    using configuration = createBuilder().addKeyPerFile(folder.path).build();
    expect(String(configuration.providers[0])).toBe(`KeyPerFileConfigurationProvider for files in '${folder.path}/' (Required)`);
  });

  it('is left out by a prefix or a condition', () => {
    for (const name of ['ignore.a', 'skip-b', 'c']) folder.write(name, name);
    expect(read({ ignorePrefix: 'skip-' })).toEqual({ 'ignore.a': 'ignore.a', c: 'c' });
    expect(read({ ignorePrefix: '' })).toEqual({ 'ignore.a': 'ignore.a', 'skip-b': 'skip-b', c: 'c' });
    expect(read({ ignoreCondition: name => name === 'c' })).toEqual({ 'ignore.a': 'ignore.a', 'skip-b': 'skip-b' });
  });

  it('has sections at another delimiter', () => {
    folder.write('Db--Host', 'h');
    folder.write('a__b', 'x');
    expect(read({ sectionDelimiter: '--' })).toEqual({ 'Db:Host': 'h', a__b: 'x' });
    expect(() => createBuilder().addKeyPerFile(folder.path, { sectionDelimiter: '' })).toThrow(expect.objectContaining({ paramName: 'sectionDelimiter' }));
  });

  it('takes prototype names for names', () => {
    folder.write('__proto__', '1');
    folder.write('constructor', '2');
    expect(read({ sectionDelimiter: '--' })).toEqual(Object.fromEntries([['__proto__', '1'], ['constructor', '2']])); // prettier-ignore
  });

  it('comes from any file provider', () => {
    folder.write('a', '1');
    using configuration = createBuilder()
      .add(new KeyPerFileConfigurationSource({ fileProvider: new PhysicalFileProvider(folder.path) }))
      .build();
    expect(configuration.get('a')).toBe('1');
  });
});

describe('a directory of keys', () => {
  it('may be missing when it is optional, and else is an error', () => {
    using configuration = createBuilder().addKeyPerFile(folder.at('none'), { optional: true }).build();
    expect(configuration.getChildren()).toEqual([]);
    expect(() => createBuilder().addKeyPerFile(folder.at('none')).build()).toThrow(
      expect.objectContaining({
        code: 'ERR_DIRECTORY_NOT_FOUND',
        message: `The root directory for the FileProvider doesn't exist and is not optional. The expected physical path was '${folder.at('none')}/'.`,
      }),
    );
    expect(() =>
      createBuilder()
        .add(new KeyPerFileConfigurationSource({ fileProvider: new NullFileProvider() }))
        .build(),
    ).toThrow(
      expect.objectContaining({ code: 'ERR_DIRECTORY_NOT_FOUND', message: "The root directory for the FileProvider doesn't exist and is not optional." }),
    );
    expect(() => createBuilder().addKeyPerFile('relative')).toThrow("The path must be absolute. (Parameter 'root')");
  });

  it('has each key once', () => {
    folder.write('A__B', '1');
    folder.write('a__b', '2');
    expect(() => read()).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_DATA',
        cause: expect.objectContaining({ message: expect.stringMatching(/^More than one file has a name that is the key 'a:b'\./i) as string }) as Error,
      }),
    );
  });

  it('is not read when it is too long, or has a pipe in it', () => {
    folder.write('a', 'x'.repeat(60));
    folder.write('b', 'x'.repeat(60));
    expect(() => read({ maxLength: 119 })).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'ERR_FILE_TOO_LONG' }) as Error }));
    expect(Object.keys(read({ maxLength: 120 }))).toEqual(['b', 'a']);
    execFileSync('mkfifo', [folder.at('pipe')]);
    expect(() => read()).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'ERR_FILE_UNREADABLE' }) as Error }));
  });

  it('is read again when a file appears, changes or goes', async () => {
    folder.write('a', '1');
    using configuration = createBuilder().addKeyPerFile(folder.path, { reloadOnChange: true }).build();
    for (const change of [() => folder.write('b', '2'), () => folder.write('a', '3'), () => rmSync(folder.at('b'))]) {
      change();
      notifier.change(folder.path, 'any');
      await time.advanceAsync(300);
    }
    expect([valuesOf(configuration), warnings]).toEqual([{ a: '3' }, []]);
  });

  it('may come later', async () => {
    using configuration = createBuilder().addKeyPerFile(folder.at('later'), { optional: true, reloadOnChange: true }).build();
    folder.write('later/a', '1');
    notifier.change(folder.path, 'later');
    await time.advanceAsync(300);
    expect(valuesOf(configuration)).toEqual({ a: '1' });
  });

  it('keeps its values when it goes although it is not optional, and says so once', async () => {
    folder.write('keys/a', '1');
    using configuration = createBuilder().addKeyPerFile(folder.at('keys'), { reloadOnChange: true }).build();
    renameSync(folder.at('keys'), folder.at('moved'));
    notifier.move(folder.at('keys'));
    await time.advanceAsync(300);
    notifier.change(folder.path, 'keys');
    await time.advanceAsync(300);
    expect([valuesOf(configuration), warnings.map(({ error }) => error.name)]).toEqual([{ a: '1' }, ['DirectoryNotFoundError']]);
    renameSync(folder.at('moved'), folder.at('keys'));
    folder.write('keys/a', '2');
    notifier.change(folder.path, 'keys');
    await time.advanceAsync(300);
    expect(valuesOf(configuration)).toEqual({ a: '2' });
  });

  it('that is a link is followed when the link is swapped', async () => {
    folder.write('one/a', '1');
    folder.write('two/a', '2');
    symlinkSync('one', folder.at('current'));
    using configuration = createBuilder().addKeyPerFile(folder.at('current'), { reloadOnChange: true }).build();
    symlinkSync('two', folder.at('next'));
    renameSync(folder.at('next'), folder.at('current'));
    notifier.change(folder.path, 'current');
    await time.advanceAsync(300);
    expect(valuesOf(configuration)).toEqual({ a: '2' });
  });

  it.each([
    ['are replaced while they are read', undefined],
    ['go before they are read', systemError('ENOENT')],
  ])('is read anew when its files %s', (_, failure) => {
    using configuration = readThrough(new SwappedFiles(['old', 'old'], ['new', 'new'], failure));
    expect(valuesOf(configuration)).toEqual({ a: 'new', b: 'new' });
  });

  it('is not read anew when the system refuses', () => {
    expect(() => readThrough(new SwappedFiles(['', ''], ['', ''], systemError('EACCES')))).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'EACCES' }) as Error }),
    );
  });

  function readThrough(fileProvider: IFileProvider): IConfigurationRoot {
    return createBuilder().add(new KeyPerFileConfigurationSource({ fileProvider })).build();
  }
});

/** Two files, of which others take the place when the first one has been read. */
class SwappedFiles extends NullFileProvider implements IFileProvider {
  #isSwapped = false;

  constructor(
    private readonly before: readonly [string, string],
    private readonly after: readonly [string, string],
    private readonly failure?: Error,
  ) {
    super();
  }

  override getDirectoryContents(): IFileInfo[] {
    return ['a', 'b'].map((name, index) => ({
      exists: true,
      name,
      physicalPath: undefined,
      length: 3,
      lastModified: this.#isSwapped ? 2 : 1,
      isDirectory: false,
      readText: () => {
        const wasSwapped = this.#isSwapped;
        this.#isSwapped = true;
        if (this.failure && !wasSwapped) throw this.failure;
        return (wasSwapped ? this.after : this.before)[index]!;
      },
    }));
  }
}
