import { existsSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileLoggerOptions, FileLoggerProvider, HostApplicationBuilder, ILoggerFactory } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { eventually } from '../../../support/eventually.js';
import { FakeConsole } from '../../../support/hosting-fakes.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { logEntry } from '../../../support/log-entries.js';

expectNoLeaks();

describe('a log file', () => {
  let folder: string;
  let path: string;
  let time: FakeTimeProvider;
  let console: FakeConsole;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostward-'));
    path = join(folder, 'app.log');
    time = new FakeTimeProvider();
    console = new FakeConsole();
  });

  afterEach(async () => {
    expect(time.pendingTimers).toEqual([]);
    await rm(folder, { recursive: true, force: true });
  });

  const create = (options: Partial<FileLoggerOptions> = {}) => new FileLoggerProvider({ path, format: 'systemd', ...options }, { timeProvider: time, console });
  const write = (provider: FileLoggerProvider, ...messages: string[]) => {
    for (const message of messages) provider.write(logEntry({ message }));
  };
  const textOf = (name = 'app.log') => readFileSync(join(folder, name), 'utf8');
  const messagesOf = (name = 'app.log') => textOf(name).replaceAll('<6>App[0] ', '').split('\n').slice(0, -1);
  const files = () => readdirSync(folder).sort();

  describe('is written', () => {
    it('many entries at a time, a tenth of a second after the first', async () => {
      await using provider = create();
      write(provider, 'one', 'two');
      await time.advanceAsync(99);
      expect(files()).toEqual([]);
      write(provider, 'three');
      await time.advanceAsync(1);
      await provider.flush();
      expect(messagesOf()).toEqual(['one', 'two', 'three']);
      write(provider, 'four');
      await time.advanceAsync(100);
      await provider.flush();
      expect(messagesOf()).toEqual(['one', 'two', 'three', 'four']);
    });

    it('at once when much waits', async () => {
      await using provider = create();
      write(provider, 'x'.repeat(70_000));
      await provider.flush();
      expect(textOf().length).toBeGreaterThan(70_000);
    });

    it('in JSON where nothing else is said, or in the format that is', async () => {
      await using json = new FileLoggerProvider({ path }, { timeProvider: time });
      await using own = create({ path: join(folder, 'own.log'), format: { name: 'own', format: ({ message }) => `${message}!\n` } });
      for (const provider of [json, own]) {
        write(provider, 'hello');
        await provider.flush();
      }
      expect(JSON.parse(textOf())).toMatchObject({ Message: 'hello', LogLevel: 'Information' });
      expect(textOf('own.log')).toBe('hello!\n');
    });

    it('behind what is there', async () => {
      writeFileSync(path, 'before\n');
      await using provider = create();
      write(provider, 'after');
      await provider.flush();
      expect(textOf()).toBe('before\n<6>App[0] after\n');
    });

    it('where directories are missing, which are made; with the permissions that are asked for', async () => {
      path = join(folder, 'a/b/app.log');
      await using provider = create({ mode: 0o600 });
      write(provider, 'hello');
      await provider.flush();
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    });

    it('to the end by the disposal, and also after it', async () => {
      const provider = create();
      write(provider, 'waits');
      await provider[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
      expect(messagesOf()).toEqual(['waits']);
      write(provider, 'late');
      expect(messagesOf()).toEqual(['waits', 'late']);
    });

    it('to the end by a disposal that does not wait', async () => {
      const provider = create();
      write(provider, 'first');
      await provider.flush();
      write(provider, 'waits');
      provider[Symbol.dispose]();
      expect(messagesOf()).toEqual(['first', 'waits']);
    });

    it('without loss by a burst that is longer than what may wait', async () => {
      await using provider = create({ maxQueuedCharacters: 1_000 });
      const messages = Array.from({ length: 500 }, (_, index) => `message ${index}`);
      write(provider, ...messages);
      await provider.flush();
      expect(messagesOf()).toEqual(messages);
    });

    it('by a host, with its clock', async () => {
      const builder = new HostApplicationBuilder({ disableDefaults: true });
      builder.logging.addFile({ path, format: 'simple' }).addFile({ path: join(folder, 'b.log') });
      const host = builder.build();
      host.services.getRequiredService(ILoggerFactory).createLogger('App').information('hello {Name}', 'you');
      await host[Symbol.asyncDispose]();
      expect([textOf(), JSON.parse(textOf('b.log')).State.Name]).toEqual(['info: App[0]\n      hello you\n', 'you']);
    });
  });

  describe('is put aside', () => {
    it('before it is longer than allowed, under the name of the moment', async () => {
      await using provider = create({ maxBytes: 40 });
      write(provider, 'a'.repeat(10), 'b'.repeat(10), 'c');
      await provider.flush();
      expect(files()).toEqual(['app.20000101T000000000Z.log', 'app.log']);
      expect([messagesOf('app.20000101T000000000Z.log'), messagesOf()]).toEqual([['a'.repeat(10)], ['b'.repeat(10), 'c']]);
    });

    it('as seldom as possible: each file is filled as far as whole lines fit', async () => {
      await using provider = create({ maxBytes: 100_000 });
      write(provider, ...Array.from({ length: 30 }, () => 'x'.repeat(10_000 - '<6>App[0] \n'.length)));
      await provider.flush();
      expect(await Promise.all(files().map(async name => (await stat(join(folder, name))).size))).toEqual([100_000, 100_000, 100_000]);
    });

    it('with one entry for itself that is longer than allowed', async () => {
      await using provider = create({ maxBytes: 20 });
      write(provider, 'a', 'b'.repeat(100), 'c');
      await provider.flush();
      expect(files().map(name => messagesOf(name)[0]![0])).toEqual(['a', 'b', 'c']);
    });

    it('when it is too old, at the next entry', async () => {
      await using provider = create({ maxAge: 60_000 });
      write(provider, 'old');
      await provider.flush();
      await time.advanceAsync(59_999);
      write(provider, 'still old');
      await provider.flush();
      await time.advanceAsync(1);
      write(provider, 'new');
      await provider.flush();
      expect(files().map(name => messagesOf(name))).toEqual([['old', 'still old'], ['new']]);
    });

    it('also in the same moment, and only so many are kept: others are left alone', async () => {
      writeFileSync(join(folder, 'app.2026.log'), 'not ours');
      writeFileSync(join(folder, 'other.19900101T000000000Z.log'), 'not ours');
      await using provider = create({ maxBytes: 15, maxFiles: 3 });
      for (const message of ['a', 'b', 'c', 'd', 'e', 'f']) {
        write(provider, message);
        await provider.flush();
      }
      const own = files().filter(name => !name.startsWith('other') && name !== 'app.2026.log');
      expect(own.map(name => messagesOf(name))).toEqual([['d'], ['e'], ['f']]);
      expect(files()).toEqual(expect.arrayContaining(['app.2026.log', 'other.19900101T000000000Z.log']));
    });

    it('not at all where that is impossible: it is written on, which is said once', async () => {
      await using provider = create({ maxBytes: 30 });
      write(provider, 'a'.repeat(15));
      await provider.flush();
      // The name that it would get leads nowhere.
      const rename = jest.spyOn(Date.prototype, 'toISOString').mockImplementation(() => '/nowhere/');
      write(provider, 'b'.repeat(15));
      await provider.flush();
      write(provider, 'c'.repeat(15));
      await provider.flush();
      rename.mockRestore();
      expect(messagesOf().map(message => message[0])).toEqual(['a', 'b', 'c']);
      expect(console.error.text).toMatch(/^The log file \S+app\.log cannot be put aside, and is written on: ENOENT.*\n$/);
    });
  });

  describe('is begun anew', () => {
    it('where another program has moved it', async () => {
      await using provider = create();
      write(provider, 'one');
      await provider.flush();
      renameSync(path, join(folder, 'moved.log'));
      write(provider, 'two');
      await provider.flush();
      expect([messagesOf('moved.log'), messagesOf()]).toEqual([['one'], ['two']]);
    });

    it('where it was deleted with its directory', async () => {
      path = join(folder, 'deep/app.log');
      await using provider = create();
      write(provider, 'one');
      await provider.flush();
      rmSync(join(folder, 'deep'), { recursive: true });
      write(provider, 'two');
      await provider.flush();
      expect(messagesOf('deep/app.log')).toEqual(['two']);
    });

    it('where another program has emptied it: nothing stands between the beginning and the next line', async () => {
      await using provider = create();
      write(provider, 'one');
      await provider.flush();
      writeFileSync(path, '');
      write(provider, 'two');
      await provider.flush();
      expect(textOf()).toBe('<6>App[0] two\n');
    });
  });

  describe('that cannot be written', () => {
    /** Lets the next attempt come, and fail. @returns the milliseconds until the one after it */
    const failAfter = async (milliseconds: number) => {
      await time.advanceAsync(milliseconds);
      await eventually('the timer of the next attempt', () => time.pendingTimers.length === 1);
      return time.pendingTimers[0]!.dueIn;
    };

    it('because the disk is full is reported once, tried again, and written when that is possible', async () => {
      symlinkSync('/dev/full', path);
      await using provider = create();
      write(provider, 'one');
      await provider.flush();
      const first = console.error.text;
      expect(first).toMatch(/^The log file \S+app\.log cannot be written, and is tried again: ENOSPC.*\n$/);
      write(provider, 'two');
      expect([await failAfter(1_000), await failAfter(2_000)]).toEqual([2_000, 4_000]);
      expect(console.error.text).toBe(first);
      unlinkSync(path);
      await time.advanceAsync(4_000);
      await eventually('the report', () => console.error.text !== first);
      expect(messagesOf()).toEqual(['one', 'two']);
      expect(console.error.text.slice(first.length)).toMatch(/ is written again; 0 entries are missing\.\n$/);
    });

    it('lets so much wait and drops the rest, which a line in the file says', async () => {
      symlinkSync('/dev/full', path);
      await using provider = create({ maxQueuedCharacters: 60 });
      write(provider, 'one');
      await provider.flush();
      write(provider, 'two', 'three', 'four', 'five', 'six', 'seven');
      unlinkSync(path);
      await time.advanceAsync(1_000);
      await eventually('the last line', () => existsSync(path) && textOf().includes('missing'));
      expect(textOf()).toBe(
        '<6>App[0] one\n<6>App[0] two\n<6>App[0] three\n<6>App[0] four\n' +
          '<4>hostward.logging.file[0] 3 entries are missing here, because the file could not be written\n',
      );
    });

    it('because it is a directory is reported, and left at the end with a word about what is lost', async () => {
      await mkdir(path);
      const provider = create();
      write(provider, 'one');
      await provider[Symbol.asyncDispose]();
      expect(console.error.text.split('\n')).toEqual([
        expect.stringMatching(/cannot be written, and is tried again: EISDIR/),
        expect.stringMatching(/was left before everything was written: 14 characters could not be written$/),
        '',
      ]);
    });

    it('at the end makes the disposal fail no more than one that does not wait', async () => {
      await mkdir(path);
      const provider = create();
      write(provider, 'one');
      expect(() => provider[Symbol.dispose]()).not.toThrow();
      expect(console.error.text).toContain('EISDIR');
    });
  });

  it.each<[Partial<FileLoggerOptions>, string]>([
    [{ path: '' }, 'Expected the path of a log file, but found none.'],
    [{ format: 'xml' as 'json' }, "Expected simple, json, systemd or a formatter, but found 'xml'."],
    [{ maxBytes: 0 }, "'maxBytes' must be a number of at least 1, but was 0."],
    [{ maxAge: Number.NaN }, "'maxAge' must be a number of at least 1, but was NaN."],
    [{ maxFiles: 0 }, "'maxFiles' must be a number of at least 1, but was 0."],
    [{ flushInterval: -1 }, "'flushInterval' must be a number of at least 0, but was -1."],
  ])('says what is wrong with the options %j', (options, message) => {
    expect(() => create(options)).toThrow(message);
  });

  it('survives a formatter that fails', async () => {
    await using provider = create({
      format: {
        name: 'broken',
        format: () => {
          throw new Error('no');
        },
      },
    });
    write(provider, 'one');
    await provider.flush();
    expect(textOf()).toBe('information: App: one (the formatter broken failed: no)\n');
  });

  it('may have a directory that nobody can write to', async () => {
    // Whoever runs the tests as root can: then it is written.
    path = join(folder, 'locked/app.log');
    await mkdir(join(folder, 'locked'));
    await chmod(join(folder, 'locked'), 0o500);
    const provider = create();
    write(provider, 'one');
    await provider[Symbol.asyncDispose]();
    await chmod(join(folder, 'locked'), 0o700);
    expect(existsSync(path) || console.error.text.includes('EACCES')).toBe(true);
  });
});
