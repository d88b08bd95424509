import { type ServiceProvider, TimeProvider } from 'hostward';
import {
  addAuxiliaryBackchannelMonitor,
  AuxiliaryBackchannelMonitor,
  IAuxiliaryBackchannelMonitor,
  ICommandSelection,
  type MonitorOptions,
  type IAppHostConnection,
  type SelectedCommand,
} from 'hostward/backchannel';
import { createTestHost, FakeTimeProvider, type TestHost } from 'hostward/testing';
import { IHostedService } from '../../../src/hosting/index.js';
import { appHostIdentity, FakeMachine } from '../../support/fake-machine.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { settle } from '../../support/settle.js';

const first = 'X7PRTlj8i5MK8KKHUZa.101';
const second = 'Pd8lP5fXBFQAAAAAAAA.102';
const appHostPath = '/home/u/code/apphost.ts';

interface Scene {
  readonly time: FakeTimeProvider;
  readonly machine: FakeMachine;
  readonly host: TestHost;
  readonly monitor: IAuxiliaryBackchannelMonitor;
}

function createScene(selection?: Promise<SelectedCommand>, options: Partial<MonitorOptions> = {}): Scene {
  const time = new FakeTimeProvider();
  const machine = new FakeMachine(time);
  const host = createTestHost(builder => {
    builder.services.addSingleton(TimeProvider, time);
    machine.register(builder.services);
    if (selection) builder.services.addSingleton(ICommandSelection, { commandSelected: selection });
    addAuxiliaryBackchannelMonitor(builder.services, { homeDirectory: FakeMachine.home, workingDirectory: '/home/u/code', retryJitter: 0, ...options });
  });
  return { time, machine, host, monitor: host.services.getRequiredService(IAuxiliaryBackchannelMonitor) };
}

const pathsOf = (connections: readonly IAppHostConnection[]) => connections.map(({ appHostInfo }) => appHostInfo?.appHostPath);
const statesOf = (monitor: IAuxiliaryBackchannelMonitor) => monitor.sockets.map(({ state, problem }) => [state, problem?.message]);

describe('the monitor', () => {
  expectNoLeaks();

  it('is one singleton: as hosted service, under its interface, under its class, and in the inversify container', async () => {
    const { host, monitor } = createScene();
    await using _host = host;
    const { services } = host;
    expect(services.getRequiredService(AuxiliaryBackchannelMonitor)).toBe(monitor);
    expect(services.getServices(IHostedService)).toEqual([monitor]);
    expect((services as ServiceProvider).container.get(IAuxiliaryBackchannelMonitor)).toBe(monitor);
  });

  it('connects to every AppHost that runs when it starts, without any time passing', async () => {
    const { host, machine, monitor, time } = createScene();
    await using _host = host;
    machine.addAppHost(first, appHostIdentity(appHostPath, 101));
    machine.addAppHost(second, appHostIdentity('/elsewhere/apphost.ts', 102));
    await host.start();
    await time.advanceAsync(0);
    await settle(time, () => monitor.connections.length === 2);
    expect(
      monitor.connections.map(({ appHostInfo, isInScope, appHostId, capabilities }) => [appHostInfo?.processId, isInScope, appHostId, capabilities.length]),
    ).toEqual([
      [102, false, 'Pd8lP5fXBFQ', 3],
      [101, true, 'X7PRTlj8i5M', 3],
    ]);
    expect(time.getUtcNowMilliseconds()).toBe(new FakeTimeProvider().getUtcNowMilliseconds());
  });

  it('sees an AppHost that appears, and one that goes, by notification', async () => {
    const { host, machine, monitor, time } = createScene();
    await using _host = host;
    await host.start();
    await settle(time, () => machine.watchCount > 0);
    const path = machine.addAppHost(first, appHostIdentity(appHostPath, 101));
    await settle(time, () => monitor.connections.length === 1);
    machine.delete(path);
    await settle(time, () => monitor.connections.length === 0);
    expect(monitor.sockets).toEqual([]);
    await settle(time, () => machine.openStreams.size === 0);
  });

  it('finds an AppHost at the next poll when the notification was lost', async () => {
    const { host, machine, monitor, time } = createScene();
    await using _host = host;
    await host.start();
    await settle(time, () => machine.watchCount > 0);
    machine.notifies = false;
    machine.addAppHost(first, appHostIdentity(appHostPath, 101));
    await time.advanceAsync(4_999);
    expect(monitor.connections).toEqual([]);
    await time.advanceAsync(1);
    await settle(time, () => monitor.connections.length === 1);
  });

  it('polls, and says so once, where directories cannot be watched; watches again as soon as it can', async () => {
    const { host, machine, monitor, time } = createScene();
    await using _host = host;
    machine.watchError = Object.assign(new Error('no inotify watches left'), { code: 'ENOSPC' });
    await host.start();
    await time.advanceAsync(20_000);
    expect(host.logs.entries.filter(({ level }) => level === 'warning').map(({ values }) => Object.fromEntries(values).Directory)).toEqual([
      FakeMachine.directory,
      '/home/u/.aspire/cli/backchannels',
    ]);
    machine.addAppHost(first, appHostIdentity(appHostPath, 101));
    await time.advanceAsync(500);
    await settle(time, () => monitor.connections.length === 1);
    machine.watchError = undefined;
    await time.advanceAsync(30_000);
    machine.addAppHost(second, appHostIdentity('/b', 102));
    await settle(time, () => monitor.connections.length === 2);
  });

  it('connects to a socket that vanished during the attempt and was made anew under the same name', async () => {
    const { host, machine, monitor } = createScene();
    await using _host = host;
    const path = machine.add(first, { isSocket: false });
    const inspect = machine.inspect.bind(machine);
    machine.inspect = async () => undefined;
    await monitor.scan();
    expect(statesOf(monitor)).toEqual([['gone', undefined]]);
    machine.inspect = inspect;
    machine.delete(path);
    machine.addAppHost(first, appHostIdentity(appHostPath, 101));
    await monitor.scan();
    expect(pathsOf(monitor.connections)).toEqual([appHostPath]);
  });

  it('connects again after the connection was lost while file and process live', async () => {
    const { host, machine, monitor, time } = createScene();
    await using _host = host;
    machine.addAppHost(first, appHostIdentity(appHostPath, 101));
    await host.start();
    await settle(time, () => monitor.connections.length === 1);
    const [lost] = monitor.connections;
    for (const stream of machine.openStreams) stream.destroy();
    // In memory the next connection may be there in the same turn.
    await settle(time, () => monitor.connections[0] !== lost);
    await time.advanceAsync(100);
    await settle(time, () => monitor.connections.length === 1);
    expect(monitor.connections).not.toContain(lost);
  });

  it('gives up on a handshake that nobody answers, and delays nobody else by it', async () => {
    const { host, machine, monitor, time } = createScene();
    await using _host = host;
    machine.add(first, { peer: () => undefined });
    machine.addAppHost(second, appHostIdentity(appHostPath, 102));
    await host.start();
    await settle(time, () => monitor.connections.length === 1);
    expect(statesOf(monitor)).toEqual([
      ['connected', undefined],
      ['handshaking', undefined],
    ]);
    await time.advanceAsync(5_000);
    expect(statesOf(monitor)[1]).toEqual([
      'backingOff',
      expect.stringMatching(/^It accepted the connection, but the handshake on .*\.101 did not finish within 5000 ms\.$/),
    ]);
    expect(pathsOf(monitor.connections)).toEqual([appHostPath]);
  });

  it('tries a failing AppHost again, ever less often', async () => {
    const { host, machine, time } = createScene();
    await using _host = host;
    machine.add(first, { peer: stream => stream.destroy(), createdAt: 0 });
    await host.start();
    await settle(time, () => machine.connects.length === 1);
    await time.advanceAsync(10_000);
    const early = machine.connects.length;
    await time.advanceAsync(60_000);
    // 100, 200, 400 … ms: seven attempts in the first ten seconds, then one every ten.
    expect([early, machine.connects.length - early]).toEqual([7, 6]);
  });

  it.each([
    ['a regular file', { isSocket: false }, 'foreign', 'The file is no socket.'],
    ['a socket of another user', { isOurs: false }, 'foreign', 'The socket belongs to another user.'],
    ['a dead socket', { createdAt: 0 }, 'backingOff', 'It refuses connections: nobody listens on the socket any more.'],
  ])('leaves %s alone and says what it is', async (_what, facts, state, problem) => {
    const { host, machine, monitor } = createScene();
    await using _host = host;
    const path = machine.add(first, facts);
    await monitor.scan();
    expect(statesOf(monitor)).toEqual([[state, problem]]);
    expect(machine.has(path)).toBe(true);
  });

  it('takes a socket that nobody listens on, and whose process is gone, for orphaned, and does not delete it', async () => {
    const { host, machine, monitor } = createScene();
    await using _host = host;
    const path = machine.add(first, { createdAt: 1 });
    machine.kill(101);
    await monitor.scan();
    expect(statesOf(monitor)).toEqual([['orphaned', 'The process 101 that made the socket is gone.']]);
    expect([machine.has(path), machine.connects]).toEqual([true, [path]]);
  });

  it('connects to an AppHost whose process is not to be seen from here, as in another container', async () => {
    const { host, machine, monitor } = createScene();
    await using _host = host;
    machine.addAppHost(first, appHostIdentity(appHostPath, 101));
    machine.kill(101);
    await monitor.scan();
    expect(pathsOf(monitor.connections)).toEqual([appHostPath]);
  });

  it('gives a socket that was just made the time between bind and listen', async () => {
    const { host, machine, monitor, time } = createScene();
    await using _host = host;
    machine.add(first);
    const scan = monitor.scan();
    await settle(time, () => machine.connects.length === 1);
    machine.addAppHost(first, appHostIdentity(appHostPath, 101));
    await time.advanceAsync(100);
    await scan;
    expect(pathsOf(monitor.connections)).toEqual([appHostPath]);
  });

  it('has patience with it for half a second, and no longer', async () => {
    const { host, machine, monitor, time } = createScene();
    await using _host = host;
    machine.add(first);
    let isOver = false;
    const scan = monitor.scan().then(() => (isOver = true));
    await time.advanceAsync(500);
    expect(isOver).toBe(false);
    await time.advanceAsync(1);
    await settle(time, () => isOver);
    await scan;
    expect(statesOf(monitor)).toEqual([['backingOff', 'It refuses connections: nobody listens on the socket any more.']]);
  });

  it('ignores names that no AppHost gives', async () => {
    const { host, machine, monitor } = createScene();
    await using _host = host;
    for (const name of ['cP0w28wUJ', 'readme.txt', 'X7PRTlj8i5MK8KKHUZa.not-a-pid']) machine.add(name);
    await monitor.scan();
    expect(monitor.sockets).toEqual([]);
  });

  it('waits in a scan for attempts that others began', async () => {
    const { host, machine, monitor, time } = createScene();
    await using _host = host;
    let answer: (() => void) | undefined;
    machine.addAppHost(first, {
      ...appHostIdentity(appHostPath, 101),
      GetAppHostInformationAsync: { parameters: [], invoke: () => new Promise(resolve => (answer = () => resolve({ appHostPath, processId: 101 }))) },
    });
    const scans = [monitor.scan(), monitor.scan()];
    await settle(time, () => answer !== undefined);
    answer?.();
    await scans[1];
    expect(pathsOf(monitor.connections)).toEqual([appHostPath]);
    await scans[0];
  });

  it('ends a scan when its signal fires', async () => {
    const { host, machine, monitor, time } = createScene();
    await using _host = host;
    machine.add(first, { peer: () => undefined });
    const caller = new AbortController();
    const scan = monitor.scan(caller.signal);
    await settle(time, () => machine.connects.length === 1);
    caller.abort();
    await expect(scan).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('says why a directory cannot be read', async () => {
    const { host, machine, monitor } = createScene();
    await using _host = host;
    machine.forbidden.add(FakeMachine.directory);
    await expect(monitor.scan()).rejects.toMatchObject({
      code: 'ERR_PRIVATE_DIRECTORY',
      path: FakeMachine.directory,
      message: expect.stringContaining('EACCES'),
    });
  });
});

describe('watchConnections', () => {
  expectNoLeaks();

  it('gives the list at once and after every change, several changes as one', async () => {
    const { host, machine, monitor, time } = createScene(new Promise(() => undefined));
    await using _host = host;
    const lists = monitor.watchConnections()[Symbol.asyncIterator]();
    expect((await lists.next()).value).toEqual([]);
    machine.addAppHost(first, appHostIdentity(appHostPath, 101));
    machine.addAppHost(second, appHostIdentity('/b', 102));
    await settle(time, () => monitor.connections.length === 2);
    expect(pathsOf((await lists.next()).value ?? [])).toEqual(['/b', appHostPath]);
    await lists.return?.();
    expect(machine.watchCount).toBe(0);
  });

  it('throws when watching is impossible', async () => {
    const { host, machine, monitor } = createScene(new Promise(() => undefined));
    await using _host = host;
    machine.forbidden.add(FakeMachine.directory);
    const lists = monitor.watchConnections()[Symbol.asyncIterator]();
    await lists.next();
    await expect(lists.next()).rejects.toMatchObject({ code: 'ERR_PRIVATE_DIRECTORY' });
  });

  it('ends when the signal fires', async () => {
    const { host, monitor } = createScene(new Promise(() => undefined));
    await using _host = host;
    const caller = new AbortController();
    const lists: unknown[] = [];
    for await (const list of monitor.watchConnections(caller.signal)) {
      lists.push(list);
      caller.abort();
    }
    expect(lists).toEqual([[]]);
  });
});

describe('the monitor as a hosted service', () => {
  expectNoLeaks();

  it('watches when the command wants it', async () => {
    const { host, machine, time } = createScene(Promise.resolve({ name: 'mcp start', watchesAppHosts: true }));
    await using _host = host;
    await host.start();
    await settle(time, () => machine.watchCount > 0);
    expect(host.logs.entries.find(({ category }) => category === 'AuxiliaryBackchannelMonitor')).toMatchObject({
      level: 'information',
      values: [['CommandType', 'mcp start']],
    });
    await host.stop();
    expect([machine.watchCount, time.pendingTimers]).toEqual([0, []]);
  });

  it('does not watch for a command that does not want it', async () => {
    const { host, machine, time } = createScene(Promise.resolve({ name: 'ps', watchesAppHosts: false }));
    await using _host = host;
    await host.start();
    await time.advanceAsync(60_000);
    expect([machine.watchCount, time.pendingTimers]).toEqual([0, []]);
  });

  it('waits for the command for one second of the clock, and watches when one that wants it comes later', async () => {
    let select: ((command: SelectedCommand) => void) | undefined;
    const { host, machine, time } = createScene(new Promise(resolve => (select = resolve)));
    await using _host = host;
    await host.start();
    await time.advanceAsync(999);
    expect(time.pendingTimers).toEqual([{ dueIn: 1, period: 0 }]);
    await time.advanceAsync(10_000);
    expect([machine.watchCount, time.pendingTimers]).toEqual([0, []]);
    select?.({ name: 'mcp start', watchesAppHosts: true });
    await settle(time, () => machine.watchCount > 0);
  });

  it('closes every connection when the host is disposed', async () => {
    const { host, machine, monitor, time } = createScene();
    machine.addAppHost(first, appHostIdentity(appHostPath, 101));
    await host.start();
    await settle(time, () => monitor.connections.length === 1);
    await host[Symbol.asyncDispose]();
    await settle(time, () => machine.openStreams.size === 0);
    expect([monitor.connections, time.pendingTimers]).toEqual([[], []]);
  });
});
