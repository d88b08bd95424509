import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { TimeProvider } from 'hostward';
import { addAuxiliaryBackchannelMonitor, IAuxiliaryBackchannelMonitor, IDirectoryWatcher } from 'hostward/backchannel';
import { createTestHost, FakeLogger, FakeTimeProvider } from 'hostward/testing';
import { type OrphanParts, removeOrphans } from '../../../src/backchannel/apphost/orphaned-sockets.js';
import { backchannelDirectories, computeAppHostId, SystemProcessTable } from '../../../src/backchannel/naming/index.js';
import { SystemDirectoryWatcher, SystemFileSystem, SystemSocketFactory } from '../../../src/backchannel/platform/index.js';
import { serveRpc } from '../../../src/backchannel/rpc/index.js';
import { eventually } from '../../support/eventually.js';
import { appHostIdentity, FakeMachine } from '../../support/fake-machine.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { ScratchHome } from '../../support/programs.js';
import { DefectScene } from './defect-scene.js';

const first = 'X7PRTlj8i5MK8KKHUZa.101';
/** Beyond what any system gives to a process. */
const deadPid = 2_147_483_646;

/** A monitor of the real machine whose clock stands still: whatever it sees, it was told. */
function realMonitor(home: ScratchHome) {
  const time = new FakeTimeProvider();
  const watched: string[] = [];
  const system = new SystemDirectoryWatcher();
  const watcher: IDirectoryWatcher = {
    watch(directory, callbacks) {
      const watch = system.watch(directory, callbacks);
      watched.push(basename(directory));
      return watch;
    },
  };
  const host = createTestHost(builder => {
    builder.services.addSingleton(TimeProvider, time).addSingleton(IDirectoryWatcher, watcher);
    addAuxiliaryBackchannelMonitor(builder.services, { homeDirectory: home.path, workingDirectory: home.path });
  });
  return { host, time, watched, monitor: host.services.getRequiredService(IAuxiliaryBackchannelMonitor) };
}

/** What an AppHost that starts looks at the sockets of earlier ones with. */
const realParts: OrphanParts = {
  files: new SystemFileSystem(),
  sockets: new SystemSocketFactory(),
  processes: new SystemProcessTable(),
  timeProvider: TimeProvider.system,
  logger: new FakeLogger(),
};

describe('known defects of the original, by their number in backchannel.md: files and processes', () => {
  expectNoLeaks();

  it('7: sees a new AppHost, and its end, by the notification of the system and not after a poll', async () => {
    await using home = await ScratchHome.create();
    const { host, time, watched, monitor } = realMonitor(home);
    await using _host = host;
    await host.start();
    await eventually('the watch', () => watched.includes('bch'));
    // What was looked at because the watch began is over with this.
    await monitor.scan();
    const path = join(home.socketDirectory, first);
    const answer = (stream: Parameters<typeof serveRpc>[0]) => void serveRpc(stream, appHostIdentity('/srv/app/apphost.ts', 101), { timeProvider: time });
    const listener = await new SystemSocketFactory().listen(path, answer);
    await eventually('the connection', () => monitor.connections.length === 1);
    await listener[Symbol.asyncDispose]();
    await eventually('the end', () => monitor.sockets.length === 0);
  });

  it('14: leaves files alone that are no sockets, whatever their names say, in a monitor and in an AppHost that starts', async () => {
    await using home = await ScratchHome.create();
    const { host, monitor } = realMonitor(home);
    await using _host = host;
    const path = join(home.path, 'apphost.ts');
    const id = await computeAppHostId(path);
    const [file, link, directory] = ['A', 'B', 'C'].map(instance => join(home.socketDirectory, `${id}AAAAAAA${instance}.${deadPid}`)) as [
      string,
      string,
      string,
    ];
    mkdirSync(home.socketDirectory, { recursive: true });
    writeFileSync(file, 'important');
    symlinkSync(file, link);
    mkdirSync(directory);
    await monitor.scan();
    expect(monitor.sockets.map(({ state, problem }) => [state, problem?.message])).toEqual(
      Array.from({ length: 3 }, () => ['foreign', 'The file is no socket.']),
    );
    await removeOrphans(backchannelDirectories(home.path), path, realParts);
    expect([readdirSync(home.socketDirectory), readFileSync(link, 'utf8')]).toEqual([[file, link, directory].map(each => basename(each)), 'important']);
  });

  it('15: connects to a socket whose process is of another PID namespace, and takes it from nobody', async () => {
    await using scene = new DefectScene();
    const { machine, monitor, time } = scene;
    const name = `${await computeAppHostId('/srv/app/apphost.ts')}AAAAAAAA.1`;
    const path = scene.addAppHost(name, '/srv/app/apphost.ts');
    machine.kill(1);
    await time.advanceAsync(60_000);
    await monitor.scan();
    expect(scene.connected).toEqual([name]);
    const parts = { files: machine, sockets: machine, processes: machine.processes, timeProvider: time, logger: new FakeLogger() };
    await removeOrphans(backchannelDirectories(FakeMachine.home), '/srv/app/apphost.ts', parts);
    expect(machine.has(path)).toBe(true);
  });

  it('16: wastes no time on a left socket whose process id has been given to another process since', async () => {
    await using scene = new DefectScene();
    const { machine, monitor, time } = scene;
    machine.add(first);
    await time.advanceAsync(60_000);
    machine.processes.start(101);
    expect(await scene.elapsed(monitor.scan())).toBe(0);
    expect(await scene.elapsed(monitor.scan())).toBe(0);
    expect(scene.states).toEqual([[first, 'orphaned', 'The process 101 that made the socket is gone.']]);
  });

  it('17: says once that it tries a left socket without a process id, however often it does, and tries it ever less often', async () => {
    await using scene = new DefectScene();
    const { host, machine, monitor, time } = scene;
    const path = machine.add('aux.sock.ca978112ca1bbdca', { createdAt: 1 }, FakeMachine.legacyDirectory);
    await scene.watch();
    await time.advanceAsync(600_000);
    for (let scan = 0; scan < 5; scan++) await monitor.scan();
    const spoken = host.logs.entries.filter(({ level, message }) => message.includes(path) && level !== 'debug' && level !== 'trace');
    expect(spoken.map(({ message }) => message)).toEqual([`Connecting to auxiliary socket: ${path}`]);
    expect(machine.connects.length).toBeGreaterThan(5);
    expect(machine.connects.length).toBeLessThan(80);
  });

  it('24: closes the directory of the sockets to others, and each socket', async () => {
    await using home = await ScratchHome.create();
    const { host, watched } = realMonitor(home);
    await using _host = host;
    mkdirSync(home.socketDirectory, { recursive: true });
    chmodSync(home.socketDirectory, 0o777);
    await host.start();
    await eventually('the watch', () => watched.includes('bch'));
    await using listener = await new SystemSocketFactory().listen(join(home.socketDirectory, first), stream => stream.destroy());
    expect([home.socketDirectory, listener.path].map(path => lstatSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  });

  it('24: connects to no socket of another user', async () => {
    await using scene = new DefectScene();
    const { machine, monitor, time } = scene;
    machine.change(scene.addAppHost(first), { isOurs: false });
    await scene.watch();
    await time.advanceAsync(600_000);
    await monitor.scan();
    expect(scene.states).toEqual([[first, 'foreign', 'The socket belongs to another user.']]);
    expect(machine.connects).toEqual([]);
  });

  // Only root can give a file to somebody else.
  (process.getuid?.() === 0 ? it : it.skip)('24: knows a socket of another user by its owner', async () => {
    await using home = await ScratchHome.create();
    const { host, monitor } = realMonitor(home);
    await using _host = host;
    mkdirSync(home.socketDirectory, { recursive: true, mode: 0o700 });
    const path = join(home.socketDirectory, first);
    let connections = 0;
    const server = createServer(stream => {
      connections++;
      stream.destroy();
    }).listen(path);
    try {
      await eventually('the socket', () => server.listening);
      chownSync(path, 65_534, 65_534);
      await monitor.scan();
      expect([connections, monitor.sockets.map(({ state }) => state)]).toEqual([0, ['foreign']]);
    } finally {
      await new Promise(resolve => server.close(resolve));
    }
  });

  it('25: takes an AppHost that is wrong about its own start for one that runs, and leaves its socket', async () => {
    await using scene = new DefectScene();
    const { machine, monitor, time } = scene;
    const wrong = { appHostPath: '/home/u/code/apphost.ts', processId: 101, startedAt: '1999-01-01T00:00:00Z', stableStartedAt: '1970-01-01T00:00:00.01Z' };
    const path = scene.addAppHost(first, undefined, { GetAppHostInformationAsync: { parameters: [], invoke: () => wrong } });
    await scene.watch();
    await monitor.scan();
    await time.advanceAsync(600_000);
    expect([scene.connected, machine.has(path), machine.removals]).toEqual([[first], true, []]);
  });

  it('26: neither signals nor removes anything when it looks, whoever has launched an AppHost and whatever became of him', async () => {
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    try {
      await using scene = new DefectScene();
      const { machine, monitor, time } = scene;
      const launched = { appHostPath: '/home/u/code/apphost.ts', processId: 101, startedAt: null, cliProcessId: 4_711, cliStartedAt: '1999-01-01T00:00:00Z' };
      scene.addAppHost(first, undefined, { GetAppHostInformationAsync: { parameters: [], invoke: () => launched } });
      const left = machine.add('Pd8lP5fXBFQAAAAAAAA.102');
      machine.kill(102);
      await scene.watch();
      await time.advanceAsync(600_000);
      await monitor.scan();
      expect(scene.states.map(([, state]) => state)).toEqual(['orphaned', 'connected']);
      expect({ removals: machine.removals, isThere: machine.has(left), kills: kill.mock.calls }).toEqual({ removals: [], isThere: true, kills: [] });
    } finally {
      kill.mockRestore();
    }
  });
});
