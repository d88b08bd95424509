import { FakeTimeProvider } from 'hostward/testing';
import { AppHostSocket } from '../../../src/backchannel/monitor/app-host-socket.js';
import { Connector } from '../../../src/backchannel/monitor/connector.js';
import { defaultMonitorOptions } from '../../../src/backchannel/monitor/monitor-options.js';
import { parseSocketName } from '../../../src/backchannel/naming/index.js';
import { appHostIdentity, FakeMachine } from '../../support/fake-machine.js';
import { expectNoLeaks } from '../../support/leak-check.js';

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
});
