import type { Duplex } from 'node:stream';
import { BackgroundService, delay, IHealthReporter, type IHostedService, ILogger, inject, TimeProvider } from 'hostward';
import { addAppHost, AppHostBackchannel } from 'hostward/apphost';
import { AppHostConnection } from 'hostward/backchannel';
import { createTestHost, FakeTimeProvider, type TestHost } from 'hostward/testing';
import { auxMethods } from '../../../src/backchannel/contract/index.js';
import { RpcClient } from '../../../src/backchannel/rpc/index.js';
import { FakeMachine } from '../../support/fake-machine.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { settle } from '../../support/settle.js';

// Its identifier is Pd8lP5fXBFQ.
const appHostPath = '/home/user/app/apphost.ts';

class Api implements IHostedService {
  constructor(
    @inject(ILogger) private readonly logger: ILogger,
    @inject(TimeProvider) private readonly time: TimeProvider,
  ) {}

  async start(signal: AbortSignal): Promise<void> {
    await delay(1000, { timeProvider: this.time, signal });
    this.logger.information('Listening on {Port}', 8080);
  }

  async stop(): Promise<void> {}
}

class Worker extends BackgroundService {
  constructor(
    @inject(IHealthReporter) private readonly health: IHealthReporter,
    @inject(TimeProvider) private readonly time: TimeProvider,
  ) {
    super();
  }

  protected async execute(signal: AbortSignal): Promise<void> {
    this.health.report('unhealthy', 'no queue');
    await delay(1000, { timeProvider: this.time, signal });
    throw new Error('the queue is gone');
  }
}

interface Scene extends AsyncDisposable {
  readonly time: FakeTimeProvider;
  readonly machine: FakeMachine;
  readonly host: TestHost;
  connect(): Promise<RpcClient>;
}

function createScene(prepare?: (machine: FakeMachine) => void, isRequired = false): Scene {
  const time = new FakeTimeProvider();
  const machine = new FakeMachine(time);
  const host = createTestHost(builder => {
    builder.configureHostOptions(options => (options.backgroundServiceExceptionBehavior = 'ignore'));
    builder.services.addSingleton(TimeProvider, time);
    machine.register(builder.services);
    addAppHost(builder.services, { appHostPath, homeDirectory: FakeMachine.home, isRequired });
    builder.services.addHostedService(Api).addHostedService(Worker);
  });
  prepare?.(machine);
  const clients: RpcClient[] = [];
  return {
    time,
    machine,
    host,
    async connect() {
      const client = RpcClient.over(await openStream(machine), { timeProvider: time });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
    },
  };
}

describe('an AppHost', () => {
  expectNoLeaks();

  it('listens under the name of its file and its process before its services start, and takes the socket away when it stops', async () => {
    await using scene = createScene();
    const { host, machine, time } = scene;
    const starting = host.start();
    await untilListening(scene);
    expect(await machine.list(FakeMachine.directory)).toEqual([expect.stringMatching(new RegExp(`^Pd8lP5fXBFQ[\\w-]{8}\\.${process.pid}$`)) as unknown]);
    await time.advanceAsync(1000);
    await starting;
    await host.stop();
    expect([await machine.list(FakeMachine.directory), time.pendingTimers]).toEqual([[], []]);
  });

  it('shows hosted services as resources with state and health, and tells each change', async () => {
    await using scene = createScene();
    const { host, time } = scene;
    const starting = host.start();
    await untilListening(scene);
    const client = await AppHostConnection.open(await openStream(scene.machine), { timeProvider: time });
    await using _client = client;
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { name, state, healthStatus, stateStyle } of client.watchResources()) seen.push([name, state, healthStatus, stateStyle].join(' '));
    })();
    await settle(time, () => seen.length === 2);
    await time.advanceAsync(1000);
    await starting;
    await settle(time, () => seen.includes('Worker Running Unhealthy success'));
    await time.advanceAsync(1000);
    await settle(time, () => seen.includes('Worker Exited  error'));
    expect(seen.slice(0, 2)).toEqual(['Api Starting  ', 'Worker NotStarted  ']);
    expect(seen).toEqual(expect.arrayContaining(['Api Running Healthy success']));
    const worker = (await client.getResources()).find(({ name }) => name === 'Worker');
    expect(worker).toMatchObject({ exitCode: 1, healthReports: [{ description: 'no queue', exceptionText: 'the queue is gone' }] });
    await host.stop();
    await expect(watching).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
  });

  it('answers each method of aux.v1 to aux.v3', async () => {
    await using scene = createScene();
    const client = await startAndConnect(scene);
    const answers = Object.fromEntries(
      await Promise.all(
        (
          [
            [auxMethods.getAppHostInformation],
            [auxMethods.getDashboardMcpConnectionInfo],
            [auxMethods.getDashboardUrls],
            [auxMethods.getCapabilities, {}],
            [auxMethods.getAppHostInfo, {}],
            [auxMethods.getDashboardInfo],
            [auxMethods.waitForAppHostReady],
            [auxMethods.executeResourceCommand, { resourceName: 'Api', commandName: 'fly' }],
            [auxMethods.executeResourceCommand, { resourceName: 'Nobody', commandName: 'start' }],
          ] as const
        ).map(async ([method, request]) => [`${method} ${JSON.stringify(request ?? null)}`, await client.request<unknown>(method, request ? [request] : [])]),
      ),
    ) as Record<string, unknown>;
    expect(Object.values(answers)).toEqual([
      expect.objectContaining({ appHostPath, processId: process.pid, cliProcessId: null }),
      null,
      { dashboardHealthy: false, baseUrlWithLoginToken: null, codespacesUrlWithLoginToken: null },
      { capabilities: ['aux.v1', 'aux.v2', 'aux.v3'] },
      { pid: String(process.pid), aspireHostVersion: '0.1.0', appHostPath, cliProcessId: null, startedAt: null, cliLogFilePath: null },
      { apiBaseUrl: null, apiToken: null, dashboardUrls: [], isHealthy: false },
      { isReady: true },
      expect.objectContaining({ success: false, message: "Command 'fly' not available for resource 'Api'." }),
      expect.objectContaining({ success: false, message: "Resource 'Nobody' not found." }),
    ]);
    await expect(client.request(auxMethods.callResourceMcpTool, ['Api', 'echo', null])).rejects.toMatchObject({ rpcCode: -32000 });
    await expect(client.request(auxMethods.waitForResource, [{}])).rejects.toMatchObject({ rpcCode: -32602 });
    await expect(client.request('NoSuchMethodAsync')).rejects.toMatchObject({ rpcCode: -32601 });
  });

  it('filters resources by a part of their name', async () => {
    await using scene = createScene();
    const client = await startAndConnect(scene);
    const { resources } = await client.request<{ resources: { name: string }[] }>(auxMethods.getResources, [{ filter: 'WORK' }]);
    expect(resources.map(({ name }) => name)).toEqual(['Worker']);
  });

  it('gives the log of a resource: what is kept, in batches, and what comes', async () => {
    await using scene = createScene();
    const client = await startAndConnect(scene);
    const batches: unknown[] = [];
    for await (const batch of client.stream(auxMethods.getConsoleLogBatches, [{ resourceName: 'api', follow: false }])) batches.push(batch);
    const line = { resourceName: 'Api', content: '2000-01-01T00:00:01.0000000Z Listening on 8080', isError: false };
    expect(batches).toEqual([{ lines: [{ ...line, lineNumber: 0 }] }]);
    const followed: unknown[] = [];
    for await (const item of client.stream(auxMethods.getResourceLogs, ['Api', true])) {
      followed.push(item);
      if (followed.length === 1) break;
    }
    expect(followed).toEqual([{ ...line, lineNumber: 1 }]);
  });

  it.each([
    [
      { resourceName: 'Api', status: 'healthy' },
      { success: true, state: 'Running', healthStatus: 'Healthy' },
    ],
    [{ resourceName: 'Api', status: 'up' }, { success: true }],
    [
      { resourceName: 'Worker', status: 'down' },
      { success: true, state: 'Exited' },
    ],
    [
      { resourceName: 'Worker', status: 'healthy' },
      { success: false, errorMessage: "Stopped waiting for resource 'Worker' to become healthy because it failed to start." },
    ],
    [
      { resourceName: 'Worker', status: 'healthy', timeoutSeconds: 0 },
      { success: false, timedOut: true, errorMessage: "Timed out waiting for resource 'Worker'." },
    ],
    [
      { resourceName: 'Nobody', status: 'up' },
      { success: false, resourceNotFound: true, errorMessage: "Resource 'Nobody' was not found." },
    ],
    [
      { resourceName: 'Api', status: 'asleep' },
      { success: false, errorMessage: 'Unknown status: asleep' },
    ],
  ])('waits for a resource: %j', async (request, expected) => {
    await using scene = createScene();
    const client = await startAndConnect(scene);
    let response: unknown;
    void client.request(auxMethods.waitForResource, [request]).then(answer => (response = answer));
    await scene.time.advanceAsync(1000);
    await settle(scene.time, () => response !== undefined);
    expect(response).toMatchObject(expected);
  });

  it.each([
    [auxMethods.stopAppHost, null],
    [auxMethods.stop, {}],
  ])('answers %s at once and stops half a second later', async (method, answer) => {
    await using scene = createScene();
    const client = await startAndConnect(scene);
    const run = scene.host.host.waitForShutdown();
    expect(await client.request(method)).toEqual(answer);
    await scene.time.advanceAsync(499);
    expect(client.isClosed).toBe(false);
    await scene.time.advanceAsync(1);
    await run;
    expect(await client.closed).toBeUndefined();
  });

  it('says once and clearly when it cannot have its socket, and runs on', async () => {
    await using scene = createScene(machine => machine.forbidden.add(FakeMachine.directory));
    const starting = scene.host.start();
    await scene.time.advanceAsync(2000);
    await starting;
    expect(scene.host.services.getRequiredService(AppHostBackchannel).socketPath).toBeUndefined();
    expect(
      scene.host.logs.entries.filter(({ category }) => category === 'AppHostBackchannel').map(({ level, error }) => [level, (error as { code?: string }).code]),
    ).toEqual([['error', 'ERR_PRIVATE_DIRECTORY']]);
  });

  it('fails the start when the socket is required', async () => {
    await using scene = createScene(machine => machine.forbidden.add(FakeMachine.directory), true);
    await expect(scene.host.start()).rejects.toMatchObject({ code: 'ERR_PRIVATE_DIRECTORY' });
  });

  it('removes what earlier instances left behind, and nothing else', async () => {
    const orphan = 'Pd8lP5fXBFQBBBBBBBB.201';
    const left = ['Pd8lP5fXBFQAAAAAAAA.202', 'Pd8lP5fXBFQCCCCCCCC.203', 'Pd8lP5fXBFQDDDDDDDD.204', 'X7PRTlj8i5MAAAAAAAA.205', 'Pd8lP5fXBFQ'];
    await using scene = createScene(machine => {
      // Long before the clock of this test: what was just made is given time to listen.
      machine.add(orphan, { createdAt: 1_000 });
      machine.add(left[0]!);
      machine.add(left[1]!, { isSocket: false });
      machine.add(left[2]!, { isOurs: false });
      for (const name of left.slice(3)) machine.add(name);
      for (const pid of [201, 203, 204, 205]) machine.kill(pid);
    });
    await startAndConnect(scene);
    expect((await scene.machine.list(FakeMachine.directory)).filter(name => !name.endsWith(`.${process.pid}`)).sort()).toEqual([...left].sort());
  });
});

function untilListening({ machine, time }: Scene): Promise<void> {
  return settle(time, async () => (await machine.list(FakeMachine.directory)).some(name => name.endsWith(`.${process.pid}`)));
}

async function openStream(machine: FakeMachine): Promise<Duplex> {
  const name = (await machine.list(FakeMachine.directory)).find(candidate => candidate.endsWith(`.${process.pid}`));
  return machine.connect(`${FakeMachine.directory}/${name}`, new AbortController().signal);
}

async function startAndConnect(scene: Scene): Promise<RpcClient> {
  const starting = scene.host.start();
  await untilListening(scene);
  await scene.time.advanceAsync(1000);
  await starting;
  return scene.connect();
}
