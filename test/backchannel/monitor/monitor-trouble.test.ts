import type { Duplex } from 'node:stream';
import type { WireLogEntry } from 'hostward/backchannel';
import { expectNoLeaks } from '../../support/leak-check.js';
import { DefectScene, namesOf } from './defect-scene.js';

const first = 'X7PRTlj8i5MK8KKHUZa.101';
const last = 'rXAFZXXlWxwAAAAAAAA.102';

describe('the monitor in trouble', () => {
  expectNoLeaks();

  it('notices a file that took the place of another under its name, although the old AppHost still answers on its connection', async () => {
    await using scene = new DefectScene();
    const { machine, monitor } = scene;
    scene.addAppHost(first, '/srv/old.ts');
    await scene.watch();
    await scene.settle(() => monitor.connections.length === 1);
    scene.addAppHost(first, '/srv/new.ts');
    await scene.settle(() => monitor.connections[0]?.appHostInfo?.appHostPath === '/srv/new.ts');
    await scene.settle(() => machine.openClients.size === 1);
  });

  it('notices the same within a minute when nothing reported it', async () => {
    await using scene = new DefectScene();
    const { machine, monitor, time } = scene;
    scene.addAppHost(first, '/srv/old.ts');
    await scene.watch();
    await scene.settle(() => monitor.connections.length === 1);
    machine.notifies = false;
    scene.addAppHost(first, '/srv/new.ts');
    await time.advanceAsync(60_000);
    await scene.settle(() => monitor.connections[0]?.appHostInfo?.appHostPath === '/srv/new.ts');
  });

  it('keeps the connection to a file that came in the place of another while that was tried again', async () => {
    await using scene = new DefectScene();
    const { machine, monitor, time } = scene;
    const path = machine.add(first, { peer: undefined });
    await scene.watch();
    await time.advanceAsync(20);
    expect(machine.connects.length).toBeGreaterThan(2);
    machine.notifies = false;
    scene.addAppHost(first);
    await time.advanceAsync(20);
    expect(monitor.connections).toHaveLength(1);
    const tries = machine.connects.length;
    await time.advanceAsync(120_000);
    expect(machine.connects.slice(tries)).toEqual([]);
    expect([...machine.openClients.values()]).toEqual([path]);
  });

  it('does not connect to the socket of another user that came in the place of one that was tried again', async () => {
    await using scene = new DefectScene();
    const { machine, time } = scene;
    machine.add(first, { peer: undefined });
    await scene.watch();
    await time.advanceAsync(20);
    expect(machine.connects.length).toBeGreaterThan(2);
    machine.notifies = false;
    machine.add(first, { isOurs: false, peer: () => undefined });
    await time.advanceAsync(20);
    expect({ states: scene.states, clients: machine.openClients.size }).toEqual({
      states: [[first, 'foreign', 'The socket belongs to another user.']],
      clients: 0,
    });
  });

  it('tries at once when something happens to the file of one that could not be reached', async () => {
    await using scene = new DefectScene({ retryDelay: 9_000 });
    const { machine, monitor } = scene;
    const path = scene.addAppHost(first);
    machine.change(path, { connectError: 'EACCES' });
    await scene.watch();
    await scene.settle(() => monitor.sockets[0]?.state === 'backingOff');
    expect(monitor.sockets[0]).toMatchObject({ failedAttempts: 1, problem: { message: expect.stringContaining('EACCES') } });
    machine.change(path, { connectError: undefined });
    machine.notify(path);
    await scene.settle(() => monitor.connections.length === 1);
    expect(monitor.sockets[0]).toMatchObject({ failedAttempts: 0, problem: undefined });
  });

  it('ends an attempt at its deadline also when the socket factory does not listen to its signal', async () => {
    await using scene = new DefectScene({ retryDelay: 60_000, maxRetryDelay: 60_000 });
    const { machine, monitor } = scene;
    const { connect } = machine;
    let answer = () => {};
    machine.connect = (path, signal) => new Promise((resolve, reject) => (answer = () => void connect.call(machine, path, signal).then(resolve, reject)));
    scene.addAppHost(first);
    expect(await scene.elapsed(monitor.scan())).toBe(3_000);
    expect(scene.states).toEqual([
      [first, 'backingOff', expect.stringMatching(/^It did not accept the connection: connecting to .* did not finish within 3000 ms\.$/)],
    ]);
    // What comes of it too late is nobody's.
    answer();
    await scene.settle(() => machine.openStreams.size === 0);
    expect(monitor.connections).toEqual([]);
  });

  it('limits the handshake alone where connections are made at once, and connecting when that has to be tried again', async () => {
    await using scene = new DefectScene({ retryDelay: 60_000, maxRetryDelay: 60_000 });
    const { machine, monitor, time } = scene;
    const { connect } = machine;
    const never = new AbortController().signal;
    Object.assign(machine, { connectsAtOnce: true, connect: (path: string, signal = never) => connect.call(machine, path, signal) });
    machine.add(first, { peer: () => undefined });
    expect(await scene.elapsed(monitor.scan())).toBe(5_000);
    const accepted = /^It accepted the connection, but the handshake on .* did not finish within 5000 ms\.$/;
    expect(scene.states).toEqual([[first, 'backingOff', expect.stringMatching(accepted)]]);

    let tries = 0;
    machine.connect = () => (++tries === 1 ? Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })) : new Promise(() => undefined));
    machine.add(last, { peer: () => undefined, createdAt: time.getUtcNowMilliseconds() });
    // One that is known to hang is not waited for again.
    expect(await scene.elapsed(monitor.scan())).toBe(3_000);
    const connecting = /^It did not accept the connection: connecting to .* did not finish within 3000 ms\.$/;
    expect(scene.states).toContainEqual([last, 'backingOff', expect.stringMatching(connecting)]);
    expect(tries).toBe(3);
  });

  it('connects all of a crowd, of which nobody is asked before 32 can be', async () => {
    await using scene = new DefectScene({ maxConcurrentAttempts: 1_024 });
    const { machine, monitor } = scene;
    const { connect } = machine;
    const streams: Duplex[] = [];
    let connectedAtFirstWrite: number | undefined;
    machine.connect = async (path, signal) => {
      const stream = await connect.call(machine, path, signal);
      streams.push(stream);
      const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
      stream.write = (...args: unknown[]) => {
        connectedAtFirstWrite ??= streams.filter(each => each.listenerCount('data') > 0).length;
        return write(...args);
      };
      return stream;
    };
    for (let pid = 1; pid <= 70; pid++) scene.addAppHost(`X7PRTlj8i5MAAAAAAAA.${pid}`);
    expect(await scene.elapsed(monitor.scan())).toBe(0);
    expect({ connected: monitor.connections.length, connectedAtFirstWrite }).toEqual({ connected: 70, connectedAtFirstWrite: 32 });
  });

  it('begins no more attempts at a time than it may, and yet is held up by none that hangs', async () => {
    await using scene = new DefectScene({ maxConcurrentAttempts: 2, attemptSlotTime: 100 });
    const { machine, monitor } = scene;
    for (const pid of [1, 2, 3, 4]) machine.add(`X7PRTlj8i5MAAAAAAAA.${pid}`, { peer: () => undefined });
    scene.addAppHost(last);
    const scan = monitor.scan();
    await scene.rest();
    expect(machine.connects).toHaveLength(2);
    await scene.time.advanceAsync(200);
    expect(scene.connected).toEqual([last]);
    await scene.elapsed(scan);
  });

  it('does not wait for one that hangs a second time, says meanwhile what went wrong, and takes it as soon as it answers', async () => {
    await using scene = new DefectScene();
    const { machine, monitor } = scene;
    const path = scene.addAppHost(last);
    machine.change(path, { peer: () => undefined });
    expect(await scene.elapsed(monitor.scan())).toBe(5_000);
    expect(await scene.elapsed(monitor.scan())).toBe(500);
    expect(scene.states).toEqual([[last, 'handshaking', expect.stringContaining('It accepted the connection, but')]]);
    await scene.time.advanceAsync(5_000);
    scene.listen(path);
    expect(await scene.elapsed(monitor.scan())).toBe(0);
    expect([scene.connected, monitor.sockets[0]?.problem]).toEqual([[last], undefined]);
  });

  it('shows its traffic to whoever asked for it', async () => {
    const entries: WireLogEntry[] = [];
    await using scene = new DefectScene({ wireLog: entry => entries.push(entry) });
    scene.addAppHost(first);
    await scene.monitor.scan();
    expect(JSON.stringify(entries)).toContain('GetAppHostInformationAsync');
  });

  it('says in its log what .NET says, at the same levels', async () => {
    await using scene = new DefectScene();
    const path = scene.addAppHost(first);
    await scene.watch();
    await scene.settle(() => scene.monitor.connections.length === 1);
    for (const stream of scene.machine.openStreams) stream.destroy();
    await scene.settle(() => scene.monitor.connections.length === 0);
    scene.machine.delete(path);
    await scene.settle(() => scene.monitor.sockets.length === 0);
    await scene.host.stop();
    const said = scene.host.logs.entries.filter(({ category }) => category === 'AuxiliaryBackchannelMonitor');
    expect(said.map(({ level, values }) => [level, ...values.map(([name]) => name)])).toEqual([
      ['debug', 'SocketPath'],
      ['information', 'SocketPath'],
      ['debug', 'Capabilities'],
      ['information', 'SocketPath', 'AppHostPath', 'AppHostPid', 'Hash', 'CliPid', 'InScope', 'SupportsV2'],
      ['information', 'SocketPath', 'Reason'],
      ['debug', 'SocketPath'],
      ['information'],
    ]);
  });

  it('goes on without watching, says so, and tells whoever asks, when the directory cannot be had', async () => {
    await using scene = new DefectScene();
    scene.machine.forbidden.add('/home/u/.aspire/cli/bch');
    await scene.host.start();
    await scene.rest();
    expect(scene.host.logs.entries.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual(['Error in auxiliary backchannel monitor']);
    await expect(scene.monitor.resolveSelected()).rejects.toMatchObject({ code: 'ERR_PRIVATE_DIRECTORY' });
  });

  it('says once that a directory cannot be read, keeps what it has, and goes on when it can be read again', async () => {
    await using scene = new DefectScene();
    const { machine, monitor, time } = scene;
    scene.addAppHost(first);
    await scene.watch();
    await scene.settle(() => monitor.connections.length === 1);
    machine.closed.add('/home/u/.aspire/cli/bch');
    await time.advanceAsync(20_000);
    expect(scene.connected).toEqual([first]);
    machine.closed.clear();
    await time.advanceAsync(5_000);
    expect(scene.host.logs.entries.filter(({ message }) => /Error processing|can be read again/.test(message)).map(({ level }) => level)).toEqual([
      'warning',
      'information',
    ]);
  });
});

describe('the options of the monitor', () => {
  it.each([
    [{ maxConcurrentAttempts: 0 }, 'MonitorOptions.maxConcurrentAttempts', 'a number of attempts from 1 on'],
    [{ retryJitter: 1.5 }, 'MonitorOptions.retryJitter', 'a number from 0 to 1'],
    [{ pollInterval: NaN }, 'MonitorOptions.pollInterval', 'a number of milliseconds from 1 to 4294967294'],
    [{ handshakeTimeout: 0 }, 'MonitorOptions.handshakeTimeout', 'a number of milliseconds from 1 to 4294967294, or -1'],
    [{ freshSocketGrace: -1 }, 'MonitorOptions.freshSocketGrace', 'a number of milliseconds from 0 to 4294967294'],
  ])('are refused when the monitor could not work with them: %j', (options, paramName, expected) => {
    const failure = expect.objectContaining({ code: 'ERR_OUT_OF_RANGE', paramName, message: expect.stringContaining(expected) });
    expect(() => new DefectScene(options)).toThrow(failure);
  });

  it.each([
    [{ homeDirectory: '' }, 'homeDirectory', "''"],
    [{ homeDirectory: 'home' }, 'homeDirectory', "'home'"],
    [{ workingDirectory: '../app' }, 'workingDirectory', "'../app'"],
  ])('are refused when they name a directory that depends on where the process is: %j', (options, paramName, found) => {
    const failure = expect.objectContaining({
      code: 'ERR_INVALID_ARGUMENT',
      paramName: `MonitorOptions.${paramName}`,
      message: expect.stringContaining(found),
    });
    expect(() => new DefectScene(options)).toThrow(failure);
  });
});

describe('the disposal of the monitor', () => {
  expectNoLeaks();

  it('ends watchConnections with an error, for nobody is to take that for the end of all AppHosts', async () => {
    await using scene = new DefectScene();
    const lists = scene.monitor.watchConnections()[Symbol.asyncIterator]();
    expect(namesOf((await lists.next()).value ?? [])).toEqual([]);
    const next = expect(lists.next()).rejects.toMatchObject({ code: 'ERR_OBJECT_DISPOSED' });
    await scene.host[Symbol.asyncDispose]();
    await next;
  });

  it('ends an attempt under way, and refuses every further call', async () => {
    await using scene = new DefectScene();
    const { monitor } = scene;
    scene.machine.add(first, { peer: () => undefined });
    const scan = monitor.scan();
    await scene.rest();
    await scene.host[Symbol.asyncDispose]();
    await scan;
    await expect(monitor.scan()).rejects.toMatchObject({ code: 'ERR_OBJECT_DISPOSED' });
    await expect(monitor.resolveSelected()).rejects.toMatchObject({ code: 'ERR_OBJECT_DISPOSED' });
    await expect(monitor.watchConnections()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ERR_OBJECT_DISPOSED' });
    expect(monitor.connections).toEqual([]);
  });
});
