import { delay, IHostApplicationLifetime, type IHostedService, ILoggerFactory, inject, TimeProvider } from 'hostward';
import { addResource, AppHostResource, configureResource } from 'hostward/apphost';
import { auxMethods } from '../../../src/backchannel/contract/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { recordedRows } from '../../support/recording-files.js';
import { settle } from '../../support/settle.js';
import { type AppHostScene, Busy, createAppHost, Idle } from './app-host-scene.js';
import { FakeResource } from './fake-resource.js';

const invalidParams = -32602;
const failed = -32000;

describe('the methods of an AppHost', () => {
  expectNoLeaks();

  it('are all of the contract but those of terminals', async () => {
    await using scene = createAppHost();
    await scene.start();
    const client = await scene.connect();
    const missing: string[] = [];
    for (const method of Object.values(auxMethods)) {
      const { rpcCode } = (await client.request(method, [1, 2, 3, 4]).catch((error: { rpcCode: number }) => error)) as { rpcCode: number };
      if (rpcCode === -32601) missing.push(method);
      else expect(rpcCode).toBe(invalidParams);
    }
    expect(missing).toEqual([auxMethods.getTerminalInfo, auxMethods.listTerminals]);
  });

  const optional = [
    auxMethods.getCapabilities,
    auxMethods.getAppHostInfo,
    auxMethods.getDashboardInfo,
    auxMethods.getResources,
    auxMethods.waitForAppHostReady,
  ];
  const plain = [auxMethods.getAppHostInformation, auxMethods.getDashboardMcpConnectionInfo, auxMethods.getDashboardUrls, auxMethods.getResourceSnapshots];
  const mandatory = [
    auxMethods.getConsoleLogs,
    auxMethods.getConsoleLogBatches,
    auxMethods.callMcpTool,
    auxMethods.executeResourceCommand,
    auxMethods.waitForResource,
  ];

  it.each<[string, readonly string[], unknown, number | undefined]>([
    ['an optional request', optional, [], undefined],
    ['an optional request', optional, [null], undefined],
    ['an optional request', optional, [{}], undefined],
    ['an optional request', optional, [{ unknown: 1, traceContext: { traceParent: 'x', baggage: {} } }], undefined],
    ['an optional request', optional, [1], invalidParams],
    ['an optional request', optional, ['x'], invalidParams],
    ['an optional request', optional, [[]], invalidParams],
    ['an optional request', optional, [{}, 1], invalidParams],
    ['no request', plain, [], undefined],
    ['no request', plain, [null], invalidParams],
    ['no request', plain, [{}], invalidParams],
    ['a mandatory request', mandatory, [], invalidParams],
    ['a mandatory request', mandatory, [null], failed],
    ['a mandatory request', mandatory, [5], invalidParams],
    ['a mandatory request', mandatory.slice(2), [{}], invalidParams],
  ])('with %s (%j) answer %j as the original does', async (_, methods, params, expected) => {
    await using scene = createAppHost();
    await scene.start();
    const client = await scene.connect();
    const codes = await Promise.all(
      methods.map(method =>
        client.request(method, params as unknown[]).then(
          () => undefined,
          (error: { rpcCode?: number }) => error.rpcCode,
        ),
      ),
    );
    expect(codes).toEqual(methods.map(() => expected));
  });

  it.each<[string, unknown[], number | undefined]>([
    [auxMethods.getResourceLogs, ['x'], undefined],
    [auxMethods.getResourceLogs, [null, false], undefined],
    [auxMethods.getResourceLogs, [5, false], invalidParams],
    [auxMethods.getResourceLogs, ['x', 'yes'], invalidParams],
    [auxMethods.getResourceLogs, ['x', null], invalidParams],
    [auxMethods.getConsoleLogs, [{ resourceName: 'x', tail: 'all' }], invalidParams],
    [auxMethods.getConsoleLogs, [{ follow: 1 }], invalidParams],
    [auxMethods.getResources, [{ filter: 5 }], invalidParams],
    [auxMethods.getResources, [{ clientCapabilities: 'aux.v3' }], invalidParams],
    [auxMethods.waitForResource, [{ resourceName: 'x', status: 'up', timeoutSeconds: '5' }], invalidParams],
    [auxMethods.waitForResource, [{ resourceName: 'x', status: 'up', timeoutSeconds: 2.5 }], invalidParams],
    [auxMethods.waitForResource, [{ resourceName: 'Idle', status: 'up', timeoutSeconds: -1 }], failed],
    [auxMethods.callResourceMcpTool, ['x', 'tool'], invalidParams],
    [auxMethods.callResourceMcpTool, [5, 'tool', null], invalidParams],
    [auxMethods.callResourceMcpTool, ['x', 'tool', []], invalidParams],
    [auxMethods.callResourceMcpTool, ['x', 'tool', null], failed],
    [auxMethods.callResourceMcpTool, ['', 'tool', null], failed],
    [auxMethods.stop, [{ exitCode: 'x' }], invalidParams],
    [auxMethods.stop, [{ exitCode: 256 }], invalidParams],
    [auxMethods.stop, [{ exitCode: -1 }], invalidParams],
  ])('answer %s %j with %j', async (method, params, expected) => {
    await using scene = createAppHost({ build: builder => builder.services.addHostedService(Idle) });
    await scene.start();
    const client = await scene.connect();
    const code = await client.request(method, params).then(
      () => undefined,
      (error: { rpcCode?: number }) => error.rpcCode,
    );
    expect(code).toBe(expected);
  });

  it('give members in the order and with the names of the original', async () => {
    const recorded: { for?: string; kind?: string; message: { result?: object } }[] = recordedRows('raw/params');
    await using scene = createAppHost();
    await scene.start();
    const client = await scene.connect();
    for (const method of [auxMethods.getAppHostInformation, auxMethods.getCapabilities]) {
      const answer = recorded.find(line => line.for === method && line.kind === 'response')!.message.result!;
      expect(Object.keys(await client.request<object>(method))).toEqual(Object.keys(answer));
    }
    expect(await client.request(auxMethods.getCapabilities)).toEqual({ capabilities: ['aux.v1', 'aux.v2', 'aux.v3'] });
  });

  describe('for resources', () => {
    const declared = (...resources: FakeResource[]) =>
      createAppHost({
        build: builder => {
          for (const resource of resources) builder.services.addSingleton(AppHostResource, resource);
        },
      });

    it('filter by a part of the instance name, never of the display name, and give hidden ones as well', async () => {
      await using scene = declared(new FakeResource('web-abc', { isHidden: true }, { displayName: 'front' }), new FakeResource('db'));
      await scene.start();
      const client = await scene.connect();
      const names = async (filter: string | null) =>
        (await client.request<{ resources: { name: string }[] }>(auxMethods.getResources, [{ filter }])).resources.map(({ name }) => name);
      expect([await names('B-A'), await names('front'), await names(''), await names(null)]).toEqual([['web-abc'], [], ['web-abc', 'db'], ['web-abc', 'db']]);
    });

    it.each([
      [{ clientCapabilities: ['aux.v1', 'aux.v2', 'aux.v3'] }, 5],
      [{ clientCapabilities: ['aux.v2'] }, '5'],
      [{ clientCapabilities: ['AUX.V3'] }, '5'],
      [{ clientCapabilities: null }, '5'],
      [{}, '5'],
    ])('give a client that announces %j a property as %j', async (request, expected) => {
      await using scene = declared(new FakeResource('db', { properties: { number: 5 } }));
      await scene.start();
      const client = await scene.connect();
      const { resources } = await client.request<{ resources: { properties: unknown }[] }>(auxMethods.getResources, [request]);
      let watched: unknown;
      for await (const snapshot of client.stream(auxMethods.watchResources, [request])) {
        watched = snapshot;
        break;
      }
      expect([resources[0]!.properties, (watched as { properties: unknown }).properties]).toEqual([{ number: expected }, { number: expected }]);
    });

    it('watch with a filter, and without one in the form of aux.v1', async () => {
      const [web, db] = [new FakeResource('web', { state: 'A' }), new FakeResource('db', { state: 'A' })];
      await using scene = declared(web, db);
      await scene.start();
      const client = await scene.connect();
      const seen: string[] = [];
      const watch = async (label: string, stream: AsyncIterable<unknown>) => {
        for await (const item of stream) {
          const { name, state } = item as { name: string; state: string };
          seen.push(`${label} ${name} ${state}`);
        }
      };
      const watches = [
        watch('all', client.stream(auxMethods.watchResourceSnapshots, [])),
        watch('db', client.stream(auxMethods.watchResources, [{ filter: 'DB' }])),
      ];
      for (const watching of watches) watching.catch(() => undefined);
      await settle(scene.time, () => seen.length === 3);
      web.state.update({ state: 'B' });
      db.state.update({ state: 'B' });
      await settle(scene.time, () => seen.length === 6);
      expect([...seen].sort()).toEqual(['all db A', 'all db B', 'all web A', 'all web B', 'db db A', 'db db B']);
      await client[Symbol.asyncDispose]();
      await settle(scene.time, () => web.listeners === 1);
    });
  });

  describe('for logs', () => {
    const logs = async (scene: AppHostScene, request: object) => {
      const client = await scene.connect();
      const names: string[] = [];
      for await (const item of client.stream(auxMethods.getConsoleLogBatches, [request]))
        names.push(...(item as { lines: { resourceName: string }[] }).lines.map(({ resourceName }) => resourceName));
      return names;
    };
    const replicas = () => {
      const resources = [
        new FakeResource('web-a', {}, { displayName: 'web' }),
        new FakeResource('web-b', {}, { displayName: 'web' }),
        new FakeResource('db', { isHidden: true }),
        new FakeResource('ghost', { state: 'hidden' }),
      ];
      for (const [index, { log }] of resources.entries()) log.write('x', index);
      return createAppHost({
        build: builder => {
          for (const resource of resources) builder.services.addSingleton(AppHostResource, resource);
        },
      });
    };

    it.each([
      ['all replicas of a display name in any case', { resourceName: 'WEB' }, ['web-a', 'web-b']],
      ['one replica by its name', { resourceName: 'web-b' }, ['web-b']],
      ['no replica by its name in another case', { resourceName: 'WEB-B' }, []],
      ['nothing for an unknown name', { resourceName: 'nosuch' }, []],
      ['nothing for an empty name', { resourceName: '' }, []],
      ['everything that is not hidden', {}, ['web-a', 'web-b']],
      ['everything', { includeHidden: true }, ['web-a', 'web-b', 'db', 'ghost']],
      ['what is hidden, when it is named', { resourceName: 'db' }, ['db']],
    ])('give %s', async (_, request, expected) => {
      await using scene = replicas();
      await scene.start();
      expect(await logs(scene, request)).toEqual(expected);
    });

    it('give everything in the form of aux.v1, hidden resources included', async () => {
      await using scene = replicas();
      await scene.start();
      const client = await scene.connect();
      const names: unknown[] = [];
      for await (const item of client.stream(auxMethods.getResourceLogs, [null, false])) names.push((item as { resourceName: string }).resourceName);
      expect(names).toEqual(['web-a', 'web-b', 'db', 'ghost']);
    });

    it('say in the log that a name is unknown, once, and of a hundred names', async () => {
      await using scene = replicas();
      await scene.start();
      for (let turn = 0; turn < 3; turn++) await logs(scene, { resourceName: 'nosuch' });
      expect(warningsOf(scene)).toEqual(['A client asked for the log of nosuch, but there is no such resource']);
      const client = await scene.connect();
      for (let number = 0; number < 200; number++)
        await client.request(auxMethods.getConsoleLogs, [{ resourceName: `${number} ${'x'.repeat(1_000)}` }]).catch(() => undefined);
      expect([warningsOf(scene).length, Math.max(...warningsOf(scene).map(({ length }) => length)) < 200]).toEqual([100, true]);
    });

    it('send batches of 256 lines, and what comes while following as it comes', async () => {
      const resource = new FakeResource('web');
      for (let line = 0; line < 600; line++) resource.log.write(`line ${line}`, line);
      await using scene = createAppHost({ build: builder => builder.services.addSingleton(AppHostResource, resource) });
      await scene.start();
      const client = await scene.connect();
      const sizes: number[] = [];
      for await (const item of client.stream(auxMethods.getConsoleLogBatches, [{ resourceName: 'web' }]))
        sizes.push((item as { lines: unknown[] }).lines.length);
      expect(sizes).toEqual([256, 256, 88]);
      let count = 0;
      const following = (async () => {
        for await (const item of client.stream(auxMethods.getConsoleLogBatches, [{ resourceName: 'web', follow: true }]))
          count += (item as { lines: unknown[] }).lines.length;
      })();
      await settle(scene.time, () => count === 600);
      resource.log.write('late', 1000);
      await settle(scene.time, () => count === 601);
      await client[Symbol.asyncDispose]();
      await following.catch(() => undefined);
    });

    it("give the AppHost's own log, what is kept and what comes", async () => {
      await using scene = createAppHost();
      await scene.start();
      const client = await scene.connect();
      const seen: unknown[] = [];
      const following = (async () => {
        for await (const item of client.stream(auxMethods.getAppHostLogEntries, [])) seen.push(item);
      })();
      await settle(scene.time, () => seen.length > 0);
      scene.host.services.getRequiredService(ILoggerFactory).createLogger('Shop').log('warning', { id: 3, name: 'Sold' }, undefined, 'sold {Count}', 5);
      await settle(scene.time, () => seen.some(item => (item as { categoryName: string }).categoryName === 'Shop'));
      expect(seen.at(-1)).toEqual({
        eventId: { id: 3, name: 'Sold' },
        logLevel: 3,
        message: 'sold 5',
        timestamp: '2000-01-01T00:00:00.000Z',
        categoryName: 'Shop',
      });
      await client[Symbol.asyncDispose]();
      await following.catch(() => undefined);
    });
  });

  describe('for the life cycle', () => {
    it.each([
      [auxMethods.stopAppHost, [], null, undefined],
      [auxMethods.stop, [], {}, undefined],
      [auxMethods.stop, [null], {}, undefined],
      [auxMethods.stop, [{ exitCode: 0 }], {}, 0],
      [auxMethods.stop, [{ exitCode: 42 }], {}, 42],
    ])('answer %s %j at once, serve others for half a second, and stop then with the exit code', async (method, params, answer, exitCode) => {
      await using scene = createAppHost();
      await scene.start();
      const client = await scene.connect();
      expect(await client.request(method, params)).toEqual(answer);
      const lifetime = lifetimeOf(scene);
      await scene.time.advanceAsync(499);
      expect([lifetime.applicationStopping.aborted, await client.request(auxMethods.getDashboardMcpConnectionInfo)]).toEqual([false, null]);
      await scene.time.advanceAsync(1);
      expect([lifetime.applicationStopping.aborted, lifetime.exitCode]).toEqual([true, exitCode]);
    });

    it('take the first of two requests to stop, also when the second is refused', async () => {
      await using scene = createAppHost();
      await scene.start();
      const client = await scene.connect();
      await client.request(auxMethods.stop, [{ exitCode: 7 }]);
      await client.request(auxMethods.stop, [{ exitCode: 8 }]);
      await expect(client.request(auxMethods.stop, [{ exitCode: 300 }])).rejects.toMatchObject({ rpcCode: invalidParams });
      await scene.time.advanceAsync(500);
      expect(lifetimeOf(scene).exitCode).toBe(7);
    });

    it('are ready when everything has started, not before, and wait no longer than the client', async () => {
      class Slow implements IHostedService {
        constructor(@inject(TimeProvider) private readonly time: TimeProvider) {}
        async start(signal: AbortSignal): Promise<void> {
          await delay(5000, { timeProvider: this.time, signal });
        }
        async stop(): Promise<void> {}
      }
      await using scene = createAppHost({ build: builder => builder.services.addHostedService(Slow) });
      const starting = scene.host.start();
      await settle(scene.time, async () => (await scene.socketName()) !== undefined);
      const client = await scene.connect();
      const impatient = new AbortController();
      const given = client.request(auxMethods.waitForAppHostReady, [], { signal: impatient.signal });
      let answer: unknown;
      void client.request(auxMethods.waitForAppHostReady, [{}], { timeout: -1 }).then(ready => (answer = ready));
      await scene.time.advanceAsync(4000);
      impatient.abort();
      await expect(given).rejects.toMatchObject({ name: 'AbortError' });
      expect(answer).toBeUndefined();
      await scene.time.advanceAsync(1000);
      await starting;
      await settle(scene.time, () => answer !== undefined);
      expect([answer, await client.request(auxMethods.waitForAppHostReady)]).toEqual([{ isReady: true }, { isReady: true }]);
    });
  });

  it('end pending calls and streams when the host stops', async () => {
    await using scene = createAppHost({ build: builder => builder.services.addHostedService(Busy) });
    await scene.start();
    const client = await scene.connect();
    const waiting = client
      .request(auxMethods.waitForResource, [{ resourceName: 'Busy', status: 'down' }], { timeout: -1 })
      .catch((error: { code: string }) => error.code);
    const watching = (async () => {
      for await (const item of client.stream(auxMethods.watchResources, [])) void item;
    })().catch((error: { code: string }) => error.code);
    await scene.time.advanceAsync(0);
    await scene.host.stop();
    // The service is stopped before the AppHost, so that the wait may have had its answer.
    expect(['ERR_RPC_CONNECTION_LOST', expect.objectContaining({ success: true })]).toContainEqual(await waiting);
    expect(await watching).toBe('ERR_RPC_CONNECTION_LOST');
    expect(scene.time.pendingTimers).toEqual([]);
  });

  it('warn of what was said of a resource that there is not', async () => {
    await using scene = createAppHost({
      build: builder => {
        builder.services.addHostedService(Idle);
        configureResource(builder.services, Busy, { displayName: 'busy' });
        addResource(builder.services, 'queue');
        configureResource(builder.services, 'queue', { displayName: 'Queue' });
      },
    });
    await scene.start();
    expect(warningsOf(scene)).toEqual([
      "configureResource was called for 'Busy', which is no hosted service of this host; there are: Idle",
      "configureResource was called for 'queue', which addExecutable or addResource has declared: give its options there",
    ]);
  });
});

function warningsOf({ host }: AppHostScene): string[] {
  return host.logs.entries.filter(({ category, level }) => category === 'AppHostBackchannel' && level === 'warning').map(({ message }) => message);
}

function lifetimeOf({ host }: AppHostScene): IHostApplicationLifetime {
  return host.services.getRequiredService(IHostApplicationLifetime);
}
