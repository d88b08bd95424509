import { duplexPair } from 'node:stream';
import { RpcClient } from '../../../src/backchannel/rpc/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { RawPeer, settle } from './raw-peer.js';

function connect() {
  const [near, far] = duplexPair();
  const timeProvider = new FakeTimeProvider();
  const client = RpcClient.over(near, { timeProvider });
  return { client, peer: new RawPeer(far), timeProvider };
}

/** Answers the next message, which must be a call of `method`. */
async function answer(peer: RawPeer, method: string, result: unknown): Promise<any> {
  const request = await peer.next();
  expect(request.method).toBe(method);
  peer.send({ jsonrpc: '2.0', id: request.id, result });
  return request;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('RpcClient.stream', () => {
  it('makes the call when it is iterated, pulls by position, and yields the items in order', async () => {
    const { client, peer } = connect();
    const items = client.stream<number>('Watch', [{ filter: 'x' }]);
    await settle();
    expect(peer.unread).toEqual([]);
    const all = collect(items);
    expect((await answer(peer, 'Watch', { token: 7, values: [0] })).params).toEqual([{ filter: 'x' }]);
    expect((await answer(peer, '$/enumerator/next', { values: [1, 2], finished: false })).params).toEqual([7]);
    await answer(peer, '$/enumerator/next', { values: [3], finished: true });
    await expect(all).resolves.toEqual([0, 1, 2, 3]);
    await settle();
    expect(peer.unread).toEqual([]);
    await client[Symbol.asyncDispose]();
  });

  it.each([
    ['prefetched values alone', { values: [1, 2] }, [1, 2]],
    ['a token that is null', { token: null, values: [1] }, [1]],
    ['nothing', {}, []],
    ['null', null, []],
  ])('is complete without a token: %s', async (_what, result, expected) => {
    const { client, peer } = connect();
    const all = collect(client.stream('M'));
    await answer(peer, 'M', result);
    await expect(all).resolves.toEqual(expected);
    await client[Symbol.asyncDispose]();
  });

  it('returns the token as it came, whatever it is', async () => {
    const { client, peer } = connect();
    const all = collect(client.stream('M'));
    await answer(peer, 'M', { token: { handle: 'x' } });
    expect((await answer(peer, '$/enumerator/next', { values: [], finished: true })).params).toEqual([{ handle: 'x' }]);
    await expect(all).resolves.toEqual([]);
    await client[Symbol.asyncDispose]();
  });

  it('never has two pulls of one stream under way, which would kill a .NET AppHost', async () => {
    const { client, peer } = connect();
    const items = client.stream('M');
    const [first, second] = [items.next(), items.next()];
    await answer(peer, 'M', { token: 1 });
    const pull = await peer.next();
    await settle();
    expect(peer.unread).toEqual([]);
    peer.send({ jsonrpc: '2.0', id: pull.id, result: { values: ['a'] } });
    await expect(first).resolves.toEqual({ value: 'a', done: false });
    await answer(peer, '$/enumerator/next', { values: ['b'], finished: true });
    await expect(second).resolves.toEqual({ value: 'b', done: false });
    await client[Symbol.asyncDispose]();
  });

  it('waits for items without limit', async () => {
    const { client, peer, timeProvider } = connect();
    const all = collect(client.stream('M'));
    await answer(peer, 'M', { token: 1 });
    const pull = await peer.next();
    await timeProvider.advanceAsync(1_000_000_000);
    peer.send({ jsonrpc: '2.0', id: pull.id, result: { values: [1], finished: true } });
    await expect(all).resolves.toEqual([1]);
    await client[Symbol.asyncDispose]();
  });

  it('tells the peer when the loop is left early', async () => {
    const { client, peer } = connect();
    const left = (async () => {
      for await (const item of client.stream<number>('M')) if (item === 1) break;
    })();
    await answer(peer, 'M', { token: 3 });
    await answer(peer, '$/enumerator/next', { values: [1, 2], finished: false });
    await left;
    expect(await peer.next()).toEqual({ jsonrpc: '2.0', method: '$/enumerator/abort', params: [3] });
    await client[Symbol.asyncDispose]();
  });

  it('can be left while a pull is pending', async () => {
    const { client, peer, timeProvider } = connect();
    const items = client.stream('M');
    const pending = items.next();
    await answer(peer, 'M', { token: 3 });
    const pull = await peer.next();
    const left = items.return?.();
    await timeProvider.advanceAsync(0);
    await expect(pending).resolves.toEqual({ value: undefined, done: true });
    await expect(left).resolves.toEqual({ value: undefined, done: true });
    expect(await peer.next()).toEqual({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: pull.id } });
    await client[Symbol.asyncDispose]();
  });

  // A .NET AppHost would forget the producer and let it hang if the abort came while it works.
  it.each<[what: string, answer: object, isAborted: boolean]>([
    ['with items', { result: { values: [1], finished: false } }, true],
    ['that it was cancelled', { error: { code: -32800, message: 'canceled' } }, true],
    ['with the last items', { result: { values: [1], finished: true } }, false],
    ['with an error', { error: { code: -32001, message: 'gone' } }, false],
  ])('aborts a stream that was left during a pull once that is answered %s', async (_what, late, isAborted) => {
    const { client, peer } = connect();
    const items = client.stream('M');
    const pending = items.next();
    await answer(peer, 'M', { token: 3 });
    const { id } = await peer.next();
    await Promise.all([items.return?.(), pending]);
    expect((await peer.next()).method).toBe('$/cancelRequest');
    await settle();
    expect(peer.unread).toEqual([]);
    peer.send({ jsonrpc: '2.0', id, ...late });
    await settle();
    await client[Symbol.asyncDispose]();
    expect(peer.unread).toEqual(isAborted ? [{ jsonrpc: '2.0', method: '$/enumerator/abort', params: [3] }] : []);
  });

  it('aborts what is open when the client closes, which a .NET AppHost would keep for ever', async () => {
    const { client, peer } = connect();
    const [left, pulling, idle, ended, wrong] = [
      client.stream('left'),
      client.stream('pulling'),
      client.stream('idle'),
      client.stream('ended'),
      client.stream('wrong'),
    ];
    const open = async (items: AsyncIterator<unknown>, token: number, finished: boolean) => {
      const first = items.next();
      await settle();
      await answer(peer, peer.unread[0].method, { token });
      await answer(peer, '$/enumerator/next', { values: [token], finished });
      await first;
    };
    await open(left, 1, false);
    await open(pulling, 2, false);
    await open(idle, 3, false);
    await open(ended, 4, true);
    const broken = expect(wrong.next()).rejects.toMatchObject({ code: 'ERR_RPC_PROTOCOL' });
    await answer(peer, 'wrong', { token: 5, values: 'none' });
    await broken;
    await ended.next();
    const pending = [left.next(), pulling.next().catch((error: unknown) => error)];
    await settle();
    await left?.return?.();
    await client[Symbol.asyncDispose]();
    await Promise.all(pending);
    const aborted = peer.unread.filter(({ method }) => method === '$/enumerator/abort').map(({ params }) => params[0]);
    expect(aborted).toEqual([5, 1, 2, 3]);
  });

  it('ends with the signal: the pull is cancelled, and no answer needed', async () => {
    const { client, peer, timeProvider } = connect();
    const controller = new AbortController();
    const all = expect(collect(client.stream('M', [], { signal: controller.signal }))).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
    await answer(peer, 'M', { token: 3 });
    await peer.next();
    controller.abort('enough');
    await timeProvider.advanceAsync(0);
    await all;
    expect((await peer.next()).method).toBe('$/cancelRequest');
    await client[Symbol.asyncDispose]();
  });

  it('yields nothing of a batch after the signal has fired', async () => {
    const { client, peer } = connect();
    const controller = new AbortController();
    const seen: unknown[] = [];
    const all = (async () => {
      for await (const item of client.stream('M', [], { signal: controller.signal })) {
        seen.push(item);
        controller.abort();
      }
    })();
    await answer(peer, 'M', { values: [1, 2, 3] });
    await expect(all).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toEqual([1]);
    await client[Symbol.asyncDispose]();
  });

  it('releases a stream whose token comes after the call was given up', async () => {
    const { client, peer, timeProvider } = connect();
    const controller = new AbortController();
    const all = expect(collect(client.stream('M', [], { signal: controller.signal }))).rejects.toMatchObject({ name: 'AbortError' });
    const call = await peer.next();
    controller.abort();
    await timeProvider.advanceAsync(0);
    await all;
    expect((await peer.next()).method).toBe('$/cancelRequest');
    peer.send({ jsonrpc: '2.0', id: call.id, result: { token: 9 } });
    expect(await peer.next()).toEqual({ jsonrpc: '2.0', method: '$/enumerator/abort', params: [9] });
    await client[Symbol.asyncDispose]();
  });

  it('limits the call that makes the stream', async () => {
    const { client, timeProvider } = connect();
    const all = expect(collect(client.stream('M'))).rejects.toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED' });
    await timeProvider.advanceAsync(10_000);
    await all;
    await client[Symbol.asyncDispose]();
  });

  it('fails with the peer’s error, after which the token is not mentioned any more', async () => {
    const { client, peer } = connect();
    const all = collect(client.stream('M'));
    await answer(peer, 'M', { token: 3 });
    const pull = await peer.next();
    peer.send({ jsonrpc: '2.0', id: pull.id, error: { code: -32000, message: 'disk gone' } });
    await expect(all).rejects.toMatchObject({ code: 'ERR_RPC_REMOTE', method: 'M', remoteMessage: 'disk gone' });
    await settle();
    expect(peer.unread).toEqual([]);
    await client[Symbol.asyncDispose]();
  });

  it.each([
    ['an empty batch that is not the last', { values: [], finished: false }],
    ['a batch without anything', {}],
    ['no batch', 5],
    ['items that are no list', { values: {} }],
  ])('refuses %s, and releases the stream', async (_what, batch) => {
    const { client, peer } = connect();
    const all = collect(client.stream('M'));
    await answer(peer, 'M', { token: 3 });
    await answer(peer, '$/enumerator/next', batch);
    await expect(all).rejects.toMatchObject({ code: 'ERR_RPC_PROTOCOL', method: 'M' });
    expect((await peer.next()).method).toBe('$/enumerator/abort');
    await client[Symbol.asyncDispose]();
  });

  it('fails when the connection ends in the middle, by whichever side', async () => {
    for (const reason of ['RemotePartyTerminated', 'LocallyDisposed'] as const) {
      const { client, peer } = connect();
      const all = collect(client.stream('M'));
      await answer(peer, 'M', { token: 3 });
      await peer.next();
      if (reason === 'LocallyDisposed') client[Symbol.dispose]();
      else peer.stream.end();
      await expect(all).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST', reason });
      await client.closed;
    }
  });

  it('leaves no listener on the caller’s signal', async () => {
    const { client, peer } = connect();
    const controller = new AbortController();
    const added = jest.spyOn(controller.signal, 'addEventListener');
    const removed = jest.spyOn(controller.signal, 'removeEventListener');
    const all = collect(client.stream('M', [], { signal: controller.signal }));
    await answer(peer, 'M', { token: 1 });
    await answer(peer, '$/enumerator/next', { values: [1], finished: true });
    await all;
    expect(added.mock.calls.length).toBe(removed.mock.calls.length);
    await client[Symbol.asyncDispose]();
  });
});
