import { duplexPair } from 'node:stream';
import { RpcClient, type RpcClientOptions, type RpcMethods, type RpcServerOptions } from '../../../src/backchannel/rpc/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { listenerCount, RawPeer } from './raw-peer.js';
import { serve, type ServedPeer } from './serve.js';

/** What a peer that is only noisy may leave in memory, in bytes: nothing but what the process does besides. */
export const noise = 2_097_152;

/** What both ends refuse, and what their errors say. */
export const fatalBytes: readonly (readonly [what: string, bytes: string | Buffer, expected: string, found: string])[] = [
  ['random bytes', Buffer.from([0x00, 0xff, 0x0a, 0x80, 0x0d]), 'header lines that end with CR LF', 'a bare LF'],
  ['a header without end', 'A'.repeat(20_000), 'a header of at most 16384 bytes', 'no end of it'],
  ['headers without end', 'X-Filler: yes\r\n'.repeat(2_000), 'a header of at most 16384 bytes', 'no end of it'],
  ['a length of 2 GB', 'Content-Length: 2147483648\r\n\r\n', 'a message of at most 67108864 bytes', 'one of "2147483648" bytes'],
  ['a length beyond all numbers', `Content-Length: ${'9'.repeat(400)}\r\n\r\n`, 'a message of at most 67108864 bytes', `one of "${'9'.repeat(40)}…" bytes`],
  ['a negative length', 'Content-Length: -5\r\n\r\n', 'a positive whole number as Content-Length', '"-5"'],
  ['a fractional length', 'Content-Length: 1.5\r\n\r\n', 'a positive whole number as Content-Length', '"1.5"'],
  ['no length', 'Content-Type: application/json\r\n\r\n', 'a Content-Length header', 'a header without it'],
];

export const overfull: readonly (readonly [what: string, body: string, expected: string])[] = [
  ['a million levels of nesting', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`, 'at most 1000 levels of nesting'],
  ['levels of nesting behind strings that look like their ends', `["\\"]]]",${'["]",'.repeat(20_000)}`, 'at most 1000 levels of nesting'],
  ['two million empty objects', `[${'{},'.repeat(2_000_000)}{}]`, 'at most 1000000 values in a message'],
];

export const echo: RpcMethods = { Echo: { parameters: ['value'], required: 0, invoke: ([value]) => value ?? 'nothing' } };

/** Serves `Echo`, and `Wait`, which ends when the test releases it or nobody waits any more. */
export function servedWaiting(
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

/** A client under test with a peer that speaks raw frames; disposing it checks that nothing is left behind. */
export function connect(options: Partial<RpcClientOptions> = {}) {
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

export async function readAll(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}
