import { duplexPair } from 'node:stream';
import { RpcClient, type RpcMethods, serveRpc, type WireLogEntry } from '../../../src/backchannel/rpc/index.js';
import { logMessage } from '../../../src/backchannel/rpc/wire-log.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { serve } from './serve.js';

expectNoLeaks();

const methods: RpcMethods = { Echo: { parameters: ['value'], required: 0, invoke: ([value]) => value ?? null } };

function textOf(message: unknown): string {
  const entries: WireLogEntry[] = [];
  logMessage(entry => entries.push(entry), 'sent', message);
  return entries[0]?.text ?? '';
}

describe('The wire log', () => {
  it('shows what each end sends and receives, in order', async () => {
    const [near, far] = duplexPair();
    const entries: string[] = [];
    const log =
      (who: string) =>
      ({ direction, text }: WireLogEntry) =>
        entries.push(`${who} ${direction} ${text}`);
    const timeProvider = new FakeTimeProvider();
    await using _session = serveRpc(far, methods, { timeProvider, wireLog: log('server') });
    await using client = RpcClient.over(near, { timeProvider, wireLog: log('client') });
    await client.request('Echo', ['x']);
    const request = '{"jsonrpc":"2.0","id":0,"method":"Echo","params":["x"]}';
    const answer = '{"jsonrpc":"2.0","id":0,"result":"x"}';
    expect(entries).toEqual([`client sent ${request}`, `server received ${request}`, `server sent ${answer}`, `client received ${answer}`]);
  });

  it.each<[what: string, message: unknown, text: string]>([
    [
      'members that are named like one',
      { apiKey: 'abc', Password: 'abc', inner: { token: 'abc' } },
      '{"apiKey":"***","Password":"***","inner":{"token":"***"}}',
    ],
    ['lists and objects behind such a name', { secrets: ['abc', { x: 1 }], token: { a: 'abc' } }, '{"secrets":"***","token":"***"}'],
    [
      'values beside such a name',
      [
        { name: 'DB_PASSWORD', value: 'abc' },
        { Name: 'x', Value: 'shown' },
      ],
      '[{"name":"DB_PASSWORD","value":"***"},{"Name":"x","Value":"shown"}]',
    ],
    ['values that are said to be sensitive', { name: 'x', value: 'abc', isSensitive: true }, '{"name":"x","value":"***","isSensitive":true}'],
    ['pairs', { properties: [['api_key', 'abc']] }, '{"properties":[["api_key","***"]]}'],
    [
      'parts of a URL or a connection string',
      ['http://localhost:1/login?t=abc&x=1', 'Server=s;Password=abc;Port=1'],
      '["http://localhost:1/login?t=***&x=1","Server=s;Password=***;Port=1"]',
    ],
  ])('masks secrets: %s', (_what, message, text) => {
    expect(textOf(message)).toBe(text);
  });

  it('shows the token of a stream, which is a number', () => {
    expect(textOf({ result: { token: 4, values: null } })).toBe('{"result":{"token":4,"values":null}}');
  });

  it('cuts short what is long, and hides what is deep', () => {
    expect(textOf(['x'.repeat(1_000)])).toBe(`["${'x'.repeat(256)}… (1000 characters)"]`);
    expect(textOf(Array.from({ length: 100_000 }, (_item, index) => index)).length).toBeLessThan(500);
    expect(textOf(Array.from({ length: 90 }, () => 'x'.repeat(200))).length).toBeLessThan(4_200);
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(textOf(deep)).toBe(`${'['.repeat(16)}"…"${']'.repeat(16)}`);
  });

  it('harms no call when it fails', async () => {
    await using served = serve(methods, {
      wireLog: () => {
        throw new Error('disk full');
      },
    });
    expect((await served.peer.call('Echo', ['x'])).result).toBe('x');
  });
});

describe('The counters', () => {
  it('tell messages and bytes in both directions, as the other end counts them', async () => {
    const [near, far] = duplexPair();
    const timeProvider = new FakeTimeProvider();
    await using session = serveRpc(far, methods, { timeProvider });
    await using client = RpcClient.over(near, { timeProvider });
    await client.request('Echo', ['ż']);
    await client.request('Echo');
    const { messagesSent, messagesReceived, bytesSent, bytesReceived } = session.counters;
    expect({ messagesSent, messagesReceived }).toEqual({ messagesSent: 2, messagesReceived: 2 });
    expect(client.counters).toEqual({ messagesSent: messagesReceived, messagesReceived: messagesSent, bytesSent: bytesReceived, bytesReceived: bytesSent });
    expect(bytesSent).toBe(Buffer.byteLength('{"jsonrpc":"2.0","id":0,"result":"ż"}{"jsonrpc":"2.0","id":1,"result":null}'));
  });
});
