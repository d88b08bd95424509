import type { RpcMethods, RpcServerOptions } from '../../../src/backchannel/rpc/index.js';
import { settle } from './raw-peer.js';
import { ManualSource, serve } from './serve.js';

function serveSource(options?: RpcServerOptions) {
  const source = new ManualSource<unknown>();
  const signals: AbortSignal[] = [];
  const methods: RpcMethods = {
    Watch: {
      parameters: [],
      invoke: (_args, { signal }) => {
        signals.push(signal);
        return source;
      },
    },
    Numbers: {
      parameters: ['count'],
      async *invoke([count]) {
        for (let number = 0; number < (count as number); number++) yield number;
      },
    },
  };
  return { source, signals, served: serve(methods, options) };
}

const next = (id: unknown, token: unknown = 1) => ({ jsonrpc: '2.0', id, method: '$/enumerator/next', params: [token] });

describe('a method that returns an async iterable', () => {
  it('is answered with a token that counts from 1 on each connection', async () => {
    for (let connection = 0; connection < 2; connection++) {
      await using served = serveSource().served;
      expect((await served.peer.call('Watch')).result).toEqual({ token: 1 });
      expect((await served.peer.call('Watch')).result).toEqual({ token: 2 });
    }
  });

  it('runs nothing before the first pull', async () => {
    const { source, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    await settle();
    expect(source.pulls).toBe(0);
  });

  it('keeps a pull waiting until there is an item', async () => {
    const { source, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    served.peer.send(next(3));
    await settle();
    expect(served.peer.unread).toEqual([]);
    source.push('a');
    expect(await served.peer.next()).toEqual({ jsonrpc: '2.0', id: 3, result: { values: ['a'], finished: false } });
  });

  it('sends everything that is ready, at most 256 items, and the end with the last ones', async () => {
    await using served = serveSource().served;
    await served.peer.call('Numbers', [600]);
    const sizes: number[] = [];
    let finished = false;
    for (let id = 3; !finished; id++) {
      served.peer.send(next(id));
      const { result } = await served.peer.next();
      sizes.push(result.values.length);
      finished = result.finished;
    }
    expect(sizes).toEqual([256, 256, 88]);
  });

  it('ends an empty stream with an empty batch', async () => {
    await using served = serveSource().served;
    await served.peer.call('Numbers', [0]);
    expect((await served.peer.call('$/enumerator/next', [1])).result).toEqual({ values: [], finished: true });
  });

  it('takes the token by name as well', async () => {
    await using served = serveSource().served;
    await served.peer.call('Numbers', [1]);
    expect((await served.peer.call('$/enumerator/next', { token: 1 })).result).toEqual({ values: [0], finished: true });
  });

  it('reads ahead no more than it may', async () => {
    const { source, served } = serveSource({ maxBatchItems: 4 });
    await using _ = served;
    await served.peer.call('Watch');
    source.push(...Array.from({ length: 20 }, (_item, index) => index));
    expect((await served.peer.call('$/enumerator/next', [1], 3)).result.values).toEqual([0, 1, 2, 3]);
    await settle();
    expect(source.pulls).toBe(8);
  });

  it('cuts a batch of huge items short', async () => {
    const { source, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    source.push(...Array.from({ length: 20 }, () => ({ lines: ['x'.repeat(1_000_000)] })));
    expect((await served.peer.call('$/enumerator/next', [1], 3)).result.values).toHaveLength(5);
  });

  it('delivers what came before a failure, then the failure, then knows the token no more', async () => {
    const { source, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    source.push('a');
    source.fail(new Error('disk gone'));
    expect((await served.peer.call('$/enumerator/next', [1], 3)).result).toEqual({ values: ['a'], finished: false });
    expect((await served.peer.call('$/enumerator/next', [1], 4)).error).toEqual({
      code: -32000,
      message: 'disk gone',
      data: { type: 'Error', message: 'disk gone' },
    });
    expect((await served.peer.call('$/enumerator/next', [1], 5)).error.code).toBe(-32001);
  });

  it('knows the token no more after the end, and does not fire the signal for it', async () => {
    const { source, signals, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    source.end();
    await served.peer.call('$/enumerator/next', [1], 3);
    expect((await served.peer.call('$/enumerator/next', [1], 4)).error).toEqual({ code: -32001, message: 'There is no stream with this token, or no longer.' });
    expect(signals[0]?.aborted).toBe(false);
  });

  it.each([[[9]], [[0]], [[-1]]])('answers -32001 to the unknown token in %j', async params => {
    await using served = serveSource().served;
    expect((await served.peer.call('$/enumerator/next', params)).error.code).toBe(-32001);
    expect((await served.peer.call('$/enumerator/abort', params)).error.code).toBe(-32001);
  });

  it.each([[['1']], [[null]], [[]], [{}], [undefined], [[1, 2]]])('answers -32602 to the parameters %j', async params => {
    await using served = serveSource().served;
    expect((await served.peer.call('$/enumerator/next', params)).error.code).toBe(-32602);
  });

  // A .NET AppHost dies of this: backchannel.md, defect 54.
  it('refuses a second pull while one is pending, and the first goes on', async () => {
    const { source, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    served.peer.send(next(3), next(4), next(5));
    expect([await served.peer.next(), await served.peer.next()]).toMatchObject([
      { id: 4, error: { code: -32000 } },
      { id: 5, error: { code: -32000 } },
    ]);
    source.push('a');
    expect(await served.peer.next()).toMatchObject({ id: 3, result: { values: ['a'] } });
    source.push('b');
    expect((await served.peer.call('$/enumerator/next', [1], 6)).result.values).toEqual(['b']);
  });

  it('bounds the number of open streams, and releases the producer that is one too many', async () => {
    const { source, signals, served } = serveSource({ maxOpenStreams: 1 });
    await using _ = served;
    await served.peer.call('Numbers', [5]);
    expect((await served.peer.call('Watch', [], 3)).error).toEqual({ code: -32000, message: 'More than 1 streams are open on this connection.' });
    expect({ isReleased: source.isReleased, isAborted: signals[0]?.aborted }).toEqual({ isReleased: true, isAborted: true });
    served.peer.send({ jsonrpc: '2.0', method: '$/enumerator/abort', params: [1] });
    expect((await served.peer.call('Numbers', [5], 4)).result).toEqual({ token: 2 });
  });
});

describe('a producer is released', () => {
  it('by an abort, which answers the pending pull -32001', async () => {
    const { source, signals, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    served.peer.send(next(3));
    await settle();
    served.peer.send({ jsonrpc: '2.0', method: '$/enumerator/abort', params: [1] });
    expect(await served.peer.next()).toMatchObject({ id: 3, error: { code: -32001 } });
    expect({ isReleased: source.isReleased, isAborted: signals[0]?.aborted }).toEqual({ isReleased: true, isAborted: true });
  });

  it('by an abort that is sent as a request, which is answered null', async () => {
    const { source, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    expect((await served.peer.call('$/enumerator/abort', [1])).result).toBeNull();
    expect(source.isReleased).toBe(true);
  });

  it('by the cancellation of a pull, which ends the whole stream', async () => {
    const { source, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    served.peer.send(next(3));
    await settle();
    served.peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 3 } }, { jsonrpc: '2.0', method: '$/enumerator/abort', params: [1] });
    expect(await served.peer.next()).toMatchObject({ id: 3, error: { code: -32800 } });
    expect(source.isReleased).toBe(true);
    expect((await served.peer.call('$/enumerator/next', [1], 4)).error.code).toBe(-32001);
  });

  it('when its call was cancelled before it was there', async () => {
    const source = new ManualSource<unknown>();
    let deliver: (source: unknown) => void = () => undefined;
    await using served = serve({ Watch: { parameters: [], invoke: () => new Promise(resolve => (deliver = resolve)) } });
    served.peer.send({ jsonrpc: '2.0', id: 2, method: 'Watch' });
    await settle();
    served.peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 2 } });
    await settle();
    deliver(source);
    expect(await served.peer.next()).toMatchObject({ id: 2, error: { code: -32800 } });
    expect(source.isReleased).toBe(true);
  });

  it.each([
    ['the client vanishes', async ({ peer }: { peer: { stream: { end(): unknown } } }) => void peer.stream.end()],
    ['the session is disposed', async ({ session }: { session: AsyncDisposable }) => session[Symbol.asyncDispose]()],
  ])('when %s in the middle of a stream', async (_what, leave) => {
    const { source, signals, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    await served.peer.call('Watch', [], 3);
    served.peer.send(next(4));
    await settle();
    await leave(served);
    await served.session.closed;
    expect({ isReleased: source.isReleased, aborted: signals.map(({ aborted }) => aborted) }).toEqual({ isReleased: true, aborted: [true, true] });
  });

  it('also when it waits where only its signal reaches it', async () => {
    let isReleased = false;
    await using served = serve({
      Watch: {
        parameters: [],
        async *invoke(_args, { signal }) {
          try {
            yield 1;
            await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
          } finally {
            isReleased = true;
          }
        },
      },
    });
    await served.peer.call('Watch');
    expect((await served.peer.call('$/enumerator/next', [1], 3)).result.values).toEqual([1]);
    served.peer.stream.end();
    await served.session.closed;
    await settle();
    expect(isReleased).toBe(true);
  });

  it('when its items cannot be written, which the client takes for the end', async () => {
    const { source, signals, served } = serveSource();
    await using _ = served;
    await served.peer.call('Watch');
    source.push({ big: 1n });
    expect(await served.peer.call('$/enumerator/next', [1])).toMatchObject({ error: { code: -32003 } });
    await settle();
    expect({ isReleased: source.isReleased, isAborted: signals[0]?.aborted }).toEqual({ isReleased: true, isAborted: true });
    expect(await served.peer.call('$/enumerator/next', [1])).toMatchObject({ error: { code: -32001 } });
  });

  it('without harm when its release fails', async () => {
    const source = new ManualSource<unknown>();
    source.return = () => {
      throw new Error('no');
    };
    await using served = serve({ Watch: { parameters: [], invoke: () => source } });
    await served.peer.call('Watch');
    expect((await served.peer.call('$/enumerator/abort', [1])).result).toBeNull();
  });
});
