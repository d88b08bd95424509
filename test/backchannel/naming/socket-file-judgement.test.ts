import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import {
  isMakerRunning,
  type IProcessTable,
  judgeSocketFile,
  reachOf,
  type SocketFileFacts,
  type SocketFileJudgement,
  SystemProcessTable,
} from '../../../src/backchannel/naming/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

expectNoLeaks();

const orphan: SocketFileFacts = {
  isSocket: true,
  isOurs: true,
  processId: 42,
  isMakerRunning: false,
  connection: 'refused',
  reach: 'thisComputer',
  age: 60_000,
};

describe('judgeSocketFile', () => {
  it('takes a socket of this user for an orphan when its process is gone and nobody listens', () => {
    expect(judgeSocketFile(orphan)).toBe('orphan');
    expect(judgeSocketFile({ ...orphan, reach: 'unknown', age: NaN })).toBe('orphan');
  });

  it.each<[string, Partial<SocketFileFacts>, SocketFileJudgement]>([
    ['a file that is no socket (defect 14)', { isSocket: false }, 'noSocket'],
    ['a socket of another user (defect 14)', { isOurs: false }, 'notOurs'],
    ['a socket on which somebody listens whose process cannot be seen from here (defect 15)', { connection: 'accepted' }, 'accepts'],
    ['a socket on a file system that other computers have in common (defect 15)', { reach: 'others' }, 'sharedFileSystem'],
    ['a socket whose process runs', { isMakerRunning: true }, 'makerRuns'],
    ['a socket of whose process id nobody knows who has it now (defect 16)', { isMakerRunning: undefined }, 'makerUnknown'],
    ['a socket without a process id, however long it refuses (defect 17)', { processId: undefined, age: 1e12 }, 'noProcessId'],
    ['a socket that neither accepts nor refuses', { connection: 'noAnswer' }, 'noAnswer'],
    ['a socket that may not have begun to listen', { age: 499 }, 'justMade'],
    ['a socket that was made this moment', { age: 0 }, 'justMade'],
  ])('never takes for one: %s', (_what, facts, expected) => {
    expect(judgeSocketFile({ ...orphan, ...facts })).toBe(expected);
  });

  it('has it tried only when nothing speaks against it', () => {
    const untried = { ...orphan, connection: 'untried' } as const;
    expect(judgeSocketFile(untried)).toBe('untried');
    const others: Partial<SocketFileFacts>[] = [
      { isSocket: false },
      { isOurs: false },
      { processId: undefined },
      { isMakerRunning: true },
      { reach: 'others' },
      { age: 0 },
    ];
    for (const facts of others) expect(judgeSocketFile({ ...untried, ...facts })).not.toBe('untried');
  });

  it('does not wait for a socket of half a second, or one from the future of a clock that was set back', () => {
    for (const age of [500, -1, -1e9]) expect(judgeSocketFile({ ...orphan, age })).toBe('orphan');
  });

  it('takes nothing for an orphan but what has all seven marks', () => {
    const values = {
      isSocket: [true, false],
      isOurs: [true, false],
      processId: [42, undefined],
      isMakerRunning: [false, true, undefined],
      connection: ['refused', 'accepted', 'noAnswer', 'untried'],
      reach: ['thisComputer', 'others', 'unknown'],
      age: [60_000, 10, NaN],
    } as const;
    let all: SocketFileFacts[] = [orphan];
    for (const [name, choices] of Object.entries(values)) all = all.flatMap(facts => choices.map(choice => ({ ...facts, [name]: choice })));
    expect(all).toHaveLength(2 * 2 * 2 * 3 * 4 * 3 * 3);
    const isOrphan = ({ isSocket, isOurs, processId, isMakerRunning: runs, connection, reach, age }: SocketFileFacts) =>
      isSocket && isOurs && processId === 42 && runs === false && connection === 'refused' && reach !== 'others' && age !== 10;
    expect(all.filter(facts => judgeSocketFile(facts) === 'orphan')).toEqual(all.filter(isOrphan));
  });
});

describe('isMakerRunning', () => {
  const startedAt = '2026-01-01T12:00:00.000Z';
  const start = Date.parse(startedAt);
  const table = (time?: string): IProcessTable => ({ isAlive: pid => pid === 7, timesOf: () => (time === undefined ? {} : { startedAt: time }) });

  it.each([
    ['there is no process with the id', 8, start + 1000, startedAt, false],
    ['the process is older than the file', 7, start + 1, startedAt, true],
    ['the process was started long after the file was made, so that it only has the same id (defect 16)', 7, start - 2001, startedAt, false],
    ['the process was started at about the same time', 7, start - 2000, startedAt, undefined],
    ['nobody knows when the process was started', 7, start, undefined, undefined],
    ['nobody knows when the file was made', 7, 0, startedAt, undefined],
  ])('when %s', (_what, pid, createdAt, time, expected) => {
    expect(isMakerRunning(pid, createdAt, table(time))).toBe(expected);
  });

  it('knows a real socket’s process from one that got its id later', async () => {
    using folder = new TemporaryFolder();
    const path = folder.at('socket');
    const child = spawn(process.execPath, ['-e', `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('listening'))`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = child.pid as number;
    const system = new SystemProcessTable();
    let createdAt: number;
    try {
      await once(child.stdout, 'data');
      createdAt = statSync(path).birthtimeMs;
      const olderFile = createdAt - 3_600_000;
      const onLinux = process.platform === 'linux' && createdAt > 0;
      // A start of a process is known to a second: right after it the file may seem to be the older one.
      expect(isMakerRunning(pid, createdAt + 5_000, system)).toBe(onLinux ? true : undefined);
      expect(isMakerRunning(pid, createdAt, system)).not.toBe(false);
      expect(isMakerRunning(pid, olderFile, system)).toBe(onLinux ? false : undefined);
    } finally {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    expect(existsSync(path)).toBe(true);
    expect(isMakerRunning(pid, createdAt, system)).toBe(false);
    const [error] = (await once(connect({ path }), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});

const withNamespaces = spawnSync('unshare', ['--pid', '--net', '--fork', '--kill-child', 'true']).status === 0 ? describe : describe.skip;

withNamespaces('a socket of another PID namespace (defect 15)', () => {
  it('accepts connections although no process here has its id, and refuses them when its process is gone', async () => {
    using folder = new TemporaryFolder();
    const path = folder.at('socket');
    const script = `require('net').createServer(s => s.end()).listen(${JSON.stringify(path)}, () => console.log(process.pid))`;
    const child = spawn('unshare', ['--pid', '--net', '--fork', '--kill-child', process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(child.stdout, 'close');
    try {
      const [output] = (await once(child.stdout, 'data')) as [Buffer];
      // The first process of its namespace; here that is another one.
      expect(String(output).trim()).toBe('1');
      const stream = connect({ path });
      await once(stream, 'connect');
      stream.destroy();
      expect(judgeSocketFile({ ...orphan, connection: 'accepted', reach: reachOf(folder.path) })).toBe('accepts');
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    const [error] = (await once(connect({ path }), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});

describe('reachOf', () => {
  it.each([
    ['ext4', 0xef53, 'thisComputer'],
    ['tmpfs', 0x01021994, 'thisComputer'],
    ['overlayfs', 0x794c7630, 'thisComputer'],
    ['btrfs', 0x9123683e, 'thisComputer'],
    ['xfs', 0x58465342, 'thisComputer'],
    ['zfs', 0x2fc12fc1, 'thisComputer'],
    ['nfs', 0x6969, 'others'],
    ['9p, as in WSL', 0x01021997, 'others'],
    ['cifs', 0xff534d42, 'others'],
    ['cifs with a sign', 0xff534d42 | 0, 'others'],
    ['fuse', 0x65735546, 'others'],
  ])('of %s', (_what, type, expected) => {
    expect(reachOf('/anywhere', 'linux', () => ({ type }))).toBe(expected);
  });

  it('is not known elsewhere, and of what cannot be asked', () => {
    const failing = () => {
      throw new Error('EACCES');
    };
    expect([
      reachOf('/', 'darwin'),
      reachOf('/', 'win32'),
      reachOf('/', 'linux', failing),
      reachOf('/no/such/directory', 'linux'),
      reachOf('a\0b', 'linux'),
    ]).toEqual(Array.from({ length: 5 }, () => 'unknown'));
  });

  it('is this computer’s, of its /proc', () => {
    if (process.platform === 'linux') expect(reachOf('/proc')).toBe('thisComputer');
  });
});
