import { duplexPair } from 'node:stream';
import { ConnectionLostError, MethodNotFoundError, RpcClient, type RpcClientOptions, RpcError } from '../../../src/backchannel/rpc/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { frame, listenerCount, RawPeer, settle } from './raw-peer.js';

function connect(options: Partial<RpcClientOptions> = {}) {
  const [near, far] = duplexPair();
  const timeProvider = new FakeTimeProvider();
  const client = RpcClient.over(near, { timeProvider, ...options });
  return { client, peer: new RawPeer(far), near, timeProvider };
}

let open: ReturnType<typeof connect>[] = [];
const start = (options?: Partial<RpcClientOptions>) => {
  const connection = connect(options);
  open.push(connection);
  return connection;
};

afterEach(async () => {
  for (const { client, near, timeProvider } of open) {
    await client[Symbol.asyncDispose]();
    expect({ timers: timeProvider.pendingTimers, listeners: listenerCount(near), closed: near.closed }).toEqual({ timers: [], listeners: 0, closed: true });
  }
  open = [];
});

describe('RpcClient.request', () => {
  it('sends positional parameters always, also for one object or none', async () => {
    const { client, peer } = start();
    void client.request('One', [{ filter: 'x' }]).catch(() => undefined);
    void client.request('None').catch(() => undefined);
    void client.request('Null', [null]).catch(() => undefined);
    expect(await peer.next()).toEqual({ jsonrpc: '2.0', id: 0, method: 'One', params: [{ filter: 'x' }] });
    expect(await peer.next()).toEqual({ jsonrpc: '2.0', id: 1, method: 'None', params: [] });
    expect(await peer.next()).toEqual({ jsonrpc: '2.0', id: 2, method: 'Null', params: [null] });
  });

  it('leaves out trailing undefined arguments, and only those', async () => {
    const { client, peer } = start();
    void client.request('M', [undefined, 1, undefined, undefined]).catch(() => undefined);
    expect((await peer.next()).params).toEqual([null, 1]);
  });

  it('resolves with the result, whatever the order of the answers', async () => {
    const { client, peer } = start();
    const [first, second] = [client.request<string>('A'), client.request<null>('B')];
    peer.send({ jsonrpc: '2.0', id: 1, result: null }, { jsonrpc: '2.0', id: 0, result: 'a' });
    expect([await first, await second]).toEqual(['a', null]);
  });

  it('rejects with the facts of a remote error, without the remote stack', async () => {
    const { client, peer } = start();
    const call = client.request('GetX');
    peer.send({
      jsonrpc: '2.0',
      id: 0,
      error: { code: -32000, message: 'no disk', data: { type: 'System.IO.IOException', message: 'no disk', stack: 'at C:\\secret' } },
    });
    const error = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RpcError);
    expect({ ...(error as RpcError), message: (error as RpcError).message }).toEqual({
      name: 'RpcError',
      code: 'ERR_RPC_REMOTE',
      message: "'GetX' failed with code -32000: no disk",
      method: 'GetX',
      rpcCode: -32000,
      remoteMessage: 'no disk',
      remoteType: 'System.IO.IOException',
    });
    expect((error as RpcError).stack).not.toContain('secret');
  });

  it.each([-32601, -32602])('takes %i for a missing method, as .NET clients do', async code => {
    const { client, peer } = start();
    const call = client.request('New');
    peer.send({ jsonrpc: '2.0', id: 0, error: { code, message: 'no' } });
    await expect(call).rejects.toMatchObject({ code: 'ERR_RPC_METHOD_NOT_FOUND', rpcCode: code });
    await expect(call).rejects.toBeInstanceOf(MethodNotFoundError);
  });

  it('takes -32800 for a cancellation, also when nobody asked for one', async () => {
    const { client, peer } = start();
    const call = client.request('M');
    peer.send({ jsonrpc: '2.0', id: 0, error: { code: -32800, message: 'canceled' } });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['neither result nor error', { jsonrpc: '2.0', id: 0 }, { code: 'ERR_RPC_PROTOCOL' }],
    ['an error of a strange shape', { jsonrpc: '2.0', id: 0, error: 'boom' }, { code: 'ERR_RPC_REMOTE', rpcCode: -32603 }],
    ['an error code that is text', { jsonrpc: '2.0', id: 0, error: { code: 'E', message: 'boom' } }, { rpcCode: -32603, remoteMessage: 'boom' }],
    ['a null error beside the result', { jsonrpc: '2.0', id: 0, result: 1, error: null }, undefined],
  ])('settles when the answer has %s', async (_what, answer, expected) => {
    const { client, peer } = start();
    const call = client.request('M');
    peer.send(answer);
    if (expected) await expect(call).rejects.toMatchObject(expected);
    else await expect(call).resolves.toBe(1);
  });

  it('ignores answers to requests that it never made, and notifications', async () => {
    const { client, peer } = start();
    const call = client.request('M');
    peer.send({ jsonrpc: '2.0', id: 77, result: 1 }, { jsonrpc: '2.0', id: null, error: { code: 1, message: 'x' } });
    peer.send({ jsonrpc: '2.0', method: 'Hello', params: [] }, { jsonrpc: '2.0', method: '$/cancelRequest', params: [1] });
    peer.send({ jsonrpc: '2.0', id: 0, result: 'mine' });
    await expect(call).resolves.toBe('mine');
    expect(client.isClosed).toBe(false);
  });

  it('refuses requests of the peer: the calling end serves nothing', async () => {
    const { peer } = start();
    peer.send({ jsonrpc: '2.0', id: 9, method: 'Hello', params: [] });
    expect(await peer.next()).toMatchObject({ id: 9, error: { code: -32601 } });
  });

  it('refuses them in their order, what comes later included, and still takes answers', async () => {
    const { client, peer } = start();
    const request = (id: number) => ({ jsonrpc: '2.0', id, method: 'Hello', params: [] });
    peer.send(request(9), request(10));
    // The first ones are held up until what answers them has been loaded.
    await settle();
    peer.send(request(11));
    expect([await peer.next(), await peer.next(), await peer.next()]).toMatchObject([{ id: 9 }, { id: 10 }, { id: 11 }]);
    const call = client.request('M');
    peer.send({ jsonrpc: '2.0', id: (await peer.next()).id, result: 1 });
    await expect(call).resolves.toBe(1);
  });

  it('rejects arguments that cannot be written as JSON, and goes on', async () => {
    const { client, peer } = start();
    const tooDeep = JSON.parse(`${'['.repeat(63)}${']'.repeat(63)}`);
    for (const arg of [1n, tooDeep]) await expect(client.request('M', [arg])).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT', paramName: 'args' });
    const call = client.request('M');
    peer.send({ jsonrpc: '2.0', id: 2, result: 1 });
    await expect(call).resolves.toBe(1);
  });
});

describe('the end of waiting', () => {
  it('rejects after ten seconds by default, tells the peer, and needs no answer', async () => {
    const { client, peer, timeProvider } = start();
    const call = client.request('Slow');
    const outcome = expect(call).rejects.toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', what: "The call 'Slow'", milliseconds: 10_000 });
    await timeProvider.advanceAsync(9_999);
    expect(peer.unread).toHaveLength(1);
    await timeProvider.advanceAsync(1);
    await outcome;
    expect(peer.unread[1]).toEqual({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 0 } });
  });

  it('takes the limit of the call before that of the client; -1 is none', async () => {
    const { client, timeProvider } = start({ requestTimeout: 50 });
    const short = expect(client.request('A', [], { timeout: 20 })).rejects.toMatchObject({ milliseconds: 20 });
    const usual = expect(client.request('B')).rejects.toMatchObject({ milliseconds: 50 });
    let isSettled = false;
    client.request('C', [], { timeout: -1 }).catch(() => (isSettled = true));
    await timeProvider.advanceAsync(100_000_000);
    await Promise.all([short, usual]);
    expect(isSettled).toBe(false);
  });

  it('is over at once with a limit of 0, and the peer is told of nothing that could not be sent', async () => {
    const { client, peer } = start();
    await expect(client.request('A', [], { timeout: 0 })).rejects.toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', milliseconds: 0 });
    await expect(client.request('B', [1n], { timeout: 0 })).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    await settle();
    expect(peer.unread.map(({ method, id, params }) => [method, id ?? params.id])).toEqual([
      ['A', 0],
      ['$/cancelRequest', 0],
    ]);
  });

  it('gives the limits of calls that are made at different times exactly', async () => {
    const { client, timeProvider } = start();
    const ends: string[] = [];
    const started = timeProvider.getTimestamp();
    for (let index = 0; index < 5; index++) {
      client.request('M').catch(() => ends.push(`usual ${index} ${timeProvider.getElapsedMilliseconds(started)}`));
      client.request('M', [], { timeout: 5_000 }).catch(() => ends.push(`short ${index} ${timeProvider.getElapsedMilliseconds(started)}`));
      await timeProvider.advanceAsync(3);
    }
    await timeProvider.advanceAsync(20_000);
    expect(ends).toEqual(
      [0, 1, 2, 3, 4].map(index => `short ${index} ${5_000 + 3 * index}`).concat([0, 1, 2, 3, 4].map(index => `usual ${index} ${10_000 + 3 * index}`)),
    );
  });

  it('rejects with the caller’s reason when the signal fires, although the peer ignores the cancellation', async () => {
    const { client, peer, timeProvider } = start();
    const controller = new AbortController();
    const outcome = expect(client.request('M', [], { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
    await settle();
    controller.abort('enough');
    await timeProvider.advanceAsync(0);
    await outcome;
    expect(peer.unread.map(({ method }) => method)).toEqual(['M', '$/cancelRequest']);
    peer.send({ jsonrpc: '2.0', id: 0, result: 'late' });
    await settle();
  });

  it('sends nothing when the signal has fired before', async () => {
    const { client, peer } = start();
    await expect(client.request('M', [], { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    await settle();
    expect(peer.unread).toEqual([]);
  });

  it('lets the peer’s own answer count while the grace lasts', async () => {
    const { client, peer, timeProvider } = start({ cancelGrace: 500 });
    const controller = new AbortController();
    const answered = client.request('Execute', [], { signal: controller.signal });
    const ignored = expect(client.request('Other', [], { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await settle();
    controller.abort();
    peer.send({ jsonrpc: '2.0', id: 0, result: { canceled: true } });
    await expect(answered).resolves.toEqual({ canceled: true });
    await timeProvider.advanceAsync(500);
    await ignored;
  });

  it('names the deadline also when the peer confirms the cancellation in time', async () => {
    const { client, peer, timeProvider } = start({ cancelGrace: 500, requestTimeout: 100 });
    const outcome = expect(client.request('M')).rejects.toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED' });
    await timeProvider.advanceAsync(100);
    peer.send({ jsonrpc: '2.0', id: 0, error: { code: -32800, message: 'canceled' } });
    await outcome;
  });

  it('leaves no listener on the caller’s signal', async () => {
    const { client, peer } = start();
    const controller = new AbortController();
    const added = jest.spyOn(controller.signal, 'addEventListener');
    const removed = jest.spyOn(controller.signal, 'removeEventListener');
    const call = client.request('M', [], { signal: controller.signal });
    peer.send({ jsonrpc: '2.0', id: 0, result: 1 });
    await call;
    expect(added.mock.calls.length).toBe(removed.mock.calls.length);
  });
});

describe('the end of the connection', () => {
  it('rejects what is in flight when the peer goes, and what comes after', async () => {
    const { client, peer } = start();
    const call = client.request('M');
    await peer.next();
    peer.stream.end();
    await expect(call).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST', reason: 'RemotePartyTerminated' });
    expect(client.isClosed).toBe(true);
    await expect(client.closed).resolves.toBeUndefined();
    const later = client.request('M');
    await expect(later).rejects.toBeInstanceOf(ConnectionLostError);
  });

  it('rejects what is in flight when this side closes; a signal that fires later does no harm', async () => {
    const { client, peer } = start();
    const controller = new AbortController();
    const call = client.request('M', [], { signal: controller.signal });
    await peer.next();
    client[Symbol.dispose]();
    await expect(call).rejects.toMatchObject({ reason: 'LocallyDisposed' });
    controller.abort();
    await expect(client.closed).resolves.toBeUndefined();
  });

  it('gives the failure of the stream as the cause', async () => {
    const { client, near } = start();
    const call = client.request('M');
    near.destroy(new Error('cable'));
    await expect(call).rejects.toMatchObject({ reason: 'StreamError', cause: { message: 'cable' } });
    await expect(client.closed).resolves.toMatchObject({ message: 'cable' });
  });

  it('sends what was written before it closes', async () => {
    const { client, peer } = start();
    void client.request('Last').catch(() => undefined);
    await client[Symbol.asyncDispose]();
    expect(peer.unread.map(({ method }) => method)).toEqual(['Last']);
    expect(peer.hasEnded).toBe(true);
  });

  it('waits a second at most for a peer that does not read', async () => {
    const { client, peer, near, timeProvider } = start();
    peer.stream.pause();
    void client.request('M', ['x'.repeat(1_000_000)]).catch(() => undefined);
    await settle();
    const disposed = client[Symbol.asyncDispose]();
    await timeProvider.advanceAsync(999);
    expect(near.destroyed).toBe(false);
    await timeProvider.advanceAsync(1);
    await disposed;
    expect(near.destroyed).toBe(true);
  });

  it('is closed from the start over a stream that is', async () => {
    const [near] = duplexPair();
    near.destroy();
    await settle();
    const client = RpcClient.over(near, { timeProvider: new FakeTimeProvider() });
    expect(client.isClosed).toBe(true);
    await expect(client.request('M')).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
    await expect(client.closed).resolves.toBeUndefined();
  });

  it.each([
    ['garbage', 'hello\r\n\r\n', 'ERR_RPC_FRAME'],
    ['a batch', frame('[{"jsonrpc":"2.0","id":0,"result":1}]'), 'ERR_RPC_FRAME'],
    ['no JSON', frame('{"a":1,,}'), 'ERR_RPC_FRAME'],
    ['2 GB', 'Content-Length: 2000000000\r\n\r\n', 'ERR_RPC_FRAME'],
  ])('ends when the peer sends %s', async (_what, bytes, code) => {
    const { client, peer } = start();
    const call = client.request('M');
    peer.sendBytes(bytes);
    await expect(call).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST', reason: 'StreamError', cause: { code } });
    await expect(client.closed).resolves.toMatchObject({ code });
  });

  it('disposes twice without harm', async () => {
    const { client } = start();
    client[Symbol.dispose]();
    await client[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
  });
});
