import type { ISocketListener } from 'hostward/backchannel';
import { computeLegacyHash } from '../../../src/backchannel/naming/index.js';
import { FakeMachine } from '../../support/fake-machine.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { settle } from '../../support/settle.js';
import { type AppHostScene, createAppHost, sceneAppHostPath } from './app-host-scene.js';

const id = 'Pd8lP5fXBFQ';
/** When sockets of earlier instances were made: before any clock of these tests. */
const longAgo = 1_000;

function messagesOf({ host }: AppHostScene, ...levels: string[]): string[] {
  return host.logs.entries.filter(({ category, level }) => category === 'AppHostBackchannel' && levels.includes(level)).map(({ message }) => message);
}

describe('the socket of an AppHost', () => {
  expectNoLeaks();

  describe('at the start', () => {
    it('removes what earlier instances left in both directories: sockets of this user, of its own identifier, whose process is gone', async () => {
      const hash = await computeLegacyHash(sceneAppHostPath);
      const { directory, legacyDirectory } = FakeMachine;
      const orphans = [
        `${directory}/${id}AAAAAAAA.201`,
        `${directory}/auxi.sock.${id}.201`,
        `${legacyDirectory}/auxi.sock.${hash}.201`,
        `${legacyDirectory}/auxi.sock.${hash}.ab12.201`,
      ];
      const others: [string, object?][] = [
        [`${directory}/${id}BBBBBBBB.202`],
        [`${directory}/${id}CCCCCCCC.201`, { isSocket: false }],
        [`${directory}/${id}DDDDDDDD.201`, { isOurs: false }],
        [`${directory}/${id}EEEEEEEE.0`],
        [`${directory}/${id}`],
        [`${directory}/X7PRTlj8i5MAAAAAAAA.201`],
        [`${directory}/cP0w28wUJ`],
        [`${legacyDirectory}/aux.sock.${hash}.201`],
        [`${legacyDirectory}/auxi.sock.${hash}`],
        [`${legacyDirectory}/auxi.sock.0123456789abcdef.201`],
      ];
      const all = [...orphans.map((path): [string, object?] => [path]), ...others];
      await using scene = createAppHost({
        prepare: machine => {
          for (const [path, facts] of all)
            machine.add(path.slice(path.lastIndexOf('/') + 1), { createdAt: longAgo, ...facts }, path.slice(0, path.lastIndexOf('/')));
          machine.kill(201);
        },
      });
      await scene.start();
      expect(all.map(([path]) => path).filter(path => !scene.machine.has(path))).toEqual(orphans);
    });

    it('removes a socket of its own process id only when nobody listens on it, as after the end of a process that always has the same', async () => {
      const [abandoned, inUse] = [`${id}AAAAAAAA.${process.pid}`, `${id}BBBBBBBB.${process.pid}`];
      await using scene = createAppHost({
        prepare: machine => {
          machine.add(abandoned, { createdAt: longAgo });
          machine.add(inUse, { createdAt: longAgo, peer: stream => void stream.destroy() });
        },
      });
      await scene.start();
      expect([scene.machine.has(`${FakeMachine.directory}/${abandoned}`), scene.machine.has(`${FakeMachine.directory}/${inUse}`)]).toEqual([false, true]);
    });

    it('leaves a socket whose process it cannot see, but on which somebody listens: in another container with the same home', async () => {
      const name = `${id}AAAAAAAA.201`;
      await using scene = createAppHost({
        prepare: machine => {
          machine.add(name, { createdAt: longAgo, peer: stream => void stream.destroy() });
          machine.kill(201);
        },
      });
      await scene.start();
      expect(scene.machine.has(`${FakeMachine.directory}/${name}`)).toBe(true);
    });

    it('leaves a socket that neither accepts nor refuses a connection within a second', async () => {
      const name = `${id}AAAAAAAA.201`;
      await using scene = createAppHost({
        prepare: machine => {
          machine.add(name, { createdAt: longAgo });
          machine.kill(201);
          machine.connect = (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))));
        },
      });
      const starting = scene.host.start();
      await scene.time.advanceAsync(999);
      expect(await scene.socketName()).toBeUndefined();
      await scene.time.advanceAsync(1);
      await starting;
      expect([scene.machine.has(`${FakeMachine.directory}/${name}`), await scene.socketName()]).toEqual([true, expect.stringMatching(id)]);
    });

    it('starts at once, and takes the refusal of a socket that was just made for an answer only when that could listen by now', async () => {
      const [crashed, starting] = [`${id}AAAAAAAA.201`, `${id}BBBBBBBB.202`];
      await using scene = createAppHost({
        prepare: machine => {
          machine.add(crashed);
          machine.add(starting);
          machine.kill(201);
          machine.kill(202);
        },
      });
      await scene.host.start();
      await scene.time.advanceAsync(499);
      expect([scene.machine.has(`${FakeMachine.directory}/${crashed}`), await scene.socketName()]).toEqual([true, expect.stringMatching(id)]);
      scene.machine.add(starting, { peer: stream => void stream.destroy(), createdAt: longAgo });
      scene.machine.kill(202);
      await scene.time.advanceAsync(1);
      await settle(scene.time, () => !scene.machine.has(`${FakeMachine.directory}/${crashed}`));
      expect([crashed, starting].map(name => scene.machine.has(`${FakeMachine.directory}/${name}`))).toEqual([false, true]);
    });

    it('starts all the same when what was left cannot be looked at or removed', async () => {
      await using scene = createAppHost({
        prepare: machine => {
          machine.add(`${id}AAAAAAAA.201`, { createdAt: longAgo });
          machine.kill(201);
          machine.forbidden.add(FakeMachine.legacyDirectory);
          machine.remove = () => Promise.reject(new Error('read-only'));
        },
      });
      await scene.start();
      expect([await scene.socketName(), messagesOf(scene, 'warning', 'error')]).toEqual([expect.stringMatching(id), []]);
    });

    it('draws another name when the first is taken, five times', async () => {
      const attempts: string[] = [];
      await using scene = createAppHost({
        prepare: machine => {
          const listen = machine.listen.bind(machine);
          machine.listen = (path, onConnection) => {
            attempts.push(path);
            return attempts.length < 5 ? Promise.reject(Object.assign(new Error('in use'), { code: 'EADDRINUSE' })) : listen(path, onConnection);
          };
        },
      });
      await scene.start();
      expect([new Set(attempts).size, await scene.socketName()]).toEqual([5, expect.stringMatching(id)]);
    });

    it('says that it has closed a directory that was open to others', async () => {
      await using scene = createAppHost({ prepare: machine => (machine.directoryMode = 0o755) });
      await scene.start();
      expect(messagesOf(scene, 'warning')).toEqual([
        '/home/u/.aspire/cli/bch was open to other users of this computer (permissions 0755) and is closed to them now',
      ]);
    });
  });

  describe('while it runs', () => {
    it('is made again when its file is removed, says so, and keeps the clients that it has', async () => {
      await using scene = createAppHost();
      await scene.start();
      const [client, former] = [await scene.connect(), await scene.socketName()];
      scene.machine.delete(`${FakeMachine.directory}/${former}`);
      await scene.time.advanceAsync(0);
      const current = await scene.socketName();
      expect([current === former, messagesOf(scene, 'warning')]).toEqual([
        false,
        [`The socket ${FakeMachine.directory}/${former} was removed by somebody; this application listens on ${FakeMachine.directory}/${current} now`],
      ]);
      const second = await scene.connect();
      const ask = { method: 'GetDashboardMcpConnectionInfoAsync' };
      expect([await client.request(ask.method), await second.request(ask.method)]).toEqual([null, null]);
    });

    it('is missed within ten seconds also when no notification comes', async () => {
      await using scene = createAppHost({ prepare: machine => (machine.watchError = new Error('no more watches')) });
      await scene.start();
      const former = await scene.socketName();
      scene.machine.delete(`${FakeMachine.directory}/${former}`);
      await scene.time.advanceAsync(9_999);
      expect(await scene.socketName()).toBeUndefined();
      await scene.time.advanceAsync(1);
      expect(await scene.socketName()).toBeDefined();
    });

    it('is made again in a directory that was removed, and the new one is watched', async () => {
      await using scene = createAppHost();
      await scene.start();
      for (let turn = 0; turn < 3; turn++) {
        const former = await scene.socketName();
        scene.machine.notifies = false;
        scene.machine.delete(`${FakeMachine.directory}/${former}`);
        scene.machine.notifies = true;
        scene.machine.loseWatches();
        await scene.time.advanceAsync(1_000);
        expect(await scene.socketName()).not.toBe(former);
        expect(scene.machine.watchCount).toBe(1);
      }
    });

    it('is not made more than once a second, whatever removes it', async () => {
      await using scene = createAppHost();
      await scene.start();
      let made = 0;
      for (let step = 0; step < 100; step++) {
        const name = await scene.socketName();
        if (name) {
          made++;
          scene.machine.delete(`${FakeMachine.directory}/${name}`);
        }
        await scene.time.advanceAsync(100);
      }
      expect(made).toBeGreaterThanOrEqual(9);
      expect(made).toBeLessThanOrEqual(12);
    });

    it('closes what listened before the last five', async () => {
      const open = new Set<string>();
      await using scene = createAppHost({
        prepare: machine => {
          const listen = machine.listen.bind(machine);
          machine.listen = async (path, onConnection): Promise<ISocketListener> => {
            const listener = await listen(path, onConnection);
            open.add(path);
            return {
              path,
              [Symbol.asyncDispose]: async () => {
                open.delete(path);
                await listener[Symbol.asyncDispose]();
              },
            };
          };
        },
      });
      await scene.start();
      for (let turn = 0; turn < 20; turn++) {
        scene.machine.delete(`${FakeMachine.directory}/${await scene.socketName()}`);
        await scene.time.advanceAsync(1_000);
      }
      expect(open.size).toBe(5);
      await scene.host.stop();
      expect(open.size).toBe(0);
    });

    it('is tried again and again while it cannot be made, and says so once', async () => {
      await using scene = createAppHost();
      await scene.start();
      const former = await scene.socketName();
      scene.machine.forbidden.add(FakeMachine.directory);
      scene.machine.delete(`${FakeMachine.directory}/${former}`);
      await scene.time.advanceAsync(35_000);
      expect(messagesOf(scene, 'error')).toEqual([
        `The socket ${FakeMachine.directory}/${former} was removed by somebody, and no new one can be made: no aspire CLI finds this application`,
      ]);
      scene.machine.forbidden.clear();
      await scene.time.advanceAsync(10_000);
      expect([await scene.socketName(), messagesOf(scene, 'warning')]).toEqual([expect.stringMatching(id), [expect.stringContaining('listens on')]]);
    });

    it('is not missed because the file cannot be looked at', async () => {
      await using scene = createAppHost();
      await scene.start();
      const name = await scene.socketName();
      scene.machine.inspect = () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }));
      await scene.time.advanceAsync(60_000);
      expect([await scene.socketName(), messagesOf(scene, 'warning', 'error')]).toEqual([name, []]);
    });
  });

  it('leaves no file, watch or timer when it stops, also in the middle of being made again', async () => {
    await using scene = createAppHost();
    await scene.start();
    scene.machine.delete(`${FakeMachine.directory}/${await scene.socketName()}`);
    await scene.host.stop();
    await settle(scene.time, () => scene.machine.watchCount === 0);
    expect([await scene.machine.list(FakeMachine.directory), scene.machine.watchCount, scene.time.pendingTimers]).toEqual([[], 0, []]);
  });
});
