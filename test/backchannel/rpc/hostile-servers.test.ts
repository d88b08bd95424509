import { expectNoLeaks } from '../../support/leak-check.js';
import { connect, fatalBytes, noise, overfull } from './hostile-peers.js';
import { memoryInUse } from './memory-in-use.js';
import { frame, settle } from './raw-peer.js';

expectNoLeaks();

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

  it.each([
    ['invalid UTF-8', Buffer.from('Content-Length: 3\r\n\r\n"\xff"', 'latin1'), 'JSON in UTF-8', '3 bytes of something else'],
    ['half a character at the end of a text', Buffer.from('Content-Length: 4\r\n\r\n"\xf0\x9f"', 'latin1'), 'JSON in UTF-8', '4 bytes of something else'],
    ['a body that is no JSON', frame('{"a":1,,}'), 'JSON in UTF-8', '9 bytes of something else'],
    ['a batch', frame('[{"jsonrpc":"2.0","id":0,"result":1}]'), 'a JSON-RPC message', 'an array'],
    ['a number', frame('5'), 'a JSON-RPC message', 'a number'],
    ['null', frame('null'), 'a JSON-RPC message', 'null'],
  ])('%s rejects what is in flight with the reason', async (_what, bytes, expected, found) => {
    await using connection = connect();
    const call = connection.client.request('M');
    connection.peer.sendBytes(bytes);
    await expect(call).rejects.toMatchObject({ reason: 'StreamError', cause: { code: 'ERR_RPC_FRAME', expected, found } });
  });

  it('a replacement character that is one takes it for what it is', async () => {
    await using connection = connect();
    const call = connection.client.request('M');
    connection.peer.send({ jsonrpc: '2.0', id: 0, result: '\ufffd€😀' });
    await expect(call).resolves.toBe('\ufffd€😀');
  });

  it('a string of megabytes as result or as error takes it', async () => {
    await using connection = connect();
    const huge = 'x'.repeat(5_000_000);
    const calls = [connection.client.request('M'), connection.client.request('M')];
    connection.peer.send({ jsonrpc: '2.0', id: 0, result: huge }, { jsonrpc: '2.0', id: 1, error: { code: -32000, message: huge } });
    await expect(calls[0]).resolves.toBe(huge);
    await expect(calls[1]).rejects.toMatchObject({ remoteMessage: huge });
  });

  it.each<[what: string, message: object]>([
    ['notifications', { method: 'Noise', params: ['x'.repeat(100)] }],
    ['answers to nothing', { id: 7, result: 'x'.repeat(100) }],
    ['errors for nothing', { id: null, error: { code: 1, message: 'x'.repeat(100) } }],
    ['requests', { id: 7, method: 'Serve', params: ['x'.repeat(100)] }],
  ])('a flood of %s keeps nothing of them in memory', async (_what, message) => {
    await using connection = connect();
    connection.peer.stream.removeAllListeners('data').resume();
    const flood = Buffer.concat(Array.from({ length: 1_000 }, () => frame(JSON.stringify({ jsonrpc: '2.0', ...message }))));
    const before = await memoryInUse();
    for (let turn = 0; turn < 30; turn++) {
      connection.peer.sendBytes(flood);
      await settle();
    }
    expect((await memoryInUse()) - before).toBeLessThan(noise);
    expect(connection.client.counters.messagesReceived).toBe(30_000);
    expect(connection.client.isClosed).toBe(false);
  });

  it('requests without reading the refusals is hung up on when 64 MiB of them wait', async () => {
    await using connection = connect();
    connection.peer.stream.pause();
    const id = 'x'.repeat(1_000_000);
    for (let count = 0; count < 80 && !connection.client.isClosed; count++) {
      connection.peer.send({ jsonrpc: '2.0', id, method: 'Serve' });
      await settle();
    }
    expect(connection.client.isClosed).toBe(true);
    await connection.timeProvider.advanceAsync(1_000);
    await expect(connection.client.closed).resolves.toMatchObject({ code: 'ERR_RPC_UNSENT' });
  });

  it('an answer byte by byte is left after thirty seconds, however regular the bytes are', async () => {
    await using connection = connect({ requestTimeout: -1 });
    const call = expect(connection.client.request('M')).rejects.toMatchObject({ cause: { expected: 'the rest of a frame within 30000 ms' } });
    const bytes = frame('{"jsonrpc":"2.0","id":0,"result":"slow and steady"}');
    for (let second = 0; second < 30; second++) {
      connection.peer.sendBytes(bytes.subarray(second, second + 1));
      await settle();
      expect(connection.client.isClosed).toBe(false);
      await connection.timeProvider.advanceAsync(1_000);
    }
    await call;
  });

  it('items to a reader that asks twice at a time gets one pull at a time', async () => {
    await using connection = connect();
    const items = connection.client.stream<number>('Watch');
    const both = [items.next(), items.next()];
    connection.peer.send({ jsonrpc: '2.0', id: (await connection.peer.next()).id, result: { token: 1 } });
    const pull = await connection.peer.next();
    await settle();
    expect(connection.peer.unread).toEqual([]);
    connection.peer.send({ jsonrpc: '2.0', id: pull.id, result: { values: [1, 2], finished: true } });
    expect(await Promise.all(both)).toEqual([
      { value: 1, done: false },
      { value: 2, done: false },
    ]);
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
