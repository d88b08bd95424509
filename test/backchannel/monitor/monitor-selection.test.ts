import { expectNoLeaks } from '../../support/leak-check.js';
import { DefectScene, namesOf } from './defect-scene.js';

const here = 'X7PRTlj8i5MK8KKHUZa.101';
const alsoHere = 'Pd8lP5fXBFQAAAAAAAA.102';
const elsewhere = 'rXAFZXXlWxwAAAAAAAA.103';
const herePath = '/home/u/code/apphost.ts';
const elsewherePath = '/srv/other/apphost.ts';

describe('which AppHost the monitor gives', () => {
  expectNoLeaks();

  it('is the only one in scope, found by resolveSelected itself', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(here, herePath);
    scene.addAppHost(elsewhere, elsewherePath);
    expect(scene.monitor.selectedConnection).toBeUndefined();
    const { connection, reason } = await scene.monitor.resolveSelected();
    expect([reason, connection?.socketPath]).toEqual(['onlyInScope', expect.stringContaining(here)]);
    expect(scene.monitor.selectedConnection).toBe(connection);
  });

  it('is never one outside of the working directory, unless the caller only reads and says so', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(elsewhere, elsewherePath);
    expect(await scene.monitor.resolveSelected()).toMatchObject({ reason: 'noneInScope', connection: undefined });
    const allowed = await scene.monitor.resolveSelected({ allowOutOfScope: true });
    expect([allowed.reason, allowed.connection?.appHostInfo?.appHostPath]).toEqual(['onlyOutOfScope', elsewherePath]);
    expect(scene.monitor.selectedConnection).toBeUndefined();
  });

  it('is the chosen one, wherever it is, and stays that across a restart of the AppHost', async () => {
    await using scene = new DefectScene();
    const { machine, monitor } = scene;
    scene.addAppHost(here, herePath);
    const socket = scene.addAppHost(elsewhere, elsewherePath);
    await scene.watch();
    monitor.selectedAppHostPath = elsewherePath;
    expect((await monitor.resolveSelected()).connection?.socketPath).toBe(socket);
    machine.delete(socket);
    await scene.settle(() => monitor.connections.length === 1);
    expect(await monitor.resolveSelected({ allowOutOfScope: true })).toMatchObject({ reason: 'selectedNotRunning', connection: undefined });
    expect([monitor.selectedConnection, monitor.selectedAppHostPath]).toEqual([undefined, elsewherePath]);
    const successor = scene.addAppHost('rXAFZXXlWxwBBBBBBBB.104', elsewherePath);
    expect(await monitor.resolveSelected()).toMatchObject({ reason: 'selected', connection: { socketPath: successor } });
  });

  it('is the chosen one at once, whoever else does not answer', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(here, herePath);
    await scene.monitor.scan();
    scene.machine.add(alsoHere, { peer: () => undefined });
    scene.monitor.selectedAppHostPath = herePath;
    expect(await scene.elapsed(scene.monitor.resolveSelected())).toBe(0);
  });

  it('is the newest instance of the chosen file, also when that was not there at the last look', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(here, herePath);
    scene.monitor.selectedAppHostPath = herePath;
    await scene.monitor.scan();
    const newer = scene.addAppHost('X7PRTlj8i5MBBBBBBBB.105', herePath);
    expect((await scene.monitor.resolveSelected()).connection?.socketPath).toBe(newer);
  });

  it('waits for one that was never tried, because it may be in scope, too, and once only', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(here, herePath);
    scene.machine.add(alsoHere, { peer: () => undefined });
    await scene.watch();
    expect(await scene.elapsed(scene.monitor.resolveSelected())).toBe(5_000);
    expect(await scene.elapsed(scene.monitor.resolveSelected())).toBe(0);
  });

  it('waits half a second at most for one that hung before, also when nobody watches', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(here, herePath);
    scene.machine.add(alsoHere, { peer: () => undefined });
    expect(await scene.elapsed(scene.monitor.resolveSelected())).toBe(5_000);
    expect(await scene.elapsed(scene.monitor.resolveSelected())).toBe(500);
  });

  it('says of a chosen one that hangs that it does not answer, not that it does not run', async () => {
    await using scene = new DefectScene();
    scene.monitor.selectedAppHostPath = herePath;
    const path = scene.addAppHost(here, herePath);
    await scene.watch();
    expect((await scene.monitor.resolveSelected()).reason).toBe('selected');
    scene.machine.change(path, { peer: () => undefined });
    for (const stream of scene.machine.openStreams) stream.destroy();
    await scene.settle(() => scene.monitor.connections.length === 0);
    expect((await scene.monitor.resolveSelected()).reason).toBe('selectedNotResponding');
  });

  it('knows one that never answered by the name of its socket', async () => {
    await using scene = new DefectScene();
    // As AppHosts of /srv/app/apphost.ts name theirs.
    const { computeAppHostId } = await import('../../../src/backchannel/naming/index.js');
    scene.monitor.selectedAppHostPath = '/srv/app/apphost.ts';
    scene.machine.add(`${await computeAppHostId('/srv/app/apphost.ts')}AAAAAAAA.7`, { peer: () => undefined });
    await scene.watch();
    const selection = scene.monitor.resolveSelected();
    await scene.time.advanceAsync(5_000);
    expect((await selection).reason).toBe('selectedNotResponding');
  });

  it('tries those again that were lost while nobody watches', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(here, herePath);
    await scene.monitor.scan();
    for (const stream of scene.machine.openStreams) stream.destroy();
    await scene.settle(() => scene.monitor.connections.length === 0);
    expect((await scene.monitor.resolveSelected()).reason).toBe('onlyInScope');
  });

  it('is refused for a path that says nothing without a directory, and for nothing when the choice is taken back', async () => {
    await using scene = new DefectScene();
    expect(() => (scene.monitor.selectedAppHostPath = 'apphost.ts')).toThrow(
      "Expected an absolute path, but found 'apphost.ts'. (Parameter 'selectedAppHostPath')",
    );
    scene.monitor.selectedAppHostPath = elsewherePath;
    scene.monitor.selectedAppHostPath = undefined;
    scene.addAppHost(here, herePath);
    expect((await scene.monitor.resolveSelected()).reason).toBe('onlyInScope');
  });

  it('ends with the signal of the caller', async () => {
    await using scene = new DefectScene();
    scene.machine.add(here, { peer: () => undefined });
    const caller = new AbortController();
    const waiting = expect(scene.monitor.resolveSelected({ signal: caller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await scene.rest();
    caller.abort();
    await waiting;
  });
});

describe('connections by what they belong to', () => {
  expectNoLeaks();

  it('are those of an identifier, of all instances', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(here, herePath);
    scene.addAppHost('X7PRTlj8i5MBBBBBBBB.105', herePath);
    scene.addAppHost(elsewhere, elsewherePath);
    await scene.monitor.scan();
    expect(namesOf(scene.monitor.getConnectionsByHash('X7PRTlj8i5M'))).toEqual(['X7PRTlj8i5MBBBBBBBB.105', here]);
    expect(scene.monitor.getConnectionsByHash('x7prtlj8i5m')).toEqual([]);
  });

  it('are those of any directory, not of the working directory alone', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(here, herePath);
    scene.addAppHost(elsewhere, elsewherePath);
    await scene.monitor.scan();
    const inDirectory = (directory: string) => namesOf(scene.monitor.getConnectionsForWorkingDirectory(directory));
    expect([inDirectory('/srv'), inDirectory('/home/u/code'), inDirectory('/srv/othe'), inDirectory('/')]).toEqual([
      [elsewhere],
      [here],
      [],
      [here, elsewhere],
    ]);
  });
});
