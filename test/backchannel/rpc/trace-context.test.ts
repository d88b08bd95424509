import { AsyncLocalStorage } from 'node:async_hooks';
import { duplexPair } from 'node:stream';
import { RpcClient, type RpcMethods, serveRpc, type TraceContext } from '../../../src/backchannel/rpc/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { RawPeer } from './raw-peer.js';
import { serve } from './serve.js';

expectNoLeaks();

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const methods: RpcMethods = { Trace: { parameters: [], invoke: (_args, { traceContext }) => traceContext ?? null } };

describe('The trace context', () => {
  it('of each call reaches the method, also when calls are made side by side', async () => {
    const [near, far] = duplexPair();
    const timeProvider = new FakeTimeProvider();
    const current = new AsyncLocalStorage<TraceContext>();
    await using _session = serveRpc(far, methods, { timeProvider });
    await using client = RpcClient.over(near, { timeProvider, traceContext: () => current.getStore() });
    const call = (context: TraceContext) => current.run(context, () => client.request('Trace'));
    const other = traceparent.replace('0af7', '1bf8');
    expect(await Promise.all([call({ traceparent, tracestate: 'a=1' }), client.request('Trace'), call({ traceparent: other })])).toEqual([
      { traceparent, tracestate: 'a=1' },
      null,
      { traceparent: other },
    ]);
  });

  it('stands behind the parameters, as in messages of .NET', async () => {
    const [near, far] = duplexPair();
    await using client = RpcClient.over(near, { timeProvider: new FakeTimeProvider(), traceContext: () => ({ traceparent, tracestate: '' }) });
    const peer = new RawPeer(far);
    void client.request('M').catch(() => undefined);
    await peer.next();
    expect(peer.received).toContain(`"method":"M","params":[],"traceparent":"${traceparent}","tracestate":""}`);
  });

  it('that is no text is not sent: a .NET peer would hang up', async () => {
    const [near, far] = duplexPair();
    const wrong = { traceparent: 5, tracestate: 6 } as unknown as TraceContext;
    await using client = RpcClient.over(near, { timeProvider: new FakeTimeProvider(), traceContext: () => wrong });
    const peer = new RawPeer(far);
    void client.request('M').catch(() => undefined);
    expect(await peer.next()).toEqual({ jsonrpc: '2.0', id: 0, method: 'M', params: [] });
  });

  it.each([
    [5],
    [null],
    [''],
    ['garbage'],
    [{}],
    [`00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    [`ff${traceparent.slice(2)}`],
    [traceparent.toUpperCase()],
    [`${traceparent}-${'x'.repeat(1_000)}`],
  ])('%j is ignored, and the call goes on', async value => {
    await using served = serve(methods);
    served.peer.send({ jsonrpc: '2.0', id: 1, method: 'Trace', traceparent: value });
    expect(await served.peer.next()).toEqual({ jsonrpc: '2.0', id: 1, result: null });
  });
});
