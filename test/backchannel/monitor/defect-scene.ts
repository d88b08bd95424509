import { basename } from 'node:path';
import type { Duplex } from 'node:stream';
import { TimeProvider } from 'hostward';
import {
  addAuxiliaryBackchannelMonitor,
  type IAppHostConnection,
  IAuxiliaryBackchannelMonitor,
  ICommandSelection,
  type MonitorOptions,
  type SelectedCommand,
} from 'hostward/backchannel';
import { createTestHost, FakeTimeProvider, type TestHost } from 'hostward/testing';
// The monitor loads it with the first AppHost that accepts, and that would take time.
import '../../../src/backchannel/client/app-host-connection.js';
import { type RpcMethods, serveRpc } from '../../../src/backchannel/rpc/index.js';
import { appHostIdentity, FakeMachine } from '../../support/fake-machine.js';
import { playOut } from '../../support/recorded-clock.js';
import { settle } from '../../support/settle.js';

/** What {@link DefectScene} is made of. */
export interface DefectSceneOptions extends Partial<MonitorOptions> {
  /** The command that runs. Default: the program has no commands, and the monitor always watches. */
  readonly selection?: Promise<SelectedCommand>;
}

/** A machine in memory, its clock, and a monitor that looks at it. Disposing it checks that nothing was removed, and that nothing is left. */
export class DefectScene implements AsyncDisposable {
  readonly time = new FakeTimeProvider();
  readonly machine = new FakeMachine(this.time);
  readonly host: TestHost;
  readonly monitor: IAuxiliaryBackchannelMonitor;

  constructor({ selection, ...options }: DefectSceneOptions = {}) {
    this.host = createTestHost(builder => {
      builder.logging.setMinimumLevel('trace');
      builder.services.addSingleton(TimeProvider, this.time);
      this.machine.register(builder.services);
      if (selection) builder.services.addSingleton(ICommandSelection, { commandSelected: selection });
      addAuxiliaryBackchannelMonitor(builder.services, {
        homeDirectory: FakeMachine.home,
        workingDirectory: '/home/u/code',
        retryJitter: 0,
        ...options,
      });
    });
    this.monitor = this.host.services.getRequiredService(IAuxiliaryBackchannelMonitor);
  }

  /** An AppHost that answers. @returns its socket */
  addAppHost(name: string, appHostPath = `/home/u/code/${name}.ts`, more: RpcMethods = {}, directory = FakeMachine.directory): string {
    return this.machine.addAppHost(name, { ...appHostIdentity(appHostPath, Number(name.split('.').at(-1)) || 1), ...more }, directory);
  }

  /** Somebody begins to answer on a socket that is there, of which no notification tells. */
  listen(path: string, appHostPath = '/home/u/code/apphost.ts'): void {
    const peer = (stream: Duplex) => void serveRpc(stream, appHostIdentity(appHostPath, 1), { timeProvider: this.time });
    this.machine.change(path, { peer, connectError: undefined });
  }

  /** Starts the host; from here on everything is seen by notification. */
  async watch(): Promise<void> {
    await this.host.start();
    await this.settle(() => this.machine.watchCount > 0);
    await this.rest();
  }

  /** Lets happen what needs no time to pass. */
  async rest(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await this.time.advanceAsync(0);
  }

  /** Waits for something that needs no time to pass. */
  settle(condition: () => boolean): Promise<void> {
    return settle(this.time, condition);
  }

  /** How many milliseconds pass on the clock until `work` has settled. */
  async elapsed(work: Promise<unknown>): Promise<number> {
    const began = this.time.getTimestamp();
    await playOut(this.time, work);
    return this.time.getElapsedMilliseconds(began);
  }

  /** The names of the sockets whose AppHosts answer. */
  get connected(): readonly string[] {
    return namesOf(this.monitor.connections);
  }

  /** Name, state and problem of each socket. */
  get states(): readonly (readonly [string, string, string | undefined])[] {
    return this.monitor.sockets.map(({ socketPath, state, problem }) => [basename(socketPath), state, problem?.message]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await playOut(this.time, this.host[Symbol.asyncDispose]());
    const { removals, openStreams, watchCount } = this.machine;
    expect({ removals, streams: openStreams.size, watchCount, timers: this.time.pendingTimers }).toEqual({
      removals: [],
      streams: 0,
      watchCount: 0,
      timers: [],
    });
  }
}

export function namesOf(connections: readonly IAppHostConnection[]): readonly string[] {
  return connections.map(({ socketPath }) => basename(socketPath));
}
