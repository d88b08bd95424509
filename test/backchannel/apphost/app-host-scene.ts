import type { Duplex } from 'node:stream';
import { BackgroundService, type HostApplicationBuilder, type IHostedService, TimeProvider } from 'hostward';
import { addAppHost, type AppHostOptions } from 'hostward/apphost';
import { createTestHost, FakeTimeProvider, type TestHost } from 'hostward/testing';
import { RpcClient } from '../../../src/backchannel/rpc/index.js';
import { FakeMachine } from '../../support/fake-machine.js';
import { settle } from '../../support/settle.js';

/** Its identifier is Pd8lP5fXBFQ. */
export const sceneAppHostPath = '/home/user/app/apphost.ts';

/** An AppHost on a machine in memory, in virtual time. */
export interface AppHostScene extends AsyncDisposable {
  readonly time: FakeTimeProvider;
  readonly machine: FakeMachine;
  readonly host: TestHost;
  /** Starts the host, which takes no time unless its services do, and waits for its socket. */
  start(): Promise<void>;
  /** The name of the socket's file while there is one. */
  socketName(): Promise<string | undefined>;
  openStream(): Promise<Duplex>;
  connect(): Promise<RpcClient>;
}

export interface AppHostSceneOptions extends Partial<AppHostOptions> {
  readonly build?: (builder: HostApplicationBuilder) => unknown;
  readonly prepare?: (machine: FakeMachine) => void;
}

export class Idle implements IHostedService {
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

export class Busy extends BackgroundService {
  protected async execute(signal: AbortSignal): Promise<void> {
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
  }
}

export function createAppHost({ build, prepare, ...options }: AppHostSceneOptions = {}): AppHostScene {
  const time = new FakeTimeProvider();
  const machine = new FakeMachine(time);
  prepare?.(machine);
  const host = createTestHost(builder => {
    builder.services.addSingleton(TimeProvider, time);
    machine.register(builder.services);
    addAppHost(builder.services, { appHostPath: sceneAppHostPath, homeDirectory: FakeMachine.home, ...options });
    return build?.(builder);
  });
  const clients: RpcClient[] = [];
  const socketName = async () => (await machine.list(FakeMachine.directory)).find(name => name.endsWith(`.${process.pid}`) && name.startsWith('Pd8lP5fXBFQ'));
  const openStream = async () => machine.connect(`${FakeMachine.directory}/${await socketName()}`, new AbortController().signal);
  return {
    time,
    machine,
    host,
    socketName,
    openStream,
    async start() {
      const starting = host.start();
      let hasStarted = false;
      const onEnd = () => (hasStarted = true);
      starting.then(onEnd, onEnd);
      await settle(time, () => hasStarted);
      await starting;
    },
    async connect() {
      const client = RpcClient.over(await openStream(), { timeProvider: time });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
    },
  };
}
