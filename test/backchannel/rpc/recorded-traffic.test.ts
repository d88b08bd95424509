import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { InvalidParamsError, RpcClient, type RpcMethods } from '../../../src/backchannel/rpc/index.js';
import { readGetResourcesRequest } from '../../../src/backchannel/contract/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { RawPeer } from './raw-peer.js';
import { serve } from './serve.js';

interface Line {
  readonly from: 'client' | 'apphost';
  readonly kind?: 'request' | 'response' | 'error' | 'notification';
  readonly message: any;
}

function recording(name: string): Line[] {
  const text = readFileSync(join(__dirname, '../../fixtures/transcripts', `${name}.jsonl`), 'utf8');
  return text
    .split('\n')
    .flatMap(line => (line === '' ? [] : [JSON.parse(line) as Line]))
    .filter(({ kind }) => kind !== undefined);
}

/** The recorded methods as far as their parameters go: what they return is not compared. */
const methods: RpcMethods = {
  GetAppHostInformationAsync: { parameters: [], invoke: () => ({}) },
  GetDashboardMcpConnectionInfoAsync: { parameters: [], invoke: () => null },
  GetDashboardUrlsAsync: { parameters: [], invoke: () => ({}) },
  ...Object.fromEntries(
    ['GetCapabilitiesAsync', 'GetDashboardInfoAsync', 'GetResourcesAsync', 'WaitForAppHostReadyAsync', 'ListTerminalsAsync'].map(name => [
      name,
      {
        parameters: ['request'],
        required: 0,
        invoke: ([request]: readonly unknown[]) => {
          try {
            return readGetResourcesRequest(request);
          } catch (error) {
            throw new InvalidParamsError((error as Error).message, { cause: error });
          }
        },
      },
    ]),
  ),
  GetTerminalInfoAsync: { parameters: ['request'], invoke: () => ({}) },
};

describe('serveRpc answers as the recorded AppHost does', () => {
  it.each(['raw/params', 'raw/methods', 'raw/ids', 'raw/id-null'])(
    'to the requests of %s: with a result, or with the same error code, under the same id',
    async name => {
      const lines = recording(name);
      const requests = lines.filter(({ from, kind }) => from === 'client' && kind === 'request').map(({ message }) => message);
      const answers = lines.filter(({ from }) => from === 'apphost').map(({ message }) => ({ id: message.id, code: message.error?.code }));
      await using served = serve(methods);
      const ours: unknown[] = [];
      for (const request of requests) {
        served.peer.send(request);
        const { id, error } = await served.peer.next();
        ours.push({ id, code: error?.code });
      }
      expect(ours).toEqual(answers);
    },
  );
});

describe('RpcClient speaks as the recorded CLI does', () => {
  it('in the calls of cli/ps, apart from the ids', async () => {
    const lines = recording('cli/ps');
    const [near, far] = duplexPair();
    await using client = RpcClient.over(near, { timeProvider: new FakeTimeProvider() });
    const peer = new RawPeer(far);
    for (let index = 0; index < lines.length; index += 2) {
      const request = lines[index]?.message;
      const call = client.request(request.method, request.params);
      const { id, ...sent } = await peer.next();
      const { id: _recordedId, ...recorded } = request;
      expect(sent).toEqual(recorded);
      const { result } = lines[index + 1]?.message ?? {};
      peer.send({ jsonrpc: '2.0', id, result });
      expect(await call).toEqual(result);
    }
  });

  it('and reads the stream of raw/watch', async () => {
    const lines = recording('raw/watch');
    const batches = lines
      .filter(({ from, kind, message }) => from === 'apphost' && kind === 'response' && message.result?.values)
      .map(({ message }) => message.result);
    const [near, far] = duplexPair();
    await using client = RpcClient.over(near, { timeProvider: new FakeTimeProvider() });
    const peer = new RawPeer(far);
    const names: string[] = [];
    const reading = (async () => {
      for await (const { name } of client.stream<{ name: string }>('WatchResourcesAsync', [{}])) names.push(name);
    })();
    const opening = await peer.next();
    peer.send({ jsonrpc: '2.0', id: opening.id, result: { token: 1 } });
    for (const result of [...batches, { values: [], finished: true }]) {
      const { id } = await peer.next();
      peer.send({ jsonrpc: '2.0', id, result });
    }
    await reading;
    expect(names).toEqual(batches.flatMap(({ values }) => values).map(({ name }) => name));
    expect(names.length).toBeGreaterThan(10);
  });
});
