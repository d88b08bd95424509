import { FakeTimeProvider } from 'hostward/testing';
import { AppHostSocket } from '../../../src/backchannel/monitor/app-host-socket.js';
import { Connector } from '../../../src/backchannel/monitor/connector.js';
import { defaultMonitorOptions } from '../../../src/backchannel/monitor/monitor-options.js';
import { parseSocketName } from '../../../src/backchannel/naming/index.js';
import { appHostIdentity, FakeMachine } from '../../support/fake-machine.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { settle } from '../../support/settle.js';

describe('the socket of an AppHost', () => {
  expectNoLeaks();

  it('closes its connection when it is disposed, and does nothing when that happens again', async () => {
    const time = new FakeTimeProvider();
    const machine = new FakeMachine(time);
    const path = machine.addAppHost('Pd8lP5fXBFQAAAAAAAA.101', appHostIdentity('/srv/app/apphost.ts', 101));
    const options = defaultMonitorOptions(FakeMachine.home, '/srv/app');
    const processes = { isAlive: () => true, timesOf: () => ({}) };
    const connector = new Connector({ options, timeProvider: time, sockets: machine, files: machine, processes });
    const context = { connector, isInScope: () => true, onChange: () => undefined };
    const socket = new AppHostSocket(path, parseSocketName(path)!, context);
    await socket.tryConnect();
    expect(socket.state).toBe('connected');
    await socket[Symbol.asyncDispose]();
    await socket[Symbol.asyncDispose]();
    expect([socket.state, socket.connection, machine.openStreams.size]).toEqual(['gone', undefined, 0]);
  });

  it('closes the stream also when no connection can be made of it, as when nothing can be loaded because all descriptors are in use', async () => {
    const time = new FakeTimeProvider();
    const machine = new FakeMachine(time);
    const path = machine.addAppHost('Pd8lP5fXBFQAAAAAAAA.101', appHostIdentity('/srv/app/apphost.ts', 101));
    const failing = {
      get wireLog(): never {
        throw new Error('EMFILE: too many open files');
      },
    };
    const options = Object.defineProperties(defaultMonitorOptions(FakeMachine.home, '/srv/app'), Object.getOwnPropertyDescriptors(failing));
    const processes = { isAlive: () => true, timesOf: () => ({}) };
    using connector = new Connector({ options, timeProvider: time, sockets: machine, files: machine, processes });
    await using socket = new AppHostSocket(path, parseSocketName(path)!, { connector, isInScope: () => true, onChange: () => undefined });
    await socket.tryConnect();
    expect([socket.state, socket.problem?.message]).toEqual(['backingOff', 'EMFILE: too many open files']);
    await settle(time, () => machine.openStreams.size === 0);
  });
});
