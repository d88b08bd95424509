import { SocketDirectoryWatch, type SocketDirectoryWatchOptions } from '../../../src/backchannel/monitor/socket-directory-watch.js';
import type { DirectoryWatchCallbacks } from '../../../src/backchannel/platform/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { FakeDirectories } from '../../support/fake-directories.js';
import { systemError } from '../../support/fake-directory-notifier.js';
import { expectNoLeaks } from '../../support/leak-check.js';

const parent = '/home/u/.aspire/cli';
const current = `${parent}/bch`;
const legacy = `${parent}/backchannels`;
const everything = 'everything';

/** Directories in memory, what was asked of the system that watches them, and what its user was told. */
class Scene implements Disposable {
  readonly time = new FakeTimeProvider();
  readonly directories = new FakeDirectories();
  /** What the system refuses to watch, and why. */
  readonly refusals = new Map<string, Error>();
  /** So many watches are to be had. */
  limit = Number.POSITIVE_INFINITY;
  /** What was asked of the system, and what its user let go. */
  readonly calls: string[] = [];
  readonly callbacks: DirectoryWatchCallbacks[] = [];
  /** Happens while the system is asked. */
  meanwhile: (directory: string) => void = () => undefined;
  readonly #told: string[] = [];
  #watch: SocketDirectoryWatch | undefined;

  constructor(existing: readonly string[]) {
    for (const directory of existing) this.directories.make(directory);
  }

  start(options: Partial<SocketDirectoryWatchOptions> = {}): this {
    this.#watch = new SocketDirectoryWatch({
      directories: [current, legacy],
      watcher: { watch: (directory, callbacks) => this.#open(directory, callbacks) },
      timeProvider: this.time,
      pollInterval: 5_000,
      unwatchedPollInterval: 500,
      rewatchInterval: 30_000,
      onChange: change => this.#told.push(change ? `${change.directory}: ${change.name}` : everything),
      onDegraded: (directory, error) => this.#told.push(`${directory} degraded: ${error.message.slice(0, 6)}`),
      onRestored: directory => this.#told.push(`${directory} restored`),
      ...options,
    });
    return this;
  }

  /** What was told since the last time. */
  get told(): string[] {
    return this.#told.splice(0);
  }

  /** The same without the looks at everything. */
  get words(): string[] {
    return this.told.filter(what => what !== everything);
  }

  /** How often everything was to be looked at within a time. Words that fall meanwhile stay to be asked for. */
  async looksIn(milliseconds: number): Promise<number> {
    const before = this.words;
    await this.time.advanceAsync(milliseconds);
    const looks = this.#told.filter(what => what === everything).length;
    this.#told.unshift(...before, ...this.words);
    return looks;
  }

  /** Happens without any report. */
  silently(work: () => void): void {
    this.directories.notifies = false;
    work();
    this.directories.notifies = true;
  }

  remake(directory: string): void {
    this.directories.remove(directory);
    this.directories.make(directory);
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
  }

  #open(directory: string, callbacks: DirectoryWatchCallbacks): Disposable {
    this.calls.push(`watch ${directory}`);
    const refusal = this.refusals.get(directory) ?? (this.directories.watchCount >= this.limit ? systemError('ENOSPC') : undefined);
    if (refusal && this.directories.identityOf(directory) !== undefined) throw refusal;
    try {
      const handle = this.directories.watch(directory, callbacks);
      this.callbacks.push(callbacks);
      const release = (): void => {
        this.calls.push(`end ${directory}`);
        handle[Symbol.dispose]();
      };
      return { [Symbol.dispose]: release };
    } finally {
      this.meanwhile(directory);
    }
  }
}

describe('a SocketDirectoryWatch', () => {
  expectNoLeaks();
  let scene: Scene;
  const begin = (existing: readonly string[] = [current, legacy]) => (scene = new Scene(existing));

  afterEach(() => {
    scene[Symbol.dispose]();
    expect([scene.directories.watchCount, scene.time.pendingTimers]).toEqual([0, []]);
  });

  it('names the entry to which something happened at once, or says that it may be any', () => {
    const { directories } = begin().start();
    directories.changed(`${current}/a`);
    directories.changed(`${legacy}/b`);
    directories.changedSomehow(legacy);
    expect(scene.told).toEqual([`${current}: a`, `${legacy}: b`, everything]);
  });

  it('wants a look at everything after each poll interval, and none when it begins', async () => {
    const { time } = begin().start();
    await time.advanceAsync(4_999);
    expect(scene.told).toEqual([]);
    await time.advanceAsync(1);
    expect(scene.told).toEqual([everything]);
    expect(await scene.looksIn(60_000)).toBe(12);
  });

  it('puts off no look, whatever it hears meanwhile', async () => {
    const { directories, time } = begin([current]).start();
    for (let turn = 0; turn < 5; turn++) {
      await time.advanceAsync(4_000);
      directories.changed(legacy);
    }
    expect(scene.told).toHaveLength(5 + 4);
  });

  it('leaves no moment unwatched when it renews a watch', async () => {
    const { time, calls } = begin([current]).start({ directories: [current] });
    await time.advanceAsync(5_000);
    expect(calls).toEqual([`watch ${current}`, `watch ${current}`, `end ${current}`]);
  });

  describe('of a directory that is not there', () => {
    it('hears of its creation from the one above, and then of its entries', () => {
      const { directories } = begin([current]).start();
      directories.changed(`${parent}/other`);
      expect(scene.told).toEqual([]);
      directories.make(legacy);
      expect(scene.told).toEqual([everything]);
      directories.changed(`${legacy}/a`);
      expect([scene.told, directories.watchCount]).toEqual([[`${legacy}: a`], 2]);
    });

    it.each([
      ['with', [current]],
      ['without', []],
    ])('says nothing and looks no more often when it has never been there, %s one above', async (_, existing) => {
      begin(existing).start();
      expect([await scene.looksIn(60_000), scene.words]).toEqual([12, []]);
    });

    it('finds it at the next look when there was none above', async () => {
      const { directories } = begin([]).start();
      directories.make(current);
      expect(await scene.looksIn(5_000)).toBe(1);
      directories.changed(`${current}/a`);
      expect(scene.told).toEqual([`${current}: a`]);
    });

    it('does not miss it when it is made between the attempt to watch it and the watch of the one above', () => {
      begin([parent]).meanwhile = directory => directory === parent && scene.silently(() => scene.directories.make(current));
      scene.start();
      scene.directories.changed(`${current}/a`);
      expect(scene.told).toEqual([`${current}: a`]);
    });

    it('waits for one that was removed in the one above, and looks no more often', async () => {
      const { directories } = begin().start();
      directories.remove(current);
      expect(scene.told).toContain(everything);
      expect(await scene.looksIn(10_000)).toBe(2);
      directories.make(current);
      expect(scene.told).toEqual([everything]);
      directories.changed(`${current}/a`);
      expect([scene.told, directories.watchCount]).toEqual([[`${current}: a`], 2]);
    });

    it('looks more often for one that was removed together with the one above, until it is back', async () => {
      const { directories } = begin().start();
      for (const directory of [current, legacy, parent]) directories.remove(directory);
      expect(await scene.looksIn(5_000)).toBe(10);
      directories.make(current);
      expect(await scene.looksIn(500)).toBe(1);
      expect(await scene.looksIn(10_000)).toBe(2);
      directories.changed(`${current}/a`);
      directories.make(legacy);
      directories.changed(`${legacy}/b`);
      expect(scene.told).toEqual([`${current}: a`, everything, `${legacy}: b`]);
    });

    it('hears of it again when the one above is lost and found', async () => {
      const { directories } = begin([current]).start();
      directories.loseAll();
      directories.make(legacy);
      directories.changed(`${legacy}/a`);
      expect(scene.words).toEqual([`${legacy}: a`]);
    });
  });

  it.each([
    ['removed and made again', () => scene.remake(current)],
    ['replaced, and the one above it too', () => [parent, current].forEach(directory => scene.remake(directory))],
  ])('watches a directory that was %s without a report from the next look on', async (_, work) => {
    const { directories, time } = begin().start();
    scene.silently(work);
    directories.changed(`${current}/a`);
    expect(scene.told).toEqual([]);
    await time.advanceAsync(5_000);
    directories.changed(`${current}/b`);
    expect([scene.told, directories.watchCount]).toEqual([[everything, `${current}: b`], 2]);
  });

  it('hears of the creation of a directory in one above that was replaced without a report, from the next look on', async () => {
    const { directories, time } = begin([current]).start();
    scene.silently(() => scene.remake(parent));
    await time.advanceAsync(5_000);
    directories.make(legacy);
    expect(scene.told).toEqual([everything, everything]);
  });

  it('watches a directory that was removed and made again before anybody heard of the removal', () => {
    const { directories } = begin().start();
    directories.loseAll();
    expect(scene.told).toEqual([everything, everything]);
    directories.changed(`${current}/a`);
    expect([scene.told, directories.watchCount]).toEqual([[`${current}: a`], 2]);
  });

  describe('where the system refuses', () => {
    it('says so once for each directory, looks more often, asks now and then, and says once that it works again', async () => {
      const { refusals, calls, time, directories } = begin();
      for (const directory of [current, legacy]) refusals.set(directory, systemError('ENOSPC'));
      scene.start();
      expect(scene.told).toEqual([]);
      await time.advanceAsync(500);
      expect(scene.told).toEqual([`${current} degraded: ENOSPC`, `${legacy} degraded: ENOSPC`, everything]);
      expect(await scene.looksIn(29_000)).toBe(58);
      expect([scene.words, calls.length]).toEqual([[], 2]);
      await time.advanceAsync(30_500);
      expect([scene.words, calls.length]).toEqual([[], 6]);
      refusals.clear();
      await time.advanceAsync(29_999);
      expect(scene.words).toEqual([]);
      await time.advanceAsync(1);
      expect(scene.words).toEqual([`${current} restored`, `${legacy} restored`]);
      expect([await scene.looksIn(60_000), scene.words]).toEqual([12, []]);
      directories.changed(`${current}/a`);
      expect(scene.told).toEqual([`${current}: a`]);
    });

    it('says nothing of an outage that is over before the next look', async () => {
      const { time } = begin().start();
      scene.directories.loseAll(systemError('EMFILE'));
      expect(scene.told).toEqual([everything, everything]);
      await time.advanceAsync(60_000);
      expect(scene.words).toEqual([]);
    });

    it('does not ask again at once when it takes back soon what it has just given', async () => {
      const { calls, directories, time } = begin([current]).start({ directories: [current] });
      directories.loseAll(systemError('EMFILE'));
      await time.advanceAsync(29_999);
      calls.length = 0;
      directories.loseAll(systemError('EMFILE'));
      await time.advanceAsync(29_999);
      expect([calls, scene.words]).toEqual([[`end ${current}`], [`${current} degraded: EMFILE`]]);
      await time.advanceAsync(501);
      expect([calls, scene.words]).toEqual([[`end ${current}`, `watch ${current}`], [`${current} restored`]]);
    });

    it('asks at once when the directory is another, however soon', () => {
      const { directories } = begin().start();
      directories.loseAll(systemError('EMFILE'));
      for (let turn = 0; turn < 3; turn++) directories.loseAll();
      directories.changed(`${current}/a`);
      expect([scene.words, directories.watchCount]).toEqual([[`${current}: a`], 2]);
    });

    it('says what holds, and not more often than it asks, while the system gives and takes back all the time', async () => {
      const { directories, refusals, time } = begin([current]).start();
      for (let turn = 0; turn < 100; turn++) {
        if (!refusals.delete(current)) refusals.set(current, systemError('EACCES'));
        directories.changed(current);
        await time.advanceAsync(6_000);
      }
      // Ten minutes hold twenty intervals.
      const { words } = scene;
      expect(words.length).toBeGreaterThan(2);
      expect(words.length).toBeLessThanOrEqual(21);
      expect(words).toEqual(words.map((_, index) => `${current} ${index % 2 === 0 ? 'degraded: EACCES' : 'restored'}`));
      refusals.clear();
      await time.advanceAsync(60_000);
      expect([...words, ...scene.words].at(-1)).toBe(`${current} restored`);
    });

    it('does not talk about a directory that has meanwhile gone, until it is back and watched', async () => {
      const { refusals, directories, time } = begin([current]);
      refusals.set(current, systemError('EACCES'));
      scene.start();
      await time.advanceAsync(500);
      expect(scene.words).toEqual([`${current} degraded: EACCES`]);
      directories.remove(current);
      refusals.clear();
      await time.advanceAsync(60_000);
      expect(scene.words).toEqual([]);
      directories.make(current);
      await time.advanceAsync(5_000);
      expect(scene.words).toEqual([`${current} restored`]);
    });

    it('asks again when the one above says that something happened to the directory', () => {
      const { refusals, directories } = begin([current]);
      refusals.set(current, systemError('EACCES'));
      scene.start();
      refusals.clear();
      directories.changed(current);
      directories.changed(`${current}/a`);
      expect(scene.told).toEqual([everything, `${current}: a`]);
    });

    it('lets the watch of a directory that is gone make room for that of the new one', async () => {
      const { directories, time } = begin([current]).start({ directories: [current] });
      scene.limit = 1;
      scene.silently(() => scene.remake(current));
      await time.advanceAsync(5_000);
      directories.changed(`${current}/a`);
      expect(scene.told).toEqual([everything, `${current}: a`]);
    });

    it('looks more often for a directory that was removed while the one above could not be watched', async () => {
      const { refusals, directories } = begin();
      refusals.set(parent, systemError('ENOSPC'));
      scene.start();
      directories.remove(current);
      expect(await scene.looksIn(5_000)).toBe(10);
      refusals.clear();
      expect(await scene.looksIn(25_000)).toBe(50);
      expect(await scene.looksIn(10_000)).toBe(2);
      expect(scene.words).toEqual([]);
    });
  });

  describe('that is disposed', () => {
    it('tells nothing of what the system reports late', async () => {
      const { callbacks, calls } = begin([current]).start();
      scene[Symbol.dispose]();
      calls.length = 0;
      for (const { onChange, onLost } of [...callbacks]) {
        onChange('a');
        onChange();
        onLost(undefined);
        onLost(systemError('EMFILE'));
      }
      expect([await scene.looksIn(60_000), scene.told, calls]).toEqual([0, [], []]);
    });

    it('tells nothing of watches that it has let go before', async () => {
      const { callbacks, time } = begin().start();
      const [former] = callbacks;
      await time.advanceAsync(5_000);
      expect(scene.told).toEqual([everything]);
      former?.onChange('a');
      former?.onLost(undefined);
      expect([scene.told, scene.directories.watchCount]).toEqual([[], 2]);
    });

    it.each([
      ['onDegraded', 1],
      ['onChange', 3],
    ])('within %s tells nothing more', async (callback, words) => {
      const { refusals, time } = begin();
      for (const directory of [current, legacy]) refusals.set(directory, systemError('ENOSPC'));
      const told: string[] = [];
      const tell = (what: string) => () => {
        told.push(what);
        if (what === callback) scene[Symbol.dispose]();
      };
      scene.start({ onDegraded: tell('onDegraded'), onChange: tell('onChange') });
      await time.advanceAsync(60_000);
      expect([told.length, time.pendingTimers]).toEqual([words, []]);
    });
  });
});
