import { AppHost, type AppHostConnectError, type IFileSystem } from 'hostward/backchannel';
import { computeAppHostId, computeLegacyHash } from '../../../src/backchannel/naming/index.js';
import { Deferred } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { FakeMachine } from '../../support/fake-machine.js';
import { AppHostScene, FakeApp, fakePath, fakeSocket, loadClient } from './app-host-scene.js';

/** Another AppHost than that of the scene. */
function stranger(information: Record<string, unknown>): FakeApp {
  const app = new FakeApp();
  app.information = { ...app.information, ...information };
  return app;
}

describe('AppHost.connect', () => {
  expectNoLeaks();
  let scene: AppHostScene;
  beforeAll(loadClient);
  beforeEach(() => {
    scene = new AppHostScene();
  });
  afterEach(() => scene.expectReleased());

  it('finds an AppHost by its file, and touches no other socket', async () => {
    scene.start('X7PRTlj8i5MAAAAAAAA.77', stranger({ appHostPath: '/srv/other/apphost.ts', processId: 77 }));
    const path = scene.start();
    await using appHost = await scene.connect();
    expect({ path: appHost.path, processId: appHost.processId, socketPath: appHost.socketPath, connects: scene.machine.connects }).toEqual({
      path: fakePath,
      processId: 4711,
      socketPath: path,
      connects: [path],
    });
    expect(fakeSocket.startsWith(await computeAppHostId(fakePath))).toBe(true);
  });

  it.each([
    ['13.2', async () => `auxi.sock.${await computeLegacyHash(fakePath)}.0123456789ab.4711`],
    ['13.1', async () => 'aux.sock.907d4f2c11639148'],
  ])('finds one of Aspire %s in the older directory', async (_version, name) => {
    const started = new FakeApp();
    scene.processes.times.set(4711, {});
    const { serveRpc } = await import('../../../src/backchannel/rpc/index.js');
    const peer = (stream: any) => void serveRpc(stream, started.methods, { timeProvider: scene.time });
    const path = scene.machine.add(await name(), { peer }, FakeMachine.legacyDirectory);
    await using appHost = await scene.connect();
    expect(appHost.socketPath).toBe(path);
  });

  it('finds one whose socket has another name by the path that it says', async () => {
    scene.start('X7PRTlj8i5MAAAAAAAA.4711');
    await using appHost = await scene.connect();
    expect(appHost.path).toBe(fakePath);
  });

  it.each([{ pid: 4711 }, { pid: 99 }])('finds one by its process, and by that of the CLI that launched it: %j', async target => {
    scene.app.information = { ...scene.app.information, cliProcessId: 99 };
    scene.processes.times.set(99, {});
    scene.start();
    await using appHost = await scene.connect(target);
    expect(appHost.processId).toBe(4711);
  });

  it('takes the only AppHost below a directory', async () => {
    scene.start('X7PRTlj8i5MAAAAAAAA.77', stranger({ appHostPath: '/srv/other/apphost.ts', processId: 77 }));
    scene.start();
    await using appHost = await scene.connect({ directory: '/srv/app' });
    expect(appHost.path).toBe(fakePath);
  });

  it('does not choose between several AppHosts below a directory', async () => {
    scene.start('X7PRTlj8i5MAAAAAAAA.77', stranger({ appHostPath: '/srv/other/apphost.ts', processId: 77 }));
    scene.start();
    const { error } = await scene.failureOf(scene.connecting({ directory: '/srv' }));
    expect(error).toMatchObject({ code: 'ERR_APP_HOST_CONNECT', reason: 'ambiguous' });
    expect(error.message).toContain("'/srv/other/apphost.ts'");
    expect(error.message).toContain(`'${fakePath}'`);
  });

  it('takes that of several instances which was started last', async () => {
    const [id] = fakeSocket.split('.');
    for (const [pid, startedAt] of Object.entries({ 5: '2026-01-02T10:00:00Z', 6: '2026-01-02T12:00:00Z', 7: '2026-01-02T11:00:00Z' }))
      scene.start(`${id}.${pid}`, stranger({ processId: Number(pid), startedAt }));
    await using appHost = await scene.connect();
    expect(appHost.processId).toBe(6);
  });

  it('goes by the age of the sockets where AppHosts do not say when they started', async () => {
    const [id] = fakeSocket.split('.');
    for (const pid of [6, 5]) {
      scene.start(`${id}.${pid}`, stranger({ processId: pid, startedAt: null }));
      await scene.time.advanceAsync(1000);
    }
    await using appHost = await scene.connect();
    expect(appHost.processId).toBe(5);
  });

  it('waits for one second for an instance that does not answer', async () => {
    const [id] = fakeSocket.split('.');
    scene.start();
    scene.machine.add(`${id}.6`, { peer: () => undefined });
    scene.processes.times.set(6, {});
    const began = scene.time.getTimestamp();
    await using appHost = await scene.connect();
    expect([appHost.processId, scene.time.getElapsedMilliseconds(began)]).toEqual([4711, 1000]);
  });

  it.each([true, false])('waits for one that is only starting (told of it: %s)', async notifies => {
    scene.machine.notifies = notifies;
    const connecting = scene.connecting();
    await scene.time.advanceAsync(20_000);
    scene.start();
    const began = scene.time.getTimestamp();
    await using appHost = await scene.play(connecting);
    expect(appHost.processId).toBe(4711);
    expect(scene.time.getElapsedMilliseconds(began)).toBeLessThanOrEqual(notifies ? 0 : 1000);
  });

  it('tries again at a socket that refuses at first', async () => {
    scene.machine.add(fakeSocket);
    scene.processes.times.set(4711, {});
    const connecting = scene.connecting();
    await scene.time.advanceAsync(5_000);
    scene.start();
    await using appHost = await scene.play(connecting);
    expect(appHost.processId).toBe(4711);
  });

  it('says what it looked for, where, and what was there instead', async () => {
    scene.start('X7PRTlj8i5MAAAAAAAA.77', stranger({ appHostPath: '/srv/other/apphost.ts', processId: 77 }));
    scene.machine.add(`${fakeSocket.split('.')[0]}.5`, { isOurs: false });
    scene.machine.add(`${fakeSocket.split('.')[0]}.6`, { isSocket: false });
    scene.machine.add(`${fakeSocket.split('.')[0]}.7`);
    scene.processes.times.set(77, {});
    const { error, elapsed } = await scene.failureOf(scene.connecting({ path: fakePath }, { timeout: 3000 }));
    expect(elapsed).toBe(3000);
    const { reason, directories, found } = error as AppHostConnectError;
    const states = Object.fromEntries(found.map(({ processId, state, appHostPath }) => [processId, [state, appHostPath]]));
    expect({ reason, directories, states }).toEqual({
      reason: 'notFound',
      directories: [FakeMachine.directory, FakeMachine.legacyDirectory],
      states: { 77: ['connected', '/srv/other/apphost.ts'], 5: ['foreign', undefined], 6: ['foreign', undefined], 7: ['orphaned', undefined] },
    });
    expect(scene.machine.connects.filter(path => /\.[56]$/.test(path))).toEqual([]);
    for (const part of [fakePath, '3000 ms', FakeMachine.directory, "connected, '/srv/other/apphost.ts'", 'belongs to another user', 'The process 7'])
      expect(error.message).toContain(part);
  });

  it('shows no more sockets than anybody reads', async () => {
    for (let pid = 1; pid <= 40; pid++) scene.machine.add(`X7PRTlj8i5MAAAAAAAA.${pid}`, { isSocket: false });
    const { error } = await scene.failureOf(scene.connecting(undefined, { timeout: 500 }));
    expect([error.found.length, error.message.split('\n').length, error.message.includes('… and 30 more')]).toEqual([40, 12, true]);
  });

  it('gives up at once when the process that was meant has ended', async () => {
    scene.processes.times.set(4711, {});
    const connecting = scene.failureOf(AppHost.connect({ pid: 4711 }, scene.options));
    setImmediate(() => scene.processes.times.delete(4711));
    const { error, elapsed } = await connecting;
    expect(error).toMatchObject({ code: 'ERR_APP_HOST_CONNECT', reason: 'processEnded' });
    expect(elapsed).toBeLessThanOrEqual(1000);
  });

  it('is not held up by an AppHost that accepts and says nothing', async () => {
    scene.machine.add('X7PRTlj8i5MAAAAAAAA.77', { peer: () => undefined });
    scene.processes.times.set(77, {});
    const { error, elapsed } = await scene.failureOf(scene.connecting(undefined, { timeout: 2000 }));
    expect([error.reason, elapsed]).toEqual(['notFound', 2000]);
  });

  it('ends by its signal', async () => {
    const giveUp = new AbortController();
    const connecting = scene.failureOf(AppHost.connect({ path: fakePath }, { ...scene.options, signal: giveUp.signal }));
    setImmediate(() => giveUp.abort('enough'));
    expect((await connecting).error).toMatchObject({ name: 'AbortError', cause: 'enough' });
  });

  it('connects to nothing any more when it has ended while a directory was read', async () => {
    const read = new Deferred<void>();
    scene.start();
    const { machine } = scene;
    const files: IFileSystem = {
      list: async directory => {
        await read.promise;
        return machine.list(directory);
      },
      inspect: path => machine.inspect(path),
      remove: path => machine.remove(path),
      ensurePrivateDirectory: path => machine.ensurePrivateDirectory(path),
    };
    const { error } = await scene.failureOf(scene.connecting(undefined, { files, timeout: 1000 }));
    read.resolve();
    for (let turn = 0; turn < 20; turn++) await scene.time.advanceAsync(0);
    expect([error.reason, scene.machine.connects]).toEqual(['notFound', []]);
  });

  it('says so when the directory cannot be read', async () => {
    scene.machine.forbidden.add(FakeMachine.directory);
    expect((await scene.failureOf(scene.connecting())).error).toMatchObject({ code: 'ERR_PRIVATE_DIRECTORY' });
  });

  it.each([{}, { path: '' }, { path: 'a', pid: 1 }, { directory: 'a\0b' }, null])('refuses the target %j', async target => {
    expect((await scene.failureOf(AppHost.connect(target as any, scene.options))).error).toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
  });

  it.each([
    [{ pid: 0 }, {}],
    [{ pid: 1.5 }, {}],
    [{ path: fakePath }, { timeout: 0 }],
    [{ path: fakePath }, { timeout: NaN }],
    [{ path: fakePath }, { timeout: -2 }],
  ])('refuses the numbers of %j %j', async (target, options) => {
    expect((await scene.failureOf(AppHost.connect(target, { ...scene.options, ...options }))).error).toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
  });

  it('closes the connection when it is disposed, and leaves the AppHost alone', async () => {
    scene.start();
    const appHost = await scene.connect();
    await scene.play(appHost[Symbol.asyncDispose]());
    await appHost.closed;
    expect([scene.machine.openStreams.size, scene.processes.kills, scene.machine.has(appHost.socketPath)]).toEqual([0, [], true]);
    expect((await scene.failureOf(appHost.resources())).error).toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
  });

  it('does not connect again when the AppHost has gone', async () => {
    scene.start();
    await using appHost = await scene.connect();
    scene.end();
    await scene.play(appHost.closed);
    scene.start();
    await scene.time.advanceAsync(60_000);
    expect((await scene.failureOf(appHost.resources())).error).toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
    expect(scene.machine.connects.filter(path => /\.[56]$/.test(path))).toEqual([]);
  });
});
