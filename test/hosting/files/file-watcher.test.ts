import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { FakeTimeProvider } from 'hostward/testing';
import { FileWatcher, type FileWatcherOptions } from '../../../src/hosting/files/index.js';
import { FakeDirectoryNotifier, systemError } from '../../support/fake-directory-notifier.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

expectNoLeaks();

let directory: TemporaryFolder;
let time: FakeTimeProvider;
let notifier: FakeDirectoryNotifier;
let degraded: string[];

beforeEach(() => {
  directory = new TemporaryFolder();
  time = new FakeTimeProvider();
  notifier = new FakeDirectoryNotifier();
  degraded = [];
});

afterEach(() => {
  directory[Symbol.dispose]();
  expect(notifier.directories).toEqual([]);
  time.expectNoPendingTimers();
});

function createWatcher(options: FileWatcherOptions = {}): FileWatcher {
  const onDegraded = (where: string, error: Error) => void degraded.push(`${where}: ${error.message}`);
  return new FileWatcher({ timeProvider: time, notifier, usePolling: false, onDegraded, ...options });
}

/** Watches and counts. */
function count(watcher: FileWatcher, path: string): { changes: number } {
  const counter = { changes: 0 };
  watcher.watch(path, () => counter.changes++);
  return counter;
}

describe('a FileWatcher', () => {
  it('asks for one watch of a directory, however many files of it are watched, and for none in the end', async () => {
    using watcher = createWatcher();
    const counters = Array.from({ length: 50 }, (_, index) => count(watcher, directory.write(`file${index}`, 'x')));
    expect([notifier.directories, notifier.attempts]).toEqual([[directory.path], 1]);
    notifier.change(directory.path, 'file7');
    await time.advanceAsync(10);
    expect(counters.map(({ changes }) => changes)).toEqual(counters.map((_, index) => (index === 7 ? 1 : 0)));
  });

  it('calls back once for a burst of notifications, and never inside one', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.write('a', '1'));
    for (let burst = 0; burst < 100; burst++) notifier.change(directory.path, 'a');
    expect(file.changes).toBe(0);
    await time.advanceAsync(10);
    expect(file.changes).toBe(1);
  });

  it('does not put off its look while notifications go on', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.write('a', '1'));
    for (let burst = 0; burst < 20; burst++) {
      notifier.change(directory.path, 'a');
      await time.advanceAsync(5);
    }
    expect(file.changes).toBe(10);
  });

  it('believes a notification that names the file, though it looks as before', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.write('a', '1'));
    notifier.change(directory.path, 'a');
    await time.advanceAsync(10);
    expect(file.changes).toBe(1);
  });

  it('looks at the file when a notification names none, or the name in another case', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.write('a', '1'));
    notifier.change(directory.path);
    notifier.change(directory.path, 'A');
    await time.advanceAsync(10);
    expect(file.changes).toBe(0);
    directory.write('a', 'longer');
    notifier.change(directory.path, 'A');
    await time.advanceAsync(10);
    expect(file.changes).toBe(1);
  });

  it('pays no attention to other files of the directory', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.write('a', '1'));
    notifier.change(directory.path, 'b');
    expect(time.pendingTimers).toHaveLength(1);
    await time.advanceAsync(10);
    expect(file.changes).toBe(0);
  });

  it('finds at the next slow look what no notification told', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.write('a', '1'));
    directory.write('a', 'longer');
    await time.advanceAsync(29_999);
    expect(file.changes).toBe(0);
    await time.advanceAsync(1);
    expect(file.changes).toBe(1);
    await time.advanceAsync(120_000);
    expect(file.changes).toBe(1);
  });

  it('sees a file appear and disappear', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.at('a'));
    directory.write('a', '');
    notifier.change(directory.path);
    await time.advanceAsync(10);
    expect(file.changes).toBe(1);
    rmSync(directory.at('a'));
    notifier.change(directory.path);
    await time.advanceAsync(10);
    expect(file.changes).toBe(2);
  });

  it('waits for directories that do not exist yet, one after the other', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.at('x/y/a'));
    expect(notifier.directories).toEqual([directory.path]);
    mkdirSync(directory.at('x'));
    notifier.change(directory.path, 'x');
    await time.advanceAsync(10);
    expect(notifier.directories).toEqual([directory.at('x')]);
    directory.write('x/y/a', '1');
    notifier.change(directory.at('x'), 'y');
    await time.advanceAsync(10);
    expect(notifier.directories).toEqual([directory.at('x/y')]);
    const before = file.changes;
    notifier.change(directory.at('x/y'), 'a');
    await time.advanceAsync(10);
    expect(file.changes).toBe(before + 1);
  });

  it('goes back to the parent when the directory goes, and returns with it', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.write('x/a', '1'));
    rmSync(directory.at('x'), { recursive: true });
    notifier.move(directory.at('x'));
    await time.advanceAsync(10);
    expect([notifier.directories, file.changes]).toEqual([[directory.path], 1]);
    directory.write('x/a', '2');
    notifier.change(directory.path, 'x');
    await time.advanceAsync(10);
    expect([notifier.directories, file.changes]).toEqual([[directory.at('x')], 2]);
  });

  it('listens to the directory that took the place of another', async () => {
    using watcher = createWatcher();
    count(watcher, directory.write('x/a', '1'));
    renameSync(directory.at('x'), directory.at('old'));
    directory.write('x/a', '1');
    notifier.move(directory.at('x'));
    await time.advanceAsync(10);
    expect([notifier.directories, notifier.attempts]).toEqual([[directory.at('x')], 2]);
  });

  it('listens anew when the directory itself is said to have changed, though it looks the same', async () => {
    using watcher = createWatcher();
    count(watcher, directory.write('a', '1'));
    notifier.move(directory.path);
    await time.advanceAsync(10);
    expect([notifier.directories, notifier.attempts]).toEqual([[directory.path], 2]);
  });

  it('finds at the next slow look that a directory took the place of another, though nobody told', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.write('x/a', '1'));
    renameSync(directory.at('x'), directory.at('old'));
    directory.write('x/a', '1');
    await time.advanceAsync(30_000);
    expect([notifier.directories, notifier.attempts, file.changes]).toEqual([[directory.at('x')], 2, 1]);
  });

  it('watches all places on which a path through links depends', async () => {
    directory.write('2024_1/a', 'one');
    directory.write('2024_2/a', 'two');
    mkdirSync(directory.at('mount'));
    symlinkSync('../2024_1', directory.at('mount/..data'));
    symlinkSync('..data/a', directory.at('mount/a'));
    using watcher = createWatcher();
    const file = count(watcher, directory.at('mount/a'));
    expect(notifier.directories).toEqual([directory.at('2024_1'), directory.at('mount')]);

    symlinkSync('../2024_2', directory.at('mount/..data_tmp'));
    notifier.change(directory.at('mount'), '..data_tmp');
    await time.advanceAsync(10);
    expect(file.changes).toBe(0);
    renameSync(directory.at('mount/..data_tmp'), directory.at('mount/..data'));
    notifier.change(directory.at('mount'), '..data_tmp');
    notifier.change(directory.at('mount'), '..data');
    await time.advanceAsync(10);
    expect([notifier.directories, file.changes]).toEqual([[directory.at('2024_2'), directory.at('mount')], 1]);
  });

  it('follows no links in a circle', () => {
    symlinkSync('b', directory.at('a'));
    symlinkSync('a', directory.at('b'));
    using watcher = createWatcher();
    count(watcher, directory.at('a'));
    expect(notifier.directories).toEqual([directory.path]);
  });

  it('tells of all that lies directly in a directory, and of the directory itself', async () => {
    directory.write('keys/a', '1');
    directory.write('keys/sub/b', '1');
    using watcher = createWatcher();
    const keys = count(watcher, directory.at('keys/'));
    expect(notifier.directories).toEqual([directory.at('keys')]);
    directory.write('keys/sub/b', 'longer');
    directory.write('keys/sub/c', '1');
    await time.advanceAsync(30_000);
    expect(keys.changes).toBe(0);
    directory.write('keys/a', 'longer');
    notifier.change(directory.at('keys'));
    await time.advanceAsync(10);
    expect(keys.changes).toBe(1);
    rmSync(directory.at('keys'), { recursive: true });
    notifier.move(directory.at('keys'));
    await time.advanceAsync(10);
    expect([keys.changes, notifier.directories]).toEqual([2, [directory.path]]);
  });

  it('shares one watch of a path, and ends it with the last that wants it', async () => {
    using watcher = createWatcher();
    const path = directory.write('a', '1');
    const [first, second] = [jest.fn(), jest.fn()];
    const registration = watcher.watch(path, first);
    const other = watcher.watch(path, second);
    registration[Symbol.dispose]();
    notifier.change(directory.path, 'a');
    await time.advanceAsync(10);
    expect([first.mock.calls.length, second.mock.calls.length, notifier.attempts]).toEqual([0, 1, 1]);
    other[Symbol.dispose]();
    other[Symbol.dispose]();
    expect([notifier.directories, time.pendingTimers]).toEqual([[], []]);
  });

  it('does not call back who was disposed by another', async () => {
    using watcher = createWatcher();
    const path = directory.write('a', '1');
    const other = jest.fn();
    watcher.watch(path, () => registration[Symbol.dispose]());
    const registration = watcher.watch(path, other);
    notifier.change(directory.path, 'a');
    await time.advanceAsync(10);
    expect(other).not.toHaveBeenCalled();
  });

  it('calls everyone back before it throws what one of them threw, and goes on', async () => {
    using watcher = createWatcher();
    const path = directory.write('a', '1');
    watcher.watch(path, () => {
      throw new Error('mine');
    });
    const other = jest.fn();
    watcher.watch(path, other);
    directory.write('a', 'longer');
    await expect(time.advanceAsync(30_000)).rejects.toThrow('mine');
    expect(other).toHaveBeenCalledTimes(1);
    directory.write('a', 'much longer');
    await expect(time.advanceAsync(30_000)).rejects.toThrow('mine');
    expect(other).toHaveBeenCalledTimes(2);
  });

  it('takes no more watches when it is disposed', () => {
    const watcher = createWatcher();
    count(watcher, directory.write('a', '1'));
    watcher[Symbol.dispose]();
    watcher[Symbol.dispose]();
    expect(() => watcher.watch(directory.at('a'), jest.fn())).toThrow('Cannot access a disposed object: FileWatcher.');
  });
});

describe('a FileWatcher without notifications', () => {
  it.each(['ENOSPC', 'EMFILE'])('looks at the files when the system says %s, says so once, and listens as soon as it can', async code => {
    notifier.failure = systemError(code);
    using watcher = createWatcher();
    const files = ['x/a', 'y/a'].map(name => count(watcher, directory.write(name, '1')));
    expect(degraded).toEqual([]);
    await time.advanceAsync(10);
    expect([degraded, watcher.isDegraded]).toEqual([[`${directory.at('x')}: ${code}: the system refuses`], true]);

    directory.write('x/a', 'longer');
    await time.advanceAsync(4_000);
    expect(files).toEqual([{ changes: 1 }, { changes: 0 }]);
    directory.write('y/a', 'longer');
    await time.advanceAsync(4_000);
    expect(files).toEqual([{ changes: 1 }, { changes: 1 }]);
    expect(degraded).toHaveLength(1);

    notifier.failure = undefined;
    await time.advanceAsync(4_000);
    expect([notifier.directories, watcher.isDegraded]).toEqual([[directory.at('x'), directory.at('y')], false]);
    const { attempts } = notifier;
    await time.advanceAsync(60_000);
    expect(notifier.attempts).toBe(attempts);
  });

  it('says it again when it happens again', async () => {
    using watcher = createWatcher();
    const file = count(watcher, directory.write('a', '1'));
    for (let loss = 1; loss <= 2; loss++) {
      notifier.lose(directory.path, systemError('EPERM'));
      await time.advanceAsync(10);
      expect([degraded.length, notifier.directories]).toEqual([loss, []]);
      directory.write('a', 'x'.repeat(loss + 1));
      await time.advanceAsync(4_000);
      expect([file.changes, notifier.directories]).toEqual([loss, [directory.path]]);
    }
  });

  it('does not listen again at once to what it lost at once', async () => {
    using watcher = createWatcher();
    count(watcher, directory.write('a', '1'));
    notifier.lose(directory.path, systemError('EPERM'));
    notifier.failure = undefined;
    await time.advanceAsync(10 + 3_999);
    expect(notifier.attempts).toBe(1);
    await time.advanceAsync(1);
    expect(notifier.attempts).toBe(2);
  });

  it('needs none where polling is wanted', async () => {
    using watcher = createWatcher({ usePolling: true, pollInterval: 100 });
    const file = count(watcher, directory.write('a', '1'));
    directory.write('a', 'longer');
    await time.advanceAsync(100);
    expect([file.changes, notifier.attempts, degraded, watcher.isDegraded]).toEqual([1, 0, [], false]);
  });

  it.each([
    ['1', 0],
    ['TRUE', 0],
    ['0', 1],
    ['', 1],
  ])('polls when DOTNET_USE_POLLING_FILE_WATCHER is %j', (value, attempts) => {
    const environment = jest.replaceProperty(process, 'env', { ...process.env, DOTNET_USE_POLLING_FILE_WATCHER: value });
    using watcher = new FileWatcher({ timeProvider: time, notifier });
    environment.restore();
    count(watcher, directory.write('a', '1'));
    expect(notifier.attempts).toBe(attempts);
  });

  it('tells once more of a change so young that another may have left the same times', async () => {
    const now = new Date();
    time = new FakeTimeProvider({ start: now });
    using watcher = createWatcher({ usePolling: true, pollInterval: 1_500 });
    const path = directory.write('a', '1');
    const file = count(watcher, path);
    directory.write('a', '2');
    // Written after the look, with the length and the time of before: only the age says that it may be another.
    utimesSync(path, now, now);
    await time.advanceAsync(1_500);
    expect(file.changes).toBe(1);
    await time.advanceAsync(1_500);
    expect(file.changes).toBe(2);
    await time.advanceAsync(15_000);
    expect(file.changes).toBe(2);
  });

  it('misses no directory that goes while it is about to listen', async () => {
    using watcher = createWatcher();
    const path = directory.write('x/a', '1');
    const listen = jest.spyOn(notifier, 'listen').mockImplementationOnce(() => {
      rmSync(directory.at('x'), { recursive: true });
      throw systemError('ENOENT');
    });
    const file = count(watcher, path);
    listen.mockRestore();
    expect([degraded, notifier.directories]).toEqual([[], [directory.path]]);
    writeFileSync(directory.at('x'), 'now a file');
    notifier.change(directory.path, 'x');
    await time.advanceAsync(10);
    expect(file.changes).toBe(1);
  });
});
