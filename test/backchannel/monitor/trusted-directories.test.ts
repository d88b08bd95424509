import { expectNoLeaks } from '../../support/leak-check.js';
import type { FakeMachine } from '../../support/fake-machine.js';
import { DefectScene } from './defect-scene.js';

const first = 'X7PRTlj8i5MK8KKHUZa.101';
const second = 'Pd8lP5fXBFQAAAAAAAA.102';
const file = 'rXAFZXXlWxwAAAAAAAA.103';

/** The names of the files that are looked at from here on. */
function looks(machine: FakeMachine): string[] {
  const looked: string[] = [];
  const { inspect } = machine;
  machine.inspect = path => {
    looked.push(path.slice(path.lastIndexOf('/') + 1));
    return inspect.call(machine, path);
  };
  return looked;
}

/** Has the machine vouch for these names. */
function vouch(machine: FakeMachine, names: readonly string[]): void {
  Object.assign(machine, { listOwnSockets: async () => names });
}

describe('a monitor that trusts the directories of its user', () => {
  expectNoLeaks();

  it('looks at no file for which the directory vouches, and at every other one', async () => {
    await using scene = new DefectScene({ trustsOwnDirectories: true });
    const { machine, monitor } = scene;
    scene.addAppHost(first);
    scene.addAppHost(second);
    machine.add(file, { isSocket: false });
    vouch(machine, [first]);
    const looked = looks(machine);
    await monitor.scan();
    expect(looked.sort()).toEqual([second, file]);
    expect(scene.states).toEqual([
      [second, 'connected', undefined],
      [first, 'connected', undefined],
      [file, 'foreign', 'The file is no socket.'],
    ]);
  });

  it('looks at every file where the file system cannot vouch for any', async () => {
    await using scene = new DefectScene({ trustsOwnDirectories: true });
    scene.addAppHost(first);
    const looked = looks(scene.machine);
    await scene.monitor.scan();
    expect(looked).toEqual([first]);
  });

  it('looks before it tries again, and says what has become of the file', async () => {
    await using scene = new DefectScene({ trustsOwnDirectories: true });
    const { machine, monitor } = scene;
    const path = scene.addAppHost(first);
    machine.change(path, { connectError: 'EACCES' });
    vouch(machine, [first]);
    await monitor.scan();
    const looked = looks(machine);
    machine.change(path, { isSocket: false });
    await monitor.scan();
    expect([looked, scene.states]).toEqual([[first], [[first, 'foreign', 'The file is no socket.']]]);
  });

  it('says that a socket for which the directory vouched is gone when it is', async () => {
    await using scene = new DefectScene({ trustsOwnDirectories: true });
    const { machine, monitor } = scene;
    const path = scene.addAppHost(first);
    const { connect } = machine;
    machine.connect = (name, signal) => {
      machine.delete(path);
      return connect.call(machine, name, signal);
    };
    vouch(machine, [first]);
    await monitor.scan();
    expect(scene.states).toEqual([[first, 'gone', undefined]]);
  });

  it('is asked to do so: by default every file is looked at', async () => {
    await using scene = new DefectScene();
    scene.addAppHost(first);
    vouch(scene.machine, [first]);
    const looked = looks(scene.machine);
    await scene.monitor.scan();
    expect(looked).toEqual([first]);
  });
});
