import { createConnection, type Socket } from 'node:net';
import { TimeProvider } from 'hostward';
import { addAppHost, AppHostBackchannel, AppHostResource, type ClientLimits } from 'hostward/apphost';
import { createTestHost, type TestHost } from 'hostward/testing';
import { RpcClient, type WireLogEntry } from '../../../src/backchannel/rpc/index.js';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { ScratchHome } from '../../support/programs.js';
import { frame, RawPeer } from '../rpc/raw-peer.js';
import { appHostPath } from './catalog-scene.js';
import { FakeResource } from './fake-resource.js';

interface ServerOptions {
  readonly limits?: ClientLimits;
  readonly resources?: readonly FakeResource[];
  readonly wireLog?: (entry: WireLogEntry) => void;
  readonly minimumLevel?: 'trace' | 'debug';
}

/** An AppHost with a real socket, and real clients. */
class Server implements AsyncDisposable {
  readonly #sockets: Socket[] = [];

  private constructor(
    readonly home: ScratchHome,
    readonly host: TestHost,
    readonly backchannel: AppHostBackchannel,
  ) {}

  static async start({ limits, resources = [], wireLog, minimumLevel }: ServerOptions = {}): Promise<Server> {
    const home = await ScratchHome.create();
    const host = createTestHost(builder => {
      builder.services.addSingleton(TimeProvider, TimeProvider.system);
      addAppHost(builder.services, { appHostPath, homeDirectory: home.path, isRequired: true, ...(limits && { limits }), ...(wireLog && { wireLog }) });
      for (const resource of resources) builder.services.addSingleton(AppHostResource, resource);
      if (minimumLevel) builder.logging.setMinimumLevel(minimumLevel);
    });
    await host.start();
    return new Server(home, host, host.services.getRequiredService(AppHostBackchannel));
  }

  async socket(): Promise<Socket> {
    const socket = createConnection(this.backchannel.socketPath!);
    socket.on('error', () => undefined);
    this.#sockets.push(socket);
    await eventually('the connection', () => !socket.connecting);
    return socket;
  }

  async peer(): Promise<RawPeer> {
    return new RawPeer(await this.socket());
  }

  async client(): Promise<RpcClient> {
    return RpcClient.over(await this.socket(), { timeProvider: TimeProvider.system });
  }

  /** Others are served as ever, and nobody but `clients` is there. */
  async expectWell(clients = 0): Promise<void> {
    await using client = await this.client();
    expect(await client.request('GetCapabilitiesAsync')).toEqual({ capabilities: ['aux.v1', 'aux.v2', 'aux.v3'] });
    await eventually(`${clients} other clients, there are ${this.backchannel.counters.clients - 1}`, () => this.backchannel.counters.clients === clients + 1);
  }

  warnings(): string[] {
    return this.host.logs.entries.filter(({ category, level }) => category === 'AppHostBackchannel' && level !== 'debug').map(({ message }) => message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.host[Symbol.asyncDispose]();
    await this.home[Symbol.asyncDispose]();
  }
}

const watch = { jsonrpc: '2.0', id: 2, method: 'WatchResourcesAsync', params: [{ clientCapabilities: ['aux.v3'] }] };
const next = (id: number) => ({ jsonrpc: '2.0', id, method: '$/enumerator/next', params: [1] });

describe('clients of an AppHost', () => {
  expectNoLeaks();

  it('may come 200 at once, each with a watch, a log that it follows, a wait and calls', async () => {
    const web = new FakeResource('web', { state: 'Starting' });
    web.log.write('hello', 0);
    await using server = await Server.start({ resources: [web] });
    const clients = await Promise.all(Array.from({ length: 200 }, () => server.client()));
    const states: string[] = [];
    const lines: unknown[] = [];
    const waits = clients.map(client => client.request('WaitForResourceAsync', [{ resourceName: 'web', status: 'up' }]));
    for (const client of clients) {
      void (async () => {
        for await (const item of client.stream('WatchResourcesAsync', [])) states.push((item as { state: string }).state);
      })().catch(() => undefined);
      void (async () => {
        for await (const item of client.stream('GetConsoleLogsAsync', [{ resourceName: 'web', follow: true }])) lines.push(item);
      })().catch(() => undefined);
    }
    await eventually('the first states and lines', () => states.length === 200 && lines.length === 200);
    web.state.update({ state: 'Running' });
    web.log.write('world', 1);
    await eventually('the second states and lines', () => states.length === 400 && lines.length === 400);
    expect(await Promise.all(waits)).toEqual(waits.map(() => expect.objectContaining({ success: true }) as unknown));
    expect(server.backchannel.counters).toMatchObject({ clients: 200, servedClients: 200, refusedClients: 0 });
    await Promise.all(clients.map(client => client[Symbol.asyncDispose]()));
    await server.expectWell();
    expect([web.listeners, server.warnings()]).toEqual([1, []]);
  });

  it('are turned away at once when there are too many, which the log says once, until some go', async () => {
    await using server = await Server.start({ limits: { maxClients: 3 } });
    const clients = [await server.client(), await server.client(), await server.client()];
    for (const client of clients) await client.request('GetDashboardMcpConnectionInfoAsync');
    for (let turn = 0; turn < 5; turn++) {
      const refused = await server.client();
      await expect(refused.request('GetDashboardMcpConnectionInfoAsync')).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
    }
    expect(server.warnings()).toEqual(['3 clients are connected; further ones are turned away until some of them go']);
    expect(server.backchannel.counters).toMatchObject({ clients: 3, servedClients: 3, refusedClients: 5 });
    await clients[0]![Symbol.asyncDispose]();
    await eventually('room', () => server.backchannel.counters.clients === 2);
    const welcome = await server.client();
    expect(await welcome.request('GetDashboardMcpConnectionInfoAsync')).toBeNull();
    for (const client of [...clients, welcome]) await client[Symbol.asyncDispose]();
  });

  it('that never read lose their connection when too much waits for them, and cost others nothing', async () => {
    const big = new FakeResource('big', { state: 'Running', properties: { text: 'x'.repeat(200_000) } });
    await using server = await Server.start({ resources: [big], limits: { maxUnsentBytes: 2_000_000 } });
    const deaf = await server.socket();
    deaf.pause();
    const request = (id: number) => frame(JSON.stringify({ jsonrpc: '2.0', id, method: 'GetResourceSnapshotsAsync', params: [] }));
    for (let id = 0; id < 400; id++) deaf.write(request(id));
    await eventually('the end of the connection, or a stand-still in which nothing is read from it', async () => {
      await server.expectWell(server.backchannel.counters.clients);
      return server.backchannel.counters.clients === 0 || deaf.writableLength > 0 || server.backchannel.counters.bytesSent > 1_000_000;
    });
    // What is kept for it is bounded, whichever of the limits it has met.
    expect(server.backchannel.counters.bytesSent).toBeLessThan(20_000_000);
    deaf.destroy();
    await server.expectWell();
  });

  it('that stop to read in the middle of a stream make nothing pile up, and see the newest state when they read again', async () => {
    const web = new FakeResource('web', { state: '0' });
    await using server = await Server.start({ resources: [web] });
    await using client = await server.client();
    const watching = client.stream('WatchResourcesAsync', [])[Symbol.asyncIterator]();
    const state = async () => ((await watching.next()).value as { state: string }).state;
    expect(await state()).toBe('0');
    for (let turn = 1; turn <= 5_000; turn++) web.state.update({ state: String(turn), properties: { text: 'x'.repeat(100) } });
    const seen: string[] = [];
    while (seen.at(-1) !== '5000') seen.push(await state());
    expect(seen.length).toBeLessThanOrEqual(3);
    await watching.return?.();
  });

  it.each<[string, (peer: RawPeer) => unknown]>([
    ['half a header', peer => peer.sendBytes('Content-Le')],
    ['half a message', peer => peer.sendBytes('Content-Length: 100\r\n\r\n{"jsonrpc"')],
    ['garbage', peer => peer.sendBytes(Buffer.from([0, 1, 2, 10, 13, 255]))],
    ['a call that waits', peer => peer.send({ jsonrpc: '2.0', id: 1, method: 'WaitForResourceAsync', params: [{ resourceName: 'web', status: 'down' }] })],
    ['a stream', peer => peer.send(watch)],
    [
      'a pull of a stream',
      async peer => {
        await peer.call(watch.method, watch.params);
        peer.send(next(3), next(4));
      },
    ],
    ['a thousand calls', peer => peer.send(...Array.from({ length: 1_000 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'GetResourcesAsync', params: [] })))],
    ['nothing', () => undefined],
  ])('that vanish after %s leave nothing behind', async (_, misbehave) => {
    const web = new FakeResource('web', { state: 'Running' });
    await using server = await Server.start({ resources: [web] });
    for (const way of ['orderly', 'at once', 'with unread answers'] as const) {
      const peer = await server.peer();
      await misbehave(peer);
      // What has come and was not read makes the system reset the connection.
      if (way === 'with unread answers') peer.stream.pause();
      await new Promise(resolve => setImmediate(resolve));
      if (way === 'orderly') peer.stream.end();
      else peer.stream.destroy();
    }
    await server.expectWell();
    await eventually('the end of what they asked for', () => web.listeners === 1);
  });

  it('that flood it with calls are refused beyond their limit and served again afterwards', async () => {
    const web = new FakeResource('web', { state: 'Running' });
    await using server = await Server.start({ resources: [web], limits: { maxPendingCalls: 50 } });
    const peer = await server.peer();
    const wait = (id: number) => ({ jsonrpc: '2.0', id, method: 'WaitForResourceAsync', params: [{ resourceName: 'web', status: 'down' }] });
    peer.send(...Array.from({ length: 500 }, (_, id) => wait(id)));
    for (let refused = 0; refused < 450; refused++)
      expect(await peer.next()).toMatchObject({ error: { code: -32000, message: 'More than 50 requests are waiting for their answers.' } });
    await server.expectWell(1);
    web.state.update({ state: 'Finished' });
    for (let answered = 0; answered < 50; answered++) expect(await peer.next()).toMatchObject({ result: { success: true } });
    expect(await peer.call('GetDashboardMcpConnectionInfoAsync')).toMatchObject({ result: null });
  });

  it('may have 100 streams open, and no more', async () => {
    await using server = await Server.start();
    const peer = await server.peer();
    for (let id = 0; id < 100; id++) expect(await peer.call('GetAppHostLogEntriesAsync', [], id)).toHaveProperty('result.token', id + 1);
    expect(await peer.call('GetAppHostLogEntriesAsync', [], 100)).toMatchObject({
      error: { code: -32000, message: 'More than 100 streams are open on this connection.' },
    });
    await server.expectWell(1);
  });

  it('may send no message beyond the limit; the log says whose connection ended why', async () => {
    await using server = await Server.start({ limits: { maxMessageBytes: 1_000 } });
    const peer = await server.peer();
    peer.sendBytes('Content-Length: 1001\r\n\r\n');
    expect(await peer.next()).toMatchObject({
      id: null,
      error: { code: -32700, message: expect.stringContaining('a message of at most 1000 bytes') as string },
    });
    await eventually('the end', () => peer.hasEnded);
    await server.expectWell();
    expect(server.warnings()).toEqual([expect.stringContaining('A client was disconnected: The peer broke the framing')]);
  });

  it('that misbehave again and again fill no log', async () => {
    await using server = await Server.start();
    for (let turn = 0; turn < 120; turn++) {
      const peer = await server.peer();
      peer.sendBytes('\n');
      await eventually('the end', () => peer.hasEnded);
      peer.stream.destroy();
    }
    await eventually('all ends', () => server.backchannel.counters.clients === 0);
    expect(server.warnings()).toHaveLength(100);
  });

  it('have their calls ended when the host stops, all at once, also those that do not read', async () => {
    const web = new FakeResource('web', { state: 'Running', properties: { text: 'x'.repeat(1_000_000) } });
    await using server = await Server.start({ resources: [web] });
    const waiting = await Promise.all(Array.from({ length: 20 }, () => server.client()));
    const ends = waiting.map(client =>
      client.request('WaitForResourceAsync', [{ resourceName: 'web', status: 'down' }]).catch((error: { code: string }) => error.code),
    );
    const deaf = await Promise.all(Array.from({ length: 5 }, () => server.socket()));
    for (const socket of deaf) {
      socket.pause();
      for (let id = 0; id < 3; id++) socket.write(frame(JSON.stringify({ jsonrpc: '2.0', id, method: 'GetResourceSnapshotsAsync', params: [] })));
    }
    await eventually('all of them', () => server.backchannel.counters.clients === 25);
    await server.host.stop();
    expect(new Set(await Promise.all(ends)).size).toBe(1);
    expect([server.backchannel.counters.clients, server.backchannel.socketPath, await server.home.sockets(), web.listeners]).toEqual([0, undefined, [], 1]);
  });

  it('are heard by the log of the wire, in the program or in the log, secrets masked', async () => {
    const entries: WireLogEntry[] = [];
    const web = new FakeResource('web', { urls: [{ name: 'u', url: 'http://a/login?t=hunter2', isInternal: false, displayProperties: null }] });
    await using server = await Server.start({ resources: [web], wireLog: entry => entries.push(entry) });
    await using client = await server.client();
    await client.request('GetResourcesAsync', []);
    expect(entries.map(({ direction }) => direction)).toEqual(['received', 'sent']);
    expect(entries[1]!.text).toContain('http://a/login?t=***');
    expect(JSON.stringify(entries)).not.toContain('hunter2');
  });

  it('are heard in the log at level trace, and reading the log makes no more of it', async () => {
    await using server = await Server.start({ minimumLevel: 'trace' });
    await using client = await server.client();
    const following = (async () => {
      for await (const item of client.stream('GetAppHostLogEntriesAsync', [])) void item;
    })().catch(() => undefined);
    await client.request('GetCapabilitiesAsync');
    const wire = () => server.host.logs.entries.filter(({ category }) => category === 'hostward.AppHost.Wire').map(({ message }) => message);
    await eventually('the messages', () => wire().some(message => message.startsWith('sent {"jsonrpc":"2.0","id":') && message.includes('aux.v1')));
    const before = wire().length;
    await client.request('GetDashboardMcpConnectionInfoAsync');
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(wire().length - before).toBeLessThan(10);
    await client[Symbol.asyncDispose]();
    await following;
  });

  it('are not heard when nobody wants to know', async () => {
    await using server = await Server.start({ minimumLevel: 'debug' });
    await server.expectWell();
    expect(server.host.logs.entries.filter(({ category }) => category === 'hostward.AppHost.Wire')).toEqual([]);
    expect(server.backchannel.counters).toMatchObject({ messagesReceived: 1, messagesSent: 1, servedClients: 1 });
  });
});
