import { once } from 'node:events';
import type { Socket } from 'node:net';
import { RpcClient, type RpcSession, serveRpc } from '../../../src/backchannel/rpc/index.js';
import { TimeProvider } from '../../../src/hosting/time/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { readAll } from './hostile-peers.js';
import { frame } from './raw-peer.js';
import { ManualSource } from './serve.js';
import { socketPair } from './socket-pair.js';

expectNoLeaks();

const call = (id: number, method: string, params: readonly unknown[] = []) => frame(JSON.stringify({ jsonrpc: '2.0', id, method, params }));

/** What a peer can do to a socket; the answer of the other end, of which it reads nothing, is still in it. */
const ends: readonly (readonly [how: string, end: (far: Socket) => void, reason: string])[] = [
  ['hangs up without having read, which is a reset', far => far.destroy(), 'ECONNRESET'],
  ['half-closes, and reads no more', far => far.end(), 'the end'],
];

describe('A session on a real socket whose client', () => {
  function serving(near: Socket) {
    const source = new ManualSource<string>();
    const signals: AbortSignal[] = [];
    const session: RpcSession = serveRpc(near, {
      Big: { parameters: [], invoke: () => 'x'.repeat(500_000) },
      Watch: { parameters: [], invoke: () => source },
      Wait: { parameters: [], invoke: (_args, { signal }) => new Promise(() => signals.push(signal)) },
    });
    return { session, source, signals };
  }

  it.each(ends)('%s releases everything, and says why', async (_how, end, reason) => {
    await using pair = await socketPair();
    const { session, source, signals } = serving(pair.near);
    pair.far.pause();
    pair.far.write(Buffer.concat([call(1, 'Watch'), call(2, '$/enumerator/next', [1]), call(3, 'Wait'), call(4, 'Big')]));
    while (signals.length === 0 || session.counters.messagesSent < 2) await new Promise(resolve => setImmediate(resolve));
    end(pair.far);
    const failure = (await session.closed) as NodeJS.ErrnoException | undefined;
    expect(failure?.code ?? 'the end').toBe(reason);
    expect({ isReleased: source.isReleased, isAborted: signals[0]?.aborted }).toEqual({ isReleased: true, isAborted: true });
  });

  it('is gone when it is answered ends without an error that nobody handles', async () => {
    await using pair = await socketPair();
    const { session, source } = serving(pair.near);
    pair.far.write(Buffer.concat([call(1, 'Watch'), call(2, '$/enumerator/next', [1])]));
    await once(pair.far, 'data');
    // Both sides of the socket are closed before the session hears of it: its next write fails with EPIPE.
    pair.far.destroy();
    await once(pair.far, 'close');
    source.push('x'.repeat(500_000));
    await session.closed;
    expect(source.isReleased).toBe(true);
  });
});

describe('A client on a real socket whose peer', () => {
  it.each(ends)('%s settles every call and stream, those too that are not sent', async (_how, end, reason) => {
    await using pair = await socketPair();
    await using client = RpcClient.over(pair.near, { timeProvider: TimeProvider.system, requestTimeout: -1 });
    const lost = { code: 'ERR_RPC_CONNECTION_LOST' };
    const calls = Array.from({ length: 40 }, () => expect(client.request('M', ['x'.repeat(100_000)])).rejects.toMatchObject(lost));
    const reading = expect(readAll(client.stream('Watch'))).rejects.toMatchObject(lost);
    pair.far.pause();
    while (client.counters.bytesSent < 1_000_000) await new Promise(resolve => setImmediate(resolve));
    end(pair.far);
    await Promise.all([...calls, reading]);
    const failure = (await client.closed) as NodeJS.ErrnoException | undefined;
    // What the writer hears of a reset is a broken pipe; which of the two is heard first is up to the system.
    expect([reason, 'EPIPE']).toContain(failure?.code ?? 'the end');
  });
});
