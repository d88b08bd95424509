import type { SelectedCommand } from 'hostward/backchannel';
import { isInScope } from '../../../src/backchannel/naming/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { FakeMachine } from '../../support/fake-machine.js';
import { DefectScene, namesOf } from './defect-scene.js';

const first = 'X7PRTlj8i5MK8KKHUZa.101';
const second = 'Pd8lP5fXBFQAAAAAAAA.102';

describe('known defects of the original, by their number in backchannel.md: when to watch, and which AppHost to take', () => {
  expectNoLeaks();

  it('18: watches for a command that is selected after more than a second, and has not kept silent about it', async () => {
    let select: ((command: SelectedCommand) => void) | undefined;
    await using scene = new DefectScene({ selection: new Promise(resolve => (select = resolve)) });
    const { host, machine, time } = scene;
    await host.start();
    await time.advanceAsync(3_000);
    expect(host.logs.messages()).toContain('No command was selected within 1000 ms: nothing is monitored until one is');
    select?.({ name: 'mcp start', watchesAppHosts: true });
    await scene.settle(() => machine.watchCount > 0);
    scene.addAppHost(first);
    await scene.settle(() => scene.connected.length === 1);
  });

  it.each(['a command that does not want it', 'no command within a second'])(
    '18: ends nothing that others have begun when it does not watch for %s',
    async what => {
      let select: ((command: SelectedCommand) => void) | undefined;
      await using scene = new DefectScene({ selection: new Promise(resolve => (select = resolve)) });
      const { host, machine, monitor, time } = scene;
      scene.addAppHost(first);
      let answer: (() => void) | undefined;
      const slow = () => new Promise(resolve => (answer = () => resolve({ appHostPath: '/home/u/code/slow.ts', processId: 102 })));
      scene.addAppHost(second, undefined, { GetAppHostInformationAsync: { parameters: [], invoke: slow } });
      await host.start();
      const scan = monitor.scan();
      await scene.settle(() => answer !== undefined && scene.connected.length === 1);
      const [connection] = monitor.connections;
      if (what.startsWith('a ')) select?.({ name: 'ps', watchesAppHosts: false });
      else await time.advanceAsync(1_000);
      await scene.rest();
      answer?.();
      await scan;
      await time.advanceAsync(60_000);
      expect([scene.connected, connection?.client.isClosed, machine.watchCount]).toEqual([[second, first], false, 0]);
    },
  );

  it('20: keeps what the user has chosen while it is away, takes nothing else in its place, and takes it again when it is back', async () => {
    await using scene = new DefectScene();
    const { machine, monitor } = scene;
    const chosen = '/home/u/code/a/apphost.ts';
    const path = scene.addAppHost(first, chosen);
    scene.addAppHost(second, '/home/u/code/b/apphost.ts');
    scene.addAppHost('rXAFZXXlWxwAAAAAAAA.103', '/srv/elsewhere/apphost.ts');
    await scene.watch();
    monitor.selectedAppHostPath = chosen;
    const agree = async () => {
      const { reason, connection } = await monitor.resolveSelected();
      expect(monitor.selectedConnection).toBe(connection);
      expect(monitor.selectedConnection).toBe(connection);
      return [reason, ...namesOf(connection ? [connection] : []), monitor.selectedAppHostPath];
    };
    expect(await agree()).toEqual(['selected', first, chosen]);
    machine.delete(path);
    await scene.settle(() => scene.connected.length === 2);
    expect(await agree()).toEqual(['selectedNotRunning', chosen]);
    const successor = 'X7PRTlj8i5MBBBBBBBB.104';
    scene.addAppHost(successor, chosen);
    await scene.settle(() => scene.connected.length === 3);
    expect(await agree()).toEqual(['selected', successor, chosen]);
  });

  it('20: takes nothing outside of the working directory unless that is allowed, and then only when there is no choice', async () => {
    await using scene = new DefectScene();
    const { monitor } = scene;
    scene.addAppHost(first, '/srv/elsewhere/apphost.ts');
    expect(await monitor.resolveSelected()).toMatchObject({ reason: 'noneInScope', connection: undefined });
    expect(monitor.selectedConnection).toBeUndefined();
    expect(await monitor.resolveSelected({ allowOutOfScope: true })).toMatchObject({ reason: 'onlyOutOfScope', connection: monitor.connections[0] });
    scene.addAppHost(second, '/srv/third/apphost.ts');
    expect(await monitor.resolveSelected({ allowOutOfScope: true })).toMatchObject({ reason: 'noneInScope', connection: undefined });
  });

  it('22: takes a directory whose name begins with two dots for what it is', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(first, '/home/u/code/..foo/apphost.ts');
    scene.addAppHost(second, '/home/u/apphost.ts');
    await scene.monitor.scan();
    expect(scene.monitor.connections.map(({ isInScope }) => isInScope)).toEqual([false, true]);
    expect(namesOf(scene.monitor.getConnectionsForWorkingDirectory('/home/u/code'))).toEqual([first]);
    expect(isInScope('/home/u/code/..foo/apphost.ts', '/home/u/code')).toBe(true);
  });

  it('23: tells several changes as one', async () => {
    await using scene = new DefectScene({ selection: new Promise(() => undefined) });
    const lists = scene.monitor.watchConnections()[Symbol.asyncIterator]();
    expect((await lists.next()).value).toEqual([]);
    for (let index = 0; index < 5; index++) scene.addAppHost(`X7PRTlj8i5MAAAAAAA${index}.10${index}`);
    await scene.settle(() => scene.connected.length === 5);
    expect((await lists.next()).value).toHaveLength(5);
    let isTold = false;
    const next = lists.next().finally(() => (isTold = true));
    await scene.rest();
    scene.machine.notify();
    await scene.rest();
    expect(isTold).toBe(false);
    await scene.host[Symbol.asyncDispose]();
    await expect(next).rejects.toMatchObject({ code: 'ERR_OBJECT_DISPOSED' });
  });

  it('23: ends with an error when it cannot watch, and goes on when the system reports no more', async () => {
    await using scene = new DefectScene({ selection: new Promise(() => undefined) });
    const { machine, monitor, time } = scene;
    machine.forbidden.add(FakeMachine.directory);
    const failing = monitor.watchConnections()[Symbol.asyncIterator]();
    await failing.next();
    await expect(failing.next()).rejects.toMatchObject({ code: 'ERR_PRIVATE_DIRECTORY' });
    machine.forbidden.clear();
    const lists = monitor.watchConnections()[Symbol.asyncIterator]();
    await lists.next();
    await scene.settle(() => machine.watchCount > 0);
    const next = lists.next();
    machine.watchError = Object.assign(new Error('no more watches'), { code: 'ENOSPC' });
    machine.loseWatches(machine.watchError);
    scene.addAppHost(first);
    await time.advanceAsync(5_000);
    await scene.settle(() => scene.connected.length === 1);
    expect(namesOf((await next).value ?? [])).toEqual([first]);
    await lists.return?.();
  });
});
