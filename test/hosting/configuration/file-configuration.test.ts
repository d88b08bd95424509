import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import type { FakeTimeProvider } from 'hostward/testing';
import {
  ConfigurationBuilder,
  ConfigurationManager,
  FileConfigurationSource,
  type FileLoadExceptionContext,
  type FileWarning,
  type IConfigurationRoot,
  JsonConfigurationSource,
} from '../../../src/hosting/configuration/index.js';
import { createFileWatcher } from '../../../src/hosting/configuration/file-defaults.js';
import { FileWatcher, type IFileProvider, PhysicalFileProvider } from '../../../src/hosting/files/index.js';
import { ChangeToken } from '../../../src/hosting/primitives/index.js';
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
  return files.createBuilder().setBasePath(folder.path);
}

/** Writes a file, tells of it, and lets the time of a reload pass. */
async function change(name: string, content: unknown): Promise<void> {
  folder.write(name, content);
  notifier.change(folder.path, name);
  await time.advanceAsync(300);
}

function countReloads(configuration: IConfigurationRoot): { reloads: number } {
  const counter = { reloads: 0 };
  const register = () =>
    void configuration.getReloadToken().registerChangeCallback(() => {
      counter.reloads++;
      register();
    });
  register();
  return counter;
}

/** What `work` throws, as class, code and message, with what led to it. */
function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return facts(error as Error);
  }
  return undefined;
}

function facts({ name, message, cause }: Error): unknown {
  return { name, message, ...(cause instanceof Error && { cause: facts(cause) }) };
}

describe('a JSON file', () => {
  it('is read below the base path, with comments, trailing commas and a byte-order mark', () => {
    folder.write('sub/a.json', '\ufeff{ /* as .NET */ "a": [1, true, null,], }');
    using configuration = createBuilder().addJsonFile('sub/a.json').build();
    expect(['a:0', 'a:1', 'a:2'].map(key => configuration.get(key))).toEqual(['1', 'True', undefined]);
    expect(String(configuration.providers[0])).toBe("JsonConfigurationProvider for 'sub/a.json' (Required)");
  });

  it('is read from an absolute path, whatever the base path is', () => {
    const path = folder.write('deep/er/a.json', { a: 1 });
    using configuration = createBuilder().setBasePath(folder.at('elsewhere')).addJsonFile(path, { optional: true }).build();
    expect(configuration.get('a')).toBe('1');
    expect(String(configuration.providers[0])).toBe("JsonConfigurationProvider for 'a.json' (Optional)");
  });

  it('is read from a file provider of its own', () => {
    folder.write('own/a.json', { a: 1 });
    const source = new JsonConfigurationSource({ path: 'a.json', fileProvider: new PhysicalFileProvider(folder.at('own')) });
    using configuration = createBuilder().add(source).build();
    expect(configuration.get('a')).toBe('1');
  });

  it('is read although its name begins with a dot', () => {
    folder.write('.a.json', { a: 1 });
    using configuration = createBuilder().addJsonFile('.a.json').build();
    expect(configuration.get('a')).toBe('1');
  });

  it('may be missing when it is optional, and when it is not the error says where it should be', () => {
    using configuration = createBuilder().addJsonFile('none.json', { optional: true }).build();
    expect(configuration.getChildren()).toEqual([]);
    expect(errorOf(() => createBuilder().addJsonFile('none.json').build())).toEqual({
      name: 'FileNotFoundError',
      message: `The configuration file 'none.json' was not found and is not optional. The expected physical path was '${folder.at('none.json')}'.`,
    });
    expect(errorOf(() => createBuilder().addJsonFile(folder.at('q/r/s.json')).build())).toEqual({
      name: 'FileNotFoundError',
      message: `The configuration file 's.json' was not found and is not optional. The expected physical path was '${folder.at('q/r/s.json')}'.`,
    });
    expect(errorOf(() => createBuilder().addJsonFile('../out.json').build())).toEqual({
      name: 'FileNotFoundError',
      message: "The configuration file '../out.json' was not found and is not optional.",
    });
  });

  it('is no directory', () => {
    mkdirSync(folder.at('sub'));
    expect(errorOf(() => createBuilder().addJsonFile('sub').build())).toMatchObject({ name: 'FileNotFoundError' });
  });

  it('that is malformed is an error with its path and the reason', () => {
    folder.write('a.json', '[1]');
    expect(errorOf(() => createBuilder().addJsonFile('a.json', { optional: true }).build())).toEqual({
      name: 'InvalidDataError',
      message: `Failed to load configuration from file '${folder.at('a.json')}'.`,
      cause: { name: 'ConfigurationFormatError', message: "Top-level JSON element must be an object. Instead, 'Array' was found." },
    });
    folder.write('a.json', '{"a":1');
    expect(errorOf(() => createBuilder().addJsonFile('a.json').build())).toMatchObject({
      name: 'InvalidDataError',
      cause: { name: 'ConfigurationFormatError', message: 'Could not parse the JSON file.', cause: { name: 'JsonReaderError' } },
    });
  });

  it('that is too long is not read', () => {
    folder.write('a.json', { a: 'x'.repeat(100) });
    expect(errorOf(() => createBuilder().addJsonFile('a.json', { maxLength: 100 }).build())).toEqual({
      name: 'InvalidDataError',
      message: `Failed to load configuration from file '${folder.at('a.json')}'.`,
      cause: {
        name: 'HostwardError',
        message: 'A configuration file was expected to have at most 100 bytes, but has 108. Raise maxLength if it is the right file.',
      },
    });
  });

  it('takes prototype names for names', () => {
    folder.write('a.json', '{"__proto__":{"polluted":1},"constructor":2,"toString":3}');
    using configuration = createBuilder().addJsonFile('a.json').build();
    expect(['__proto__:polluted', 'constructor', 'toString'].map(key => configuration.get(key))).toEqual(['1', '2', '3']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('has a path', () => {
    expect(() => createBuilder().addJsonFile('')).toThrow("File path must be a non-empty string. (Parameter 'path')");
    expect(() => createBuilder().setBasePath('relative')).toThrow("The path must be absolute. (Parameter 'root')");
  });

  it('lies in the directory of the main script when there is no base path', () => {
    const script = process.argv[1];
    try {
      process.argv[1] = folder.write('program.js', '');
      folder.write('a.json', { a: 1 });
      using configuration = new ConfigurationBuilder().addJsonFile('a.json').build();
      expect(configuration.get('a')).toBe('1');
    } finally {
      process.argv[1] = script!;
    }
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 86_400_001])('cannot be reloaded after %p ms', reloadDelay => {
    folder.write('a.json', {});
    expect(() => createBuilder().addJsonFile('a.json', { reloadDelay }).build()).toThrow(
      expect.objectContaining({ code: 'ERR_OUT_OF_RANGE', paramName: 'reloadDelay' }),
    );
  });
});

describe('a handler of files that cannot be loaded', () => {
  it('may let the first load go on without the file', () => {
    const contexts: FileLoadExceptionContext[] = [];
    const builder = createBuilder().setFileLoadExceptionHandler(context => {
      contexts.push(context);
      context.ignore = true;
    });
    using configuration = builder.addJsonFile('none.json').build();
    expect(configuration.getChildren()).toEqual([]);
    expect(contexts.map(({ provider, exception }) => [provider === configuration.providers[0], exception.name])).toEqual([[true, 'FileNotFoundError']]);
  });

  it('hears of the error that is thrown when it does not', () => {
    const heard = jest.fn();
    const builder = createBuilder().setFileLoadExceptionHandler(() => expect('that of the source').toBe('called'));
    expect(errorOf(() => builder.addJsonFile('none.json', { onLoadException: heard }).build())).toMatchObject({ name: 'FileNotFoundError' });
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('hears of a failed reload once, instead of the warnings', async () => {
    folder.write('a.json', { a: 1 });
    const heard = jest.fn();
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true, onLoadException: heard }).build();
    await change('a.json', '{');
    await change('a.json', '{{');
    expect([heard.mock.calls.length, warnings.length, configuration.get('a')]).toEqual([1, 0, '1']);
  });

  it('that throws at a reload leaves it to the warnings', async () => {
    folder.write('a.json', { a: 1 });
    const handler = () => {
      throw new Error('mine');
    };
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true, onLoadException: handler }).build();
    await change('a.json', '{');
    expect([warnings.length, configuration.get('a')]).toEqual([1, '1']);
  });
});

describe('a file that is reloaded', () => {
  it('is read again when it has been at rest for the delay', async () => {
    folder.write('a.json', { a: 1 });
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true }).build();
    const counter = countReloads(configuration);
    folder.write('a.json', { a: 2 });
    notifier.change(folder.path, 'a.json');
    await time.advanceAsync(259);
    expect(configuration.get('a')).toBe('1');
    await time.advanceAsync(1);
    expect([configuration.get('a'), counter.reloads]).toEqual(['2', 1]);
  });

  it('is read after eight delays when it rests for a moment between its changes', async () => {
    folder.write('a.json', { a: 0 });
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true, reloadDelay: 100 }).build();
    const shown = await writeAndTell(20, 50, configuration);
    expect(shown.slice(0, 16)).toEqual(Array(16).fill('0'));
    expect(Number(shown.at(-1))).toBeGreaterThanOrEqual(16);
    await time.advanceAsync(200);
    expect(configuration.get('a')).toBe('20');
  });

  it('is read after forty delays although it never rests', async () => {
    folder.write('a.json', { a: 0 });
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true, reloadDelay: 100 }).build();
    const shown = await writeAndTell(450, 10, configuration);
    expect(shown.slice(0, 400)).toEqual(Array(400).fill('0'));
    expect(Number(shown.at(-1))).toBeGreaterThanOrEqual(400);
  });

  it('that is no good while it is written is reported only when it is at rest', async () => {
    folder.write('a.json', { a: 0 });
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true, reloadDelay: 100 }).build();
    // The last change comes just before it is read as it is, and no other comes after that.
    for (let write = 1; write <= 400; write++) {
      folder.write('a.json', '{'.repeat(write));
      notifier.change(folder.path, 'a.json');
      await time.advanceAsync(10);
    }
    await time.advanceAsync(20);
    expect([configuration.get('a'), warnings]).toEqual(['0', []]);
    await time.advanceAsync(200);
    expect([configuration.get('a'), warnings.length]).toEqual(['0', 1]);
  });

  /** Rewrites the file, and says what shows after each time. */
  async function writeAndTell(times: number, pause: number, configuration: IConfigurationRoot) {
    const shown: (string | undefined)[] = [];
    for (let write = 1; write <= times; write++) {
      folder.write('a.json', { a: write });
      notifier.change(folder.path, 'a.json');
      await time.advanceAsync(pause);
      shown.push(configuration.get('a'));
    }
    return shown;
  }

  it('tells nobody when it holds what it held before', async () => {
    folder.write('a.json', { a: 1 });
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true }).build();
    const counter = countReloads(configuration);
    await change('a.json', { a: 1 });
    expect(counter.reloads).toBe(0);
    configuration.set('a', 'set');
    await change('a.json', { a: 1 });
    expect([counter.reloads, configuration.get('a')]).toEqual([1, '1']);
  });

  it('keeps its last good values while it is malformed, says so once, and recovers', async () => {
    folder.write('a.json', { a: 1 });
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true }).build();
    const counter = countReloads(configuration);
    await change('a.json', '{"a":');
    await change('a.json', '{"a": 2');
    expect([configuration.get('a'), counter.reloads]).toEqual(['1', 0]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Failed to load configuration from file '.*a\.json'\. .+ The values from before stay in place until it can be loaded\.$/),
    ]);
    await change('a.json', '{"a": 2}');
    expect([configuration.get('a'), counter.reloads]).toEqual(['2', 1]);
    await change('a.json', '{');
    expect(warnings).toHaveLength(2);
  });

  it('keeps its values when it is deleted although it is not optional', async () => {
    const path = folder.write('a.json', { a: 1 });
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true }).build();
    rmSync(path);
    notifier.change(folder.path, 'a.json');
    await time.advanceAsync(300);
    expect([configuration.get('a'), warnings.map(({ error }) => error.name)]).toEqual(['1', ['FileNotFoundError']]);
    await change('a.json', { a: 2 });
    expect(configuration.get('a')).toBe('2');
  });

  it('has no values when it is deleted and optional', async () => {
    const path = folder.write('a.json', { a: 1 });
    using configuration = createBuilder().addJsonFile('a.json', { optional: true, reloadOnChange: true }).build();
    const counter = countReloads(configuration);
    rmSync(path);
    notifier.change(folder.path, 'a.json');
    await time.advanceAsync(300);
    expect([configuration.get('a'), counter.reloads, warnings]).toEqual([undefined, 1, []]);
  });

  it('keeps its values when it is optional and there, but cannot be looked at', async () => {
    const path = folder.write('a.json', { a: 1 });
    using configuration = createBuilder().addJsonFile('a.json', { optional: true, reloadOnChange: true }).build();
    rmSync(path);
    symlinkSync('a.json', path);
    notifier.change(folder.path, 'a.json');
    await time.advanceAsync(300);
    expect([configuration.get('a'), warnings.length]).toEqual(['1', 1]);
  });

  it('may come later when it is optional, with its directory', async () => {
    using configuration = createBuilder().addJsonFile('x/y/a.json', { optional: true, reloadOnChange: true }).build();
    folder.write('x/y/a.json', { a: 1 });
    notifier.change(folder.path, 'x');
    await time.advanceAsync(300);
    expect(configuration.get('a')).toBe('1');
  });

  it('is tried again when the system had no file to open it with', async () => {
    const token = new ChangeToken();
    let failure: string | undefined;
    const files: IFileProvider = {
      getFileInfo: name => ({
        exists: true,
        name,
        physicalPath: undefined,
        length: 1,
        lastModified: 0,
        isDirectory: false,
        readText: () => {
          if (failure) throw Object.assign(new Error(failure), { code: failure });
          return '{"a":2}';
        },
      }),
      getDirectoryContents: () => [],
      watch: () => (token.hasChanged ? new ChangeToken() : token),
    };
    using configuration = createBuilder().setFileProvider(files).addJsonFile('a.json', { reloadOnChange: true }).build();
    configuration.set('a', '1');
    failure = 'EMFILE';
    token.fire();
    await time.advanceAsync(20_000);
    expect([configuration.get('a'), warnings.length]).toEqual(['1', 1]);
    failure = undefined;
    await time.advanceAsync(5_000);
    expect(configuration.get('a')).toBe('2');
  });

  it('goes on when whoever hears of the change throws', async () => {
    folder.write('a.json', { a: 1 });
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true }).build();
    configuration.getReloadToken().registerChangeCallback(() => {
      throw new Error('mine');
    });
    await change('a.json', { a: 2 });
    expect([configuration.get('a'), warnings.length]).toEqual(['2', 1]);
    await change('a.json', { a: 3 });
    expect(configuration.get('a')).toBe('3');
  });

  it('becomes a warning of the process when nobody else takes it', async () => {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      folder.write('a.json', { a: 1 });
      const builder = createBuilder().setFileWarningHandler(() => {
        throw new Error('cannot take it');
      });
      using _ = builder.addJsonFile('a.json', { reloadOnChange: true }).build();
      await change('a.json', '{');
      await change('a.json', '{{');
      expect(emitWarning.mock.calls).toEqual([[expect.stringContaining('a.json'), { type: 'ConfigurationWarning', code: 'ERR_INVALID_DATA' }]]);
    } finally {
      emitWarning.mockRestore();
    }
  });

  it('is not watched unless that is wanted, and no longer than the configuration', () => {
    folder.write('a.json', {});
    const plain = createBuilder().addJsonFile('a.json').build();
    expect(notifier.directories).toEqual([]);
    const watching = createBuilder().addJsonFile('a.json', { reloadOnChange: true }).build();
    expect(notifier.directories).toEqual([folder.path]);
    watching[Symbol.dispose]();
    expect([notifier.directories, time.pendingTimers]).toEqual([[], []]);
    plain[Symbol.dispose]();
  });

  it('shares one watch with all others of its directory, however their paths are given', () => {
    const builder = createBuilder();
    for (let index = 0; index < 25; index++) {
      folder.write(`${index}.json`, {});
      builder.addJsonFile(`${index}.json`, { reloadOnChange: true });
      builder.addJsonFile(folder.at(`${index}.json`), { reloadOnChange: true });
    }
    builder.addKeyPerFile(folder.path, { reloadOnChange: true }).addEnvFile('.env', { optional: true, reloadOnChange: true });
    using _ = builder.build();
    expect([notifier.directories, notifier.attempts]).toEqual([[folder.path], 1]);
  });

  it('is watched by the one watcher of its builder, which may be given', () => {
    const builder = new ConfigurationBuilder();
    expect(builder.fileWatcher).toBe(builder.fileWatcher);
    const given = new FileWatcher();
    expect(builder.setFileWatcher(given).fileWatcher).toBe(given);
  });

  it('is looked at when the system tells of no changes, which is said once', async () => {
    notifier.failure = systemError('ENOSPC');
    const builder = createBuilder();
    builder.setFileWatcher(createFileWatcher(builder, { timeProvider: time, notifier, usePolling: false })).setBasePath(folder.path);
    folder.write('a.json', { a: 1 });
    using configuration = builder.addJsonFile('a.json', { reloadOnChange: true }).build();
    folder.write('a.json', { a: 22 });
    await time.advanceAsync(60_000);
    expect(configuration.get('a')).toBe('22');
    expect(warnings.map(({ message }) => message)).toEqual([
      `Changes of files in '${folder.path}' are found by looking for them every few seconds: the system does not tell of them (ENOSPC).`,
    ]);
  });

  it('is not read half while another is moved in its place', async () => {
    folder.write('a.json', { a: 1 });
    using configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true }).build();
    renameSync(folder.write('a.json.tmp', { a: 2 }), folder.at('a.json'));
    notifier.change(folder.path, 'a.json.tmp');
    notifier.change(folder.path, 'a.json');
    await time.advanceAsync(300);
    expect([configuration.get('a'), warnings]).toEqual(['2', []]);
  });
});

describe('a file of a ConfigurationManager', () => {
  it('is reloaded, and watched once when the sources are built again', async () => {
    folder.write('a.json', { a: 1 });
    using manager = new ConfigurationManager();
    manager.setFileWatcher(new FileWatcher({ timeProvider: time, notifier, usePolling: false })).setBasePath(folder.path);
    manager.addJsonFile('a.json', { reloadOnChange: true });
    manager.setFileWarningHandler(warning => warnings.push(warning));
    expect(notifier.directories).toEqual([folder.path]);
    await change('a.json', { a: 2 });
    expect(manager.get('a')).toBe('2');
    manager.clear();
    expect(notifier.directories).toEqual([]);
  });
});

describe('a change of a file that somebody who is told of it cannot use', () => {
  it('is warned of once, with what each of them said, however often it was passed on', async () => {
    folder.write('a.json', { a: 1 });
    using manager = new ConfigurationManager();
    manager.setFileWatcher(new FileWatcher({ timeProvider: time, notifier, usePolling: false })).setBasePath(folder.path);
    manager.setFileWarningHandler(warning => warnings.push(warning)).addJsonFile('a.json', { reloadOnChange: true });
    for (const text of ['a is too large', 'a is none', 'a is none'])
      manager.getReloadToken().registerChangeCallback(() => {
        throw new Error(text);
      });
    await change('a.json', { a: 2 });
    expect(manager.get('a')).toBe('2');
    expect(warnings.map(({ message }) => message)).toEqual([
      'A change of the configuration has been made, but who was told of it failed: a is none; a is too large',
    ]);
  });
});

describe('FileConfigurationSource', () => {
  it('is the base of the sources that read a file', () => {
    expect(new JsonConfigurationSource({ path: 'a.json' })).toBeInstanceOf(FileConfigurationSource);
  });
});
