import { closeSync, ftruncateSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { ConfigurationBuilder, type FileWarning, type IConfigurationRoot } from '../../../src/hosting/configuration/index.js';
import { type DirectoryListener, FileWatcher, SystemDirectoryNotifier } from '../../../src/hosting/files/index.js';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

// Real files, real notifications, real time.
expectNoLeaks();

let folder: TemporaryFolder;
let warnings: FileWarning[];

beforeEach(() => {
  folder = new TemporaryFolder();
  warnings = [];
});

afterEach(() => folder[Symbol.dispose]());

const fast = { reloadOnChange: true, reloadDelay: 20 } as const;

function createBuilder(): ConfigurationBuilder {
  return new ConfigurationBuilder().setFileWarningHandler(warning => warnings.push(warning)).setBasePath(folder.path);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

/** Long enough for many reads, so that a torn document would have parts of two versions. */
function version(number: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`key${index}`, `${number}`.repeat(50)]));
}

/** The versions of which the configuration shows values, with how many. */
function versionsIn(configuration: IConfigurationRoot): string[] {
  const values = [...configuration.asEnumerable()].map(([, value]) => value ?? 'nothing');
  return [...new Set(values)].map(version => `${values.filter(value => value === version).length} of ${version}`);
}

/** Whether the configuration shows one version, and all of it. */
function isWhole(configuration: IConfigurationRoot): boolean {
  const [only, ...others] = versionsIn(configuration);
  return others.length === 0 && only!.startsWith('200 of ');
}

/** Writes in parts into the file that is there. */
async function writeSlowly(name: string, text: string): Promise<void> {
  const descriptor = openSync(folder.at(name), 'r+');
  ftruncateSync(descriptor);
  for (let at = 0, part = Math.ceil(text.length / 4); at < text.length; at += part) {
    writeSync(descriptor, text.slice(at, at + part));
    await pause(1);
  }
  closeSync(descriptor);
}

describe('a configuration whose files change all the time', () => {
  it.each([
    ['written in place', (name: string, text: string) => writeSlowly(name, text)],
    ['moved into place', async (name: string, text: string) => renameSync(folder.write(`${name}.tmp`, text), folder.at(name))],
  ])(
    'shows only whole versions of a file that is rewritten 200 times, %s',
    async (_, write) => {
      for (const [name, content] of [
        ['a.json', JSON.stringify(version(0))],
        ['.env', toDotEnv(version(0))],
      ] as const)
        folder.write(name, content);
      using json = createBuilder().addJsonFile('a.json', fast).build();
      using dotEnv = createBuilder().addEnvFile('.env', fast).build();
      const torn: string[][] = [];
      for (let number = 1; number <= 200; number++) {
        await Promise.all([write('a.json', JSON.stringify(version(number))), write('.env', toDotEnv(version(number)))]);
        for (const configuration of [json, dotEnv]) if (!isWhole(configuration)) torn.push(versionsIn(configuration));
        await pause(number % 10 === 0 ? 80 : 1);
      }
      const last = '200'.repeat(50);
      await eventually('the last version shows', () => json.get('key7') === last && dotEnv.get('key7') === last);
      expect(torn).toEqual([]);
    },
    60_000,
  );

  it('follows a swap of links as Kubernetes makes it, all keys together', async () => {
    const mount = folder.at('mount');
    const publish = (number: number) => {
      for (const key of ['Db__Host', 'Db__Password']) folder.write(`mount/..${number}/${key}`, `${number}\n`);
      folder.write(`mount/..${number}/app.json`, { version: number });
      symlinkSync(`..${number}`, folder.at('mount/..data_tmp'));
      renameSync(folder.at('mount/..data_tmp'), folder.at('mount/..data'));
      rmSync(folder.at(`mount/..${number - 1}`), { recursive: true, force: true });
    };
    mkdirSync(mount);
    publish(1);
    for (const key of ['Db__Host', 'Db__Password', 'app.json']) symlinkSync(`..data/${key}`, folder.at('mount', key));
    using configuration = createBuilder()
      .addKeyPerFile(mount, { ...fast, ignoreCondition: name => name.endsWith('.json') })
      .addJsonFile(folder.at('mount/app.json'), fast)
      .build();
    for (let number = 2; number <= 10; number++) {
      publish(number);
      await eventually('the new version shows', () => ['Db:Host', 'Db:Password', 'version'].every(key => configuration.get(key) === `${number}`));
    }
    expect(warnings).toEqual([]);
  });

  it('follows a file that is deleted and comes back', async () => {
    folder.write('a.json', { a: 0 });
    using configuration = createBuilder().addJsonFile('a.json', fast).build();
    for (let number = 1; number <= 10; number++) {
      rmSync(folder.at('a.json'));
      await pause(number % 2 === 0 ? 60 : 0);
      expect(configuration.get('a')).toBe(`${number - 1}`);
      folder.write('a.json', { a: number });
      await eventually('the file is back', () => configuration.get('a') === `${number}`);
    }
    // A gap that is longer than the delay is told.
    expect(warnings.every(({ error }) => error.name === 'FileNotFoundError')).toBe(true);
  });

  it('follows a directory that is deleted and comes back', async () => {
    folder.write('x/y/a.json', { a: 0 });
    folder.write('x/keys/k', '0');
    using configuration = createBuilder()
      .addJsonFile('x/y/a.json', { ...fast, optional: true })
      .addKeyPerFile(folder.at('x/keys'), { ...fast, optional: true })
      .build();
    for (let number = 1; number <= 5; number++) {
      rmSync(folder.at('x'), { recursive: true });
      await eventually('all is gone', () => configuration.get('a') === undefined && configuration.get('k') === undefined);
      folder.write('x/y/a.json', { a: number });
      folder.write('x/keys/k', `${number}`);
      await eventually('all is back', () => configuration.get('a') === `${number}` && configuration.get('k') === `${number}`);
    }
    expect(warnings).toEqual([]);
  });

  it('keeps the last good values of a file that stays half-written, with one warning', async () => {
    folder.write('a.json', { a: 1 });
    using configuration = createBuilder().addJsonFile('a.json', fast).build();
    for (const half of ['{"a":', '{"a": 2', '{"a": 2, "b"', '']) {
      folder.write('a.json', half);
      await pause(60);
      expect(configuration.get('a')).toBe('1');
    }
    await eventually('it is said', () => warnings.length > 0);
    expect(warnings).toHaveLength(1);
    folder.write('a.json', { a: 2 });
    await eventually('it recovers', () => configuration.get('a') === '2');
    expect(warnings).toHaveLength(1);
  });

  it('has one watch of a directory for 50 files, and none when it is disposed', async () => {
    const notifier = new CountingNotifier();
    const builder = createBuilder().setFileWatcher(new FileWatcher({ notifier })).setBasePath(folder.path);
    for (let index = 0; index < 50; index++) {
      folder.write(`${index}.json`, { [`key${index}`]: 'old' });
      builder.addJsonFile(`${index}.json`, fast);
    }
    const configuration = builder.build();
    for (let index = 0; index < 50; index++) folder.write(`${index}.json`, { [`key${index}`]: 'new' });
    await eventually('all are reloaded', () => versionsIn(configuration).join() === '50 of new');
    expect([notifier.open, notifier.opened]).toEqual([1, 1]);
    configuration[Symbol.dispose]();
    expect(notifier.open).toBe(0);
  });

  it('survives reloads, readers and a disposal in the middle of them', async () => {
    for (let round = 0; round < 20; round++) {
      folder.write('a.json', { a: round });
      const configuration = createBuilder().addJsonFile('a.json', { reloadOnChange: true, reloadDelay: 0 }).build();
      for (let write = 0; write < 5; write++) folder.write('a.json', { a: write });
      await pause(round);
      configuration[Symbol.dispose]();
      expect(configuration.get('a')).toMatch(/^\d+$/);
    }
    expect(warnings).toEqual([]);
  });
});

function toDotEnv(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}="${value}"\n`)
    .join('');
}

class CountingNotifier extends SystemDirectoryNotifier {
  open = 0;
  opened = 0;

  override listen(directory: string, listener: DirectoryListener): Disposable {
    const handle = super.listen(directory, listener);
    this.open++;
    this.opened++;
    let isOpen = true;
    return {
      [Symbol.dispose]: () => {
        handle[Symbol.dispose]();
        if (isOpen) this.open--;
        isOpen = false;
      },
    };
  }
}
