import type { Duplex } from 'node:stream';
import { expectNoLeaks } from '../../support/leak-check.js';
import { connect, readAll, servedWaiting } from './hostile-peers.js';
import { frame, type RawPeer, settle } from './raw-peer.js';
import { ManualSource } from './serve.js';

expectNoLeaks();

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
