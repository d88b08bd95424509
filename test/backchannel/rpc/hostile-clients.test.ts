import { expectNoLeaks } from '../../support/leak-check.js';
import { echo, fatalBytes, noise, overfull, servedWaiting } from './hostile-peers.js';
import { memoryInUse } from './memory-in-use.js';
import { frame, settle } from './raw-peer.js';
import { ManualSource, serve } from './serve.js';

expectNoLeaks();

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
    const heap = () => process.memoryUsage().heapUsed;
    let before = Infinity;
    let growth = Infinity;
    await using served = serve(echo, { onMalformed: () => (growth = heap() - before) });
    const bytes = frame(body);
    await memoryInUse();
    before = heap();
    served.peer.sendBytes(bytes);
    expect(await served.peer.next()).toMatchObject({ id: null, error: { code: -32700, message: expect.stringContaining(expected) } });
    // Told when all that it was read into would still be held: two million objects take more than a hundred megabytes.
    expect(growth).toBeLessThan(noise);
    expect((await served.peer.call('Echo', ['x'])).result).toBe('x');
  });

  it.each([[-1], [1.5], [0], ['a'], [null], ['']])('the id %j gets it back', async id => {
    await using served = serve(echo);
    expect(await served.peer.call('Echo', ['x'], id)).toEqual({ jsonrpc: '2.0', id, result: 'x' });
  });

  it.each([['true'], ['{}'], ['[1]'], ['1e300'], ['1e400'], ['-1e400'], ['9007199254740993']])('the id %s is told that it cannot be given back', async id => {
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

  it.each<[what: string, message: object, answers: number]>([
    ['notifications', { method: 'Noise', params: ['x'.repeat(100)] }, 0],
    ['cancellations', { method: '$/cancelRequest', params: { id: 'x'.repeat(100) } }, 0],
    ['aborts', { method: '$/enumerator/abort', params: [7] }, 0],
    ['answers to nothing', { id: 7, result: 'x'.repeat(100) }, 0],
    ['requests for what it does not have', { id: 7, method: 'Nothing', params: ['x'.repeat(100)] }, 30_000],
  ])('a flood of %s keeps nothing of them in memory', async (_what, message, answers) => {
    await using served = serve(echo);
    // Held by nobody, unlike what the test's usual peer receives.
    served.peer.stream.removeAllListeners('data').resume();
    const flood = Buffer.concat(Array.from({ length: 1_000 }, () => frame(JSON.stringify({ jsonrpc: '2.0', ...message }))));
    const before = await memoryInUse();
    for (let turn = 0; turn < 30; turn++) {
      served.peer.sendBytes(flood);
      await settle();
    }
    expect((await memoryInUse()) - before).toBeLessThan(noise);
    expect(served.session.counters).toMatchObject({ messagesReceived: 30_000, messagesSent: answers });
  });

  it('the beginnings of messages holds what has come, not what was announced', async () => {
    const before = await memoryInUse();
    const sessions = Array.from({ length: 100 }, () => serve(echo));
    for (const { peer } of sessions) peer.sendBytes('Content-Length: 60000000\r\n\r\n{"jsonrpc');
    await settle();
    expect((await memoryInUse()) - before).toBeLessThan(100 * 65_536);
    await Promise.all(sessions.map(served => served[Symbol.asyncDispose]()));
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
