import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RpcBudget, type RpcMethods, type RpcServerOptions, type RpcSession, serveRpc } from '../../../src/backchannel/rpc/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { memoryInUse } from './memory-in-use.js';
import { frame, RawPeer, settle } from './raw-peer.js';
import { ManualSource, serve, type ServedPeer } from './serve.js';

expectNoLeaks();

const mebibyte = 1_048_576;
/** A new text each time, as those that share one would cost nothing. */
const item = () => Buffer.alloc(50_000, 'x').toString('latin1');

/** Counts what it is asked for. */
class EndlessSource extends ManualSource<string> {
  override async next(): Promise<IteratorResult<string>> {
    this.pulls++;
    return { value: item(), done: false };
  }
}

function methods(): RpcMethods & { readonly sources: EndlessSource[] } {
  const sources: EndlessSource[] = [];
  const served: RpcMethods = {
    Endless: {
      parameters: [],
      invoke: () => {
        const source = new EndlessSource();
        sources.push(source);
        return source;
      },
    },
    Keep: {
      parameters: ['value'],
      invoke: (_args, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone')))),
    },
    Big: { parameters: [], invoke: () => 'x'.repeat(900_000) },
    Echo: { parameters: ['value'], invoke: ([value]) => value },
  };
  return Object.defineProperty(served as RpcMethods & { sources: EndlessSource[] }, 'sources', { value: sources });
}

describe('The streams of one session', () => {
  it('read ahead 4 MiB each and 16 MiB together; one that finds no room reads one item ahead', async () => {
    const served = methods();
    await using session = serve(served);
    await openStreams(session, 10);
    const ahead = aheadOf(served.sources, session);
    expect(ahead).toBeGreaterThan(15 * mebibyte);
    expect(ahead).toBeLessThanOrEqual(16 * mebibyte + 10 * (item().length + 2));
  });

  it('all give their items, however little room there is', async () => {
    const served = methods();
    await using session = serve(served, { maxReadAheadBytes: 0 });
    await openStreams(session, 3);
    for (let turn = 0; turn < 5; turn++) {
      for (let token = 1; token <= 3; token++) {
        expect((await session.peer.call('$/enumerator/next', [token], `more ${turn} ${token}`)).result).toEqual({ values: [item()], finished: false });
      }
    }
    await settle();
    expect(served.sources.map(({ pulls }) => pulls)).toEqual([7, 7, 7]);
  });

  it('have the room again that a stream has left', async () => {
    const served = methods();
    await using session = serve(served, { maxReadAheadBytes: 500_000 });
    await openStreams(session, 2);
    expect(served.sources[0]?.pulls).toBeGreaterThan(4);
    const before = served.sources[1]?.pulls ?? 0;
    session.peer.send({ jsonrpc: '2.0', method: '$/enumerator/abort', params: [1] });
    await session.peer.call('$/enumerator/next', [2], 'again');
    await settle();
    expect((served.sources[1]?.pulls ?? 0) - before).toBeGreaterThan(4);
  });
});

/** What each of thirty clients sends, in JavaScript, to make a server hold more than the 8 MiB of its budget: some ten times as much without one. */
const misbehaving: readonly (readonly [what: string, misbehave: string])[] = [
  ['begin messages of 60 MB and never end them', `socket.write('Content-Length: 60000000\\r\\n\\r\\n' + 'x'.repeat(3_000_000))`],
  ['ask with long requests that are never answered', `for (let id = 0; id < 10; id++) send({ id, method: 'Keep', params: ['x'.repeat(300_000)] })`],
  [
    'open 20 endless streams and never pull again',
    `for (let token = 1; token <= 20; token++) { send({ id: token, method: 'Endless' }); send({ id: -token, method: '$/enumerator/next', params: [token] }); }`,
  ],
  ['never read their answers', `socket.pause(); for (let id = 0; id < 10; id++) send({ id, method: 'Big' })`],
];

describe('Thirty clients of one server that', () => {
  const [maxBytes, sessions] = [8 * mebibyte, 30];

  it.each(misbehaving)('%s cost no more than its budget, and another is served all the time', async (_what, misbehave) => {
    const budget = new RpcBudget(maxBytes);
    await using server = await listen({ budget });
    const polite = new RawPeer(await server.connect());
    await polite.call('Echo', ['x']);
    const before = await memoryInUse();
    await using clients = await startClients(server.path, sessions, misbehave);
    let most = 0;
    for (let turn = 0; turn < 50 || server.sessions.length <= sessions; turn++) {
      expect((await polite.call('Echo', ['x'], turn)).result).toBe('x');
      await clients.haveTime();
      most = Math.max(most, budget.usedBytes);
    }
    expect({ isUsed: most > maxBytes / 3, isKept: most <= maxBytes }).toEqual({ isUsed: true, isKept: true });
    // Beyond the budget: 64 KiB for each session, one item for each stream, and what else changes in the process: without the budget it is 50 MB and more.
    const allowed = maxBytes + sessions * 65_536 + server.sources.length * item().length + 10 * mebibyte;
    expect((await memoryInUse()) - before).toBeLessThan(allowed);
    await clients[Symbol.asyncDispose]();
    await Promise.all(server.sessions.slice(1).map(({ closed }) => closed));
    expect(budget.usedBytes).toBe(0);
  });
});

describe('A session that finds no room', () => {
  it('ends when a message comes that is longer than what is free, says why, and harms no other', async () => {
    const budget = new RpcBudget(100_000);
    await using served = serve(methods(), { budget });
    await using other = serve(methods(), { budget });
    served.peer.sendBytes(Buffer.concat([Buffer.from('Content-Length: 900000\r\n\r\n'), Buffer.alloc(400_000, 'x')]));
    expect(await served.peer.next()).toMatchObject({ id: null, error: { code: -32000, message: expect.stringContaining('of at most 100000 bytes') } });
    await expect(served.session.closed).resolves.toMatchObject({ code: 'ERR_RPC_BUDGET' });
    expect(budget.usedBytes).toBe(0);
    expect((await other.peer.call('Echo', ['x'])).result).toBe('x');
  });

  it('refuses the request, and serves it when there is room', async () => {
    const budget = new RpcBudget(100_000);
    await using served = serve(methods(), { budget });
    served.peer.sendBytes(frame(`{"jsonrpc":"2.0","id":1,"method":"Keep","params":["${'x'.repeat(150_000)}"]}`));
    await settle();
    const echo = { jsonrpc: '2.0', id: 2, method: 'Echo', params: ['x'.repeat(30_000)] };
    served.peer.send(echo);
    expect(await served.peer.next()).toMatchObject({ id: 2, error: { code: -32000, message: 'The server holds as much for its clients as it may.' } });
    served.peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } });
    expect((await served.peer.next()).id).toBe(1);
    served.peer.send(echo);
    expect((await served.peer.next()).result).toHaveLength(30_000);
  });

  it('still takes 64 KiB, whatever the others hold', async () => {
    const budget = new RpcBudget(0);
    await using served = serve(methods(), { budget });
    for (let id = 0; id < 5; id++) served.peer.send({ jsonrpc: '2.0', id, method: 'Keep', params: ['x'.repeat(10_000)] });
    expect((await served.peer.call('Echo', ['x'], 9)).result).toBe('x');
    expect(budget.usedBytes).toBe(0);
  });
});

async function openStreams({ peer }: ServedPeer, count: number): Promise<void> {
  for (let token = 1; token <= count; token++) {
    await peer.call('Endless', [], `open ${token}`);
    await peer.call('$/enumerator/next', [token], `pull ${token}`);
  }
  await settle();
}

/** The bytes of items that were produced and have not been sent. */
function aheadOf(sources: readonly EndlessSource[], { peer }: ServedPeer): number {
  const produced = sources.reduce((sum, { pulls }) => sum + pulls, 0);
  const sent = peer.received.split(item()).length - 1;
  return (produced - sent) * (item().length + 2);
}

interface Server extends AsyncDisposable {
  readonly path: string;
  readonly sessions: RpcSession[];
  readonly sources: readonly EndlessSource[];
  connect(): Promise<Socket>;
}

async function listen(options: RpcServerOptions): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'hostward-'));
  const path = join(folder, 'server.sock');
  const [served, sessions, sockets] = [methods(), [] as RpcSession[], [] as Socket[]];
  const timeProvider = new FakeTimeProvider();
  const server = createServer(socket => sessions.push(serveRpc(socket, served, { timeProvider, ...options })));
  server.listen(path);
  await once(server, 'listening');
  return {
    path,
    sessions,
    sources: served.sources,
    async connect() {
      const socket = createConnection(path);
      sockets.push(socket);
      await once(socket, 'connect');
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(sessions.map(session => session[Symbol.asyncDispose]()));
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    },
  };
}

/** A process with so many connections, each of which does `misbehave`; `haveTime` gives it some. */
async function startClients(path: string, count: number, misbehave: string): Promise<AsyncDisposable & { haveTime(): Promise<void> }> {
  const program = `
    const sockets = Array.from({ length: ${count} }, () => require('node:net').connect(${JSON.stringify(path)}));
    for (const socket of sockets) {
      const send = message => {
        const body = JSON.stringify({ jsonrpc: '2.0', ...message });
        socket.write('Content-Length: ' + body.length + '\\r\\n\\r\\n' + body);
      };
      socket.on('error', () => undefined).on('data', () => undefined);
      ${misbehave};
    }
    process.on('message', () => process.send('here'));
    process.on('disconnect', () => process.exit());`;
  const child = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  return {
    async haveTime() {
      child.send('are you there?');
      await once(child, 'message');
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
