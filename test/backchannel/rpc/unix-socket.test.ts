import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RpcClient, type RpcMethods, type RpcServerOptions, type RpcSession, serveRpc } from '../../../src/backchannel/rpc/index.js';
import { TimeProvider } from '../../../src/hosting/time/index.js';
import { frame } from './raw-peer.js';
import { ManualSource } from './serve.js';

let directory: string;
let server: Server;
let sessions: RpcSession[];

async function listen(methods: RpcMethods, options?: RpcServerOptions): Promise<string> {
  const path = join(directory, 'test.sock');
  server = createServer(socket => sessions.push(serveRpc(socket, methods, options)));
  server.listen(path);
  await once(server, 'listening');
  return path;
}

async function open(path: string): Promise<Socket> {
  const socket = connect(path);
  await once(socket, 'connect');
  return socket;
}

const client = async (path: string) => RpcClient.over(await open(path), { timeProvider: TimeProvider.system });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hostward-rpc-'));
  sessions = [];
});

afterEach(async () => {
  for (const session of sessions) await session[Symbol.asyncDispose]();
  server.close();
  await once(server, 'close');
  rmSync(directory, { recursive: true });
});

describe('over a real Unix socket', () => {
  it('calls and streams work for several clients at a time', async () => {
    const path = await listen({
      AddAsync: { parameters: ['a', 'b'], invoke: ([a, b]) => (a as number) + (b as number) },
      CountAsync: {
        parameters: ['count'],
        async *invoke([count]) {
          for (let number = 0; number < (count as number); number++) yield { number, text: 'żó😀'.repeat(10) };
        },
      },
    });
    const clients = await Promise.all([client(path), client(path), client(path)]);
    const work = clients.map(async (each, index) => {
      const sums = await Promise.all(Array.from({ length: 100 }, (_item, number) => each.request<number>('AddAsync', [number, index])));
      let count = 0;
      for await (const item of each.stream<{ number: number }>('CountAsync', [2000])) if (item.number === count) count++;
      await each[Symbol.asyncDispose]();
      return [sums[99], count];
    });
    expect(await Promise.all(work)).toEqual([
      [99, 2000],
      [100, 2000],
      [101, 2000],
    ]);
    expect(await Promise.all(sessions.map(({ closed }) => closed))).toEqual([undefined, undefined, undefined]);
  });

  it('messages of megabytes pass in both directions', async () => {
    const path = await listen({ Echo: { parameters: ['value'], invoke: ([value]) => value } });
    await using caller = await client(path);
    const text = 'aż'.repeat(2_000_000);
    expect(await caller.request('Echo', [text])).toBe(text);
  });

  it('a frame that comes byte by byte is understood', async () => {
    const path = await listen({ Echo: { parameters: ['value'], invoke: ([value]) => value } });
    const socket = await open(path);
    for (const byte of frame('{"jsonrpc":"2.0","id":1,"method":"Echo","params":["ż"]}')) {
      socket.write(Buffer.of(byte));
      await new Promise(resolve => setImmediate(resolve));
    }
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toBe(frame('{"jsonrpc":"2.0","id":1,"result":"ż"}').toString());
    socket.destroy();
  });

  it('a client that is killed releases its producers, and its calls are cancelled', async () => {
    const source = new ManualSource<number>();
    const signals: AbortSignal[] = [];
    const path = await listen({
      Watch: { parameters: [], invoke: () => source },
      Hang: { parameters: [], invoke: (_args, { signal }) => new Promise(() => signals.push(signal)) },
    });
    const socket = await open(path);
    const send = (id: number, method: string, params: unknown[]) => socket.write(frame(JSON.stringify({ jsonrpc: '2.0', id, method, params })));
    send(1, 'Watch', []);
    await once(socket, 'data');
    send(2, '$/enumerator/next', [1]);
    send(3, 'Hang', []);
    while (signals.length === 0) await new Promise(resolve => setImmediate(resolve));
    socket.destroy();
    await sessions[0]?.closed;
    expect({ isReleased: source.isReleased, isAborted: signals[0]?.aborted }).toEqual({ isReleased: true, isAborted: true });
  });

  it('a server that goes ends calls and streams of its clients', async () => {
    const path = await listen({
      Watch: { parameters: [], invoke: () => new ManualSource<number>() },
      Hang: { parameters: [], invoke: () => new Promise(() => undefined) },
    });
    const caller = await client(path);
    const call = expect(caller.request('Hang')).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
    const item = expect(caller.stream('Watch').next()).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
    while (sessions.length === 0) await new Promise(resolve => setImmediate(resolve));
    await sessions[0]?.[Symbol.asyncDispose]();
    await Promise.all([call, item]);
    await caller.closed;
    expect(caller.isClosed).toBe(true);
  });

  it('an abort that was sent right before closing still arrives', async () => {
    const source = new ManualSource<number>();
    const path = await listen({ Watch: { parameters: [], invoke: () => source } });
    await using caller = await client(path);
    source.push(1);
    for await (const _item of caller.stream('Watch')) break;
    await caller[Symbol.asyncDispose]();
    await sessions[0]?.closed;
    expect(source.isReleased).toBe(true);
  });
});
