import { type Duplex, duplexPair } from 'node:stream';
import { RpcClient, type RpcClientOptions, type RpcMethods, type RpcServerOptions } from '../../../src/backchannel/rpc/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { frame, listenerCount, RawPeer, settle } from './raw-peer.js';
import { ManualSource, serve, type ServedPeer } from './serve.js';

expectNoLeaks();

/** What both ends refuse, and what their errors say. */
const fatalBytes: readonly (readonly [what: string, bytes: string | Buffer, expected: string, found: string])[] = [
  ['random bytes', Buffer.from([0x00, 0xff, 0x0a, 0x80, 0x0d]), 'header lines that end with CR LF', 'a bare LF'],
  ['a header without end', 'A'.repeat(20_000), 'a header of at most 16384 bytes', 'no end of it'],
  ['headers without end', 'X-Filler: yes\r\n'.repeat(2_000), 'a header of at most 16384 bytes', 'no end of it'],
  ['a length of 2 GB', 'Content-Length: 2147483648\r\n\r\n', 'a message of at most 67108864 bytes', 'one of "2147483648" bytes'],
  ['a length beyond all numbers', `Content-Length: ${'9'.repeat(400)}\r\n\r\n`, 'a message of at most 67108864 bytes', `one of "${'9'.repeat(40)}…" bytes`],
  ['a negative length', 'Content-Length: -5\r\n\r\n', 'a positive whole number as Content-Length', '"-5"'],
  ['a fractional length', 'Content-Length: 1.5\r\n\r\n', 'a positive whole number as Content-Length', '"1.5"'],
  ['no length', 'Content-Type: application/json\r\n\r\n', 'a Content-Length header', 'a header without it'],
];

const overfull: readonly (readonly [what: string, body: string, expected: string])[] = [
  ['a million levels of nesting', '['.repeat(1_000_000), 'at most 1000 levels of nesting'],
  ['levels of nesting behind strings that look like their ends', `["\\"]]]",${'["]",'.repeat(20_000)}`, 'at most 1000 levels of nesting'],
  ['two million empty objects', `[${'{},'.repeat(2_000_000)}{}]`, 'at most 1000000 values in a message'],
];

describe('A session whose peer sends', () => {
  it.each(fatalBytes)('%s says so, ends, and harms no other', async (_what, bytes, expected, found) => {
    await using served = serve(echo);
    await using other = serve(echo);
    served.peer.sendBytes(bytes);
    expect(await served.peer.next()).toMatchObject({
      id: null,
      error: { code: -32700, message: `The peer broke the framing: expected ${expected}, found ${found}.` },
    });
    await expect(served.session.closed).resolves.toMatchObject({ code: 'ERR_RPC_FRAME', expected, found });
    expect((await other.peer.call('Echo', ['x'])).result).toBe('x');
  });

  it.each(overfull)('%s refuses to read them, and goes on', async (_what, body, expected) => {
    await using served = serve(echo);
    served.peer.sendText(body);
    expect(await served.peer.next()).toMatchObject({ id: null, error: { code: -32700, message: expect.stringContaining(expected) } });
    expect((await served.peer.call('Echo', ['x'])).result).toBe('x');
  });

  it.each([[-1], [1.5], [0], ['a'], [null], ['']])('the id %j gets it back', async id => {
    await using served = serve(echo);
    expect(await served.peer.call('Echo', ['x'], id)).toEqual({ jsonrpc: '2.0', id, result: 'x' });
  });

  it.each([['true'], ['{}'], ['[1]'], ['1e300'], ['9007199254740993']])('the id %s is told that it cannot be given back', async id => {
    await using served = serve(echo);
    served.peer.sendText(`{"jsonrpc":"2.0","id":${id},"method":"Echo"}`);
    expect(await served.peer.next()).toMatchObject({ id: null, error: { code: -32600 } });
    expect((await served.peer.call('Echo', ['x'])).result).toBe('x');
  });

  it('a string of megabytes as method, argument or id answers as to any other', async () => {
    await using served = serve(echo);
    const huge = 'x'.repeat(2_000_000);
    expect((await served.peer.call('Echo', [huge])).result).toBe(huge);
    expect((await served.peer.call(huge)).error.code).toBe(-32601);
    expect((await served.peer.call('Echo', ['x'], huge)).id).toBe(huge);
  });

  it('a flood of notifications runs nothing and keeps nothing', async () => {
    let runs = 0;
    await using served = serve({ Count: { parameters: [], invoke: () => ++runs } });
    const flood = frame('{"jsonrpc":"2.0","method":"Count","params":[]}');
    served.peer.sendBytes(Buffer.concat(Array.from({ length: 50_000 }, () => flood)));
    expect((await served.peer.call('Count')).result).toBe(1);
    expect(served.session.counters).toMatchObject({ messagesReceived: 50_001, messagesSent: 1 });
  });

  it('cancellations of what it never asked for ignores them', async () => {
    await using served = serve(echo);
    for (const params of [{ id: 99 }, { id: null }, { id: {} }, [7], [], null, 'x', undefined])
      served.peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params });
    expect((await served.peer.call('Echo', ['x'])).result).toBe('x');
  });

  it('more requests than may wait refuses the rest, and serves again when there is room', async () => {
    const { served, release } = servedWaiting({ maxPendingCalls: 2 });
    await using _ = served;
    for (const id of [1, 2, 3]) served.peer.send({ jsonrpc: '2.0', id, method: 'Wait' });
    expect(await served.peer.next()).toMatchObject({ id: 3, error: { code: -32000, message: 'More than 2 requests are waiting for their answers.' } });
    await settle();
    release();
    expect([(await served.peer.next()).id, (await served.peer.next()).id]).toEqual([1, 2]);
    expect((await served.peer.call('Echo', ['x'])).result).toBe('x');
  });

  it('more bytes of requests than may wait refuses the rest, and serves again when there is room', async () => {
    const { served, release } = servedWaiting({ maxPendingBytes: 10_000 });
    await using _ = served;
    for (const id of [1, 2, 3]) served.peer.send({ jsonrpc: '2.0', id, method: 'Wait', params: ['x'.repeat(4_000)] });
    expect(await served.peer.next()).toMatchObject({
      id: 3,
      error: { code: -32000, message: 'Requests of more than 10000 bytes are waiting for their answers.' },
    });
    await settle();
    release();
    expect([(await served.peer.next()).id, (await served.peer.next()).id]).toEqual([1, 2]);
    expect((await served.peer.call('Echo', ['x'.repeat(20_000)])).result).toHaveLength(20_000);
  });

  it('two pulls of one stream refuses the second, and the first and the process go on', async () => {
    const source = new ManualSource<string>();
    await using served = serve({ Watch: { parameters: [], invoke: () => source } });
    await served.peer.call('Watch');
    const pull = (id: number) => served.peer.send({ jsonrpc: '2.0', id, method: '$/enumerator/next', params: [1] });
    pull(3);
    pull(4);
    expect(await served.peer.next()).toMatchObject({ id: 4, error: { code: -32000 } });
    source.push('a');
    expect(await served.peer.next()).toMatchObject({ id: 3, result: { values: ['a'], finished: false } });
  });

  it('a frame byte by byte is ended after thirty seconds, however regular the bytes are', async () => {
    await using served = serve(echo);
    const bytes = frame('{"jsonrpc":"2.0","id":1,"method":"Echo","params":["slow"]}');
    for (let second = 0; second < 30; second++) {
      served.peer.sendBytes(bytes.subarray(second, second + 1));
      await settle();
      expect(served.session.isClosed).toBe(false);
      await served.timeProvider.advanceAsync(1_000);
    }
    await expect(served.session.closed).resolves.toMatchObject({ code: 'ERR_RPC_FRAME', expected: 'the rest of a frame within 30000 ms' });
  });

  it('nothing between two frames may do so for ever', async () => {
    await using served = serve(echo);
    await served.peer.call('Echo');
    await served.timeProvider.advanceAsync(1_000_000);
    expect((await served.peer.call('Echo', ['x'])).result).toBe('x');
  });

  it('requests without reading answers is read no more once a megabyte waits, and again when it has read', async () => {
    let runs = 0;
    await using served = serve({ Big: { parameters: [], invoke: () => (runs++, 'x'.repeat(100_000)) } });
    served.peer.stream.pause();
    for (let id = 1; id <= 500; id++) {
      served.peer.send({ jsonrpc: '2.0', id, method: 'Big' });
      await settle();
    }
    const runsBefore = runs;
    expect({ isClosed: served.session.isClosed, isBounded: runsBefore < 50 }).toEqual({ isClosed: false, isBounded: true });
    served.peer.stream.resume();
    for (let id = 1; id <= 500; id++) expect((await served.peer.next()).id).toBe(id);
  });
});

describe('A client whose peer sends', () => {
  it.each([...fatalBytes, ...overfull.map(([what, body, expected]) => [what, frame(body), expected, 'more'] as const)])(
    '%s rejects what is in flight with the reason, and harms no other',
    async (_what, bytes, expected, found) => {
      await using connection = connect();
      await using other = connect();
      const call = connection.client.request('M');
      connection.peer.sendBytes(bytes);
      await expect(call).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST', reason: 'StreamError', cause: { code: 'ERR_RPC_FRAME', expected, found } });
      const answer = other.client.request('M');
      other.peer.send({ jsonrpc: '2.0', id: (await other.peer.next()).id, result: 1 });
      await expect(answer).resolves.toBe(1);
    },
  );

  it('the same answer twice, answers to nothing, and answers with strange ids takes the first that fits', async () => {
    await using connection = connect();
    const call = connection.client.request('M');
    const { id } = await connection.peer.next();
    for (const strange of [null, 'x', -1, 1.5, id + 1, {}, [id], true]) connection.peer.send({ jsonrpc: '2.0', id: strange, result: 'wrong' });
    connection.peer.send(
      { jsonrpc: '2.0', id, result: 'first' },
      { jsonrpc: '2.0', id, result: 'second' },
      { jsonrpc: '2.0', id, error: { code: 1, message: 'x' } },
    );
    await expect(call).resolves.toBe('first');
    const next = connection.client.request('M');
    connection.peer.send({ jsonrpc: '2.0', id: (await connection.peer.next()).id, result: 'next' });
    await expect(next).resolves.toBe('next');
  });

  it('a stream without end takes one batch at a time, and none that nobody asks for', async () => {
    await using connection = connect();
    const items = connection.client.stream<number>('Endless');
    let pulls = 0;
    connection.peer.respond(({ method }) => {
      if (method !== '$/enumerator/next') return { token: 1 };
      pulls++;
      return { values: [1, 2, 3], finished: false };
    });
    for (let count = 0; count < 300; count++) await items.next();
    await settle();
    expect(pulls).toBe(100);
    await items.return?.();
  });

  it('a flood of notifications drops them', async () => {
    await using connection = connect();
    const flood = frame('{"jsonrpc":"2.0","method":"Noise","params":[]}');
    connection.peer.sendBytes(Buffer.concat(Array.from({ length: 50_000 }, () => flood)));
    await settle();
    expect(connection.peer.unread).toEqual([]);
    expect(connection.client.counters).toEqual({ messagesReceived: 50_000, messagesSent: 0, bytesReceived: 50_000 * 46, bytesSent: 0 });
  });

  it('no answer to anything that was cancelled makes it remember the last thousand calls, whose streams it still releases', async () => {
    await using connection = connect();
    const { client, peer } = connection;
    const canceled = Array.from({ length: 3_000 }, async () => {
      const abort = new AbortController();
      const item = expect(client.stream('Watch', [], { signal: abort.signal }).next()).rejects.toMatchObject({ code: 'ABORT_ERR' });
      await settle();
      abort.abort();
      await item;
    });
    await Promise.all(canceled);
    await settle();
    const ids = peer.unread.filter(({ method }) => method === 'Watch').map(({ id }) => id);
    const sentBefore = client.counters.messagesSent;
    peer.send(...ids.map(id => ({ jsonrpc: '2.0', id, result: { token: id + 1 } })));
    await settle();
    const released = peer.unread.filter(({ method }) => method === '$/enumerator/abort').map(({ params }) => params[0] - 1);
    expect(released).toEqual(ids.slice(-1_000));
    expect(client.counters.messagesSent - sentBefore).toBe(1_000);
  });

  it('half a frame, and then nothing, ends after thirty seconds', async () => {
    await using connection = connect({ requestTimeout: -1 });
    const call = expect(connection.client.request('M')).rejects.toMatchObject({ cause: { expected: 'the rest of a frame within 30000 ms' } });
    connection.peer.sendBytes('Content-Length: 100\r\n\r\n{"jsonrpc"');
    await settle();
    await connection.timeProvider.advanceAsync(30_000);
    await call;
  });

  it('nothing and reads nothing holds back further calls, which never reach the wire when they are given up', async () => {
    await using connection = connect();
    connection.peer.stream.pause();
    const calls = Array.from({ length: 100 }, () =>
      expect(connection.client.request('M', ['x'.repeat(100_000)])).rejects.toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED' }),
    );
    await settle();
    expect(connection.client.counters.messagesSent).toBeLessThan(30);
    await connection.timeProvider.advanceAsync(10_000);
    await Promise.all(calls);
    connection.peer.stream.resume();
    await settle();
    await settle();
    expect(connection.peer.unread.filter(({ method }) => method === 'M').length).toBeLessThan(30);
    const call = connection.client.request('Last');
    await settle();
    connection.peer.send({ jsonrpc: '2.0', id: connection.peer.unread.at(-1).id, result: 1 });
    await expect(call).resolves.toBe(1);
  });
});

describe('An abrupt end', () => {
  const request = frame('{"jsonrpc":"2.0","id":1,"method":"Wait"}');
  const pull = frame('{"jsonrpc":"2.0","id":3,"method":"$/enumerator/next","params":[1]}');
  const watch = frame('{"jsonrpc":"2.0","id":2,"method":"Watch"}');
  const states: readonly (readonly [state: string, bytes: readonly Buffer[]])[] = [
    ['before anything', []],
    ['inside a header', [request.subarray(0, 10)]],
    ['inside a body', [request.subarray(0, 30)]],
    ['while a call waits', [request]],
    ['while a call waits and another is half sent', [request, watch.subarray(0, 30)]],
    ['with an open stream', [watch]],
    ['while a pull waits', [watch, pull]],
    ['after an abort', [watch, pull, frame('{"jsonrpc":"2.0","method":"$/enumerator/abort","params":[1]}')]],
    ['after a cancellation', [request, frame('{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}')]],
  ];
  const ends: readonly (readonly [how: string, end: (peer: RawPeer, near: Duplex) => void])[] = [
    ['a reset', (_peer, near) => near.destroy(new Error('ECONNRESET'))],
    ['a half-close', ({ stream }) => stream.end()],
  ];

  it.each(states.flatMap(([state, bytes]) => ends.map(([how, end]) => [how, state, bytes, end] as const)))(
    'by %s %s releases everything at the serving end',
    async (_how, _state, bytes, end) => {
      const source = new ManualSource<string>();
      const { served, seen } = servedWaiting({}, { Watch: { parameters: [], invoke: () => source } });
      await using _ = served;
      for (const each of bytes) {
        served.peer.sendBytes(each);
        await settle();
      }
      end(served.peer, served.near);
      await served.session.closed;
      await settle();
      expect({ running: seen.started - seen.aborted, isReleased: source.isReleased || !bytes.includes(watch) }).toEqual({ running: 0, isReleased: true });
    },
  );

  it.each(
    ['nothing was answered', 'the stream was opened', 'a batch has come', 'half an answer has come'].flatMap(state =>
      ends.map(([how, end]) => [how, state, end] as const),
    ),
  )('by %s when %s settles calls and streams at the calling end', async (_how, state, end) => {
    await using connection = connect({ requestTimeout: -1 });
    const { client, peer } = connection;
    const call = expect(client.request('M')).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
    const reading = expect(readAll(client.stream('Watch'))).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
    await settle();
    const [, { id }] = peer.unread;
    if (state === 'half an answer has come') peer.sendBytes(frame('{"jsonrpc":"2.0","id":1,"result":1}').subarray(0, 30));
    else if (state !== 'nothing was answered') peer.send({ jsonrpc: '2.0', id, result: { token: 1 } });
    await settle();
    if (state === 'a batch has come') peer.send({ jsonrpc: '2.0', id: peer.unread.at(-1).id, result: { values: [1], finished: false } });
    await settle();
    end(peer, connection.near);
    await Promise.all([call, reading]);
    await expect(client.request('M')).rejects.toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
  });
});

const echo: RpcMethods = { Echo: { parameters: ['value'], required: 0, invoke: ([value]) => value ?? 'nothing' } };

/** Serves `Echo`, and `Wait`, which ends when the test releases it or nobody waits any more. */
function servedWaiting(
  options: RpcServerOptions,
  more: RpcMethods = {},
): { served: ServedPeer; release: () => void; seen: { started: number; aborted: number } } {
  const releases: (() => void)[] = [];
  const seen = { started: 0, aborted: 0 };
  const Wait = {
    parameters: ['value'],
    required: 0,
    invoke: (_args: readonly unknown[], { signal }: { readonly signal: AbortSignal }) => {
      seen.started++;
      signal.addEventListener('abort', () => seen.aborted++, { once: true });
      return new Promise<void>(resolve => releases.push(resolve));
    },
  };
  return { served: serve({ ...echo, Wait, ...more }, options), release: () => releases.forEach(each => each()), seen };
}

function connect(options: Partial<RpcClientOptions> = {}) {
  const [near, far] = duplexPair();
  const timeProvider = new FakeTimeProvider();
  const client = RpcClient.over(near, { timeProvider, ...options });
  return {
    client,
    near,
    peer: new RawPeer(far),
    timeProvider,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      expect({ timers: timeProvider.pendingTimers, listeners: listenerCount(near), closed: near.closed }).toEqual({ timers: [], listeners: 0, closed: true });
    },
  };
}

async function readAll(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}
