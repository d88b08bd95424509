import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { outputOfBundled } from '../../support/bundled-program.js';
import { expectNoLeaks } from '../../support/leak-check.js';

/** A user of its own, whose limits it may set without any privilege. */
const newUser = ['unshare', '--user', '--map-root-user'];
const canLimit = spawnSync('unshare', [...newUser.slice(1), 'sh', '-c', 'echo 0 > /proc/sys/user/max_inotify_watches']).status === 0;
const withLimits = canLimit ? describe : describe.skip;

/** Sets the limit to nothing, watches, makes an entry, lifts the limit, makes another. */
function program(limit: string): string {
  const source = (path: string) => JSON.stringify(resolve('src', path));
  return `
    import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { SocketDirectoryWatch } from ${source('backchannel/monitor/socket-directory-watch.ts')};
    import { SystemDirectoryWatcher } from ${source('backchannel/platform/directory-watcher.ts')};
    import { TimeProvider } from ${source('hosting/time/index.ts')};

    const setLimit = text => writeFileSync('/proc/sys/user/${limit}', text);
    const folder = mkdtempSync(tmpdir() + '/hostward-test-');
    const directory = folder + '/bch';
    mkdirSync(directory);
    let looks = 0;
    const names = new Set();
    const words = [];
    // The watch keeps no process alive.
    const alive = setTimeout(() => end('too late'), 20_000);
    function end(word) {
      clearTimeout(alive);
      watch[Symbol.dispose]();
      rmSync(folder, { recursive: true });
      console.log(JSON.stringify([...words, word]));
    }

    setLimit('0');
    const watch = new SocketDirectoryWatch({
      directories: [directory, folder + '/backchannels'],
      watcher: new SystemDirectoryWatcher(),
      timeProvider: TimeProvider.system,
      pollInterval: 15_000,
      unwatchedPollInterval: 20,
      rewatchInterval: 100,
      onDegraded: (where, error) => words.push([where.slice(folder.length), 'degraded', error.code]),
      onChange: change => {
        if (change?.name === 'second') return end([change.directory.slice(folder.length), 'names']);
        if (change) words.push('named ' + change.name);
        // Long enough for several attempts.
        if (++looks === 50) setLimit('100');
      },
      onRestored: where => {
        words.push([where.slice(folder.length), 'restored']);
        writeFileSync(directory + '/second', '');
      },
    });
    writeFileSync(directory + '/first', '');
  `;
}

withLimits('where the limit of inotify is really reached', () => {
  expectNoLeaks();

  it.each([
    ['watches', 'max_inotify_watches', 'ENOSPC'],
    ['instances', 'max_inotify_instances', 'EMFILE'],
  ])('a SocketDirectoryWatch gets on without any %s, says so once, and has its notifications as soon as it may', async (_, limit, code) => {
    const { stdout, stderr } = await outputOfBundled(`exhausted-${limit}`, program(limit), {}, newUser);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      ['/bch', 'degraded', code],
      ['/bch', 'restored'],
      ['/bch', 'names'],
    ]);
  });
});
