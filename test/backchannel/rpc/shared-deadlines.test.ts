import { duplexPair } from 'node:stream';
import { sharedDeadlines } from '../../../src/backchannel/rpc/call-deadlines.js';
import { ConnectionLostError, RpcClient } from '../../../src/backchannel/rpc/index.js';
import { DeadlineExceededError } from '../../../src/hosting/primitives/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { RawPeer, settle } from './raw-peer.js';

/** Two clients with the deadlines of both in one place. */
function twoClients() {
  const timeProvider = new FakeTimeProvider();
  const deadlines = sharedDeadlines(timeProvider);
  const connect = () => {
    const [near, far] = duplexPair();
    return { client: RpcClient.over(near, { timeProvider, deadlines }), peer: new RawPeer(far) };
  };
  return { timeProvider, one: connect(), other: connect() };
}

const failureOf = (call: Promise<unknown>) => call.catch((error: unknown) => error);

describe('clients that share their deadlines', () => {
  expectNoLeaks();

  it('wait on one timer for each span, and on none when nothing waits', async () => {
    const { timeProvider, one, other } = twoClients();
    const calls = [one.client.request('A'), other.client.request('B'), other.client.request('C')];
    expect(timeProvider.pendingTimers).toHaveLength(1);
    one.peer.respond(() => 1);
    other.peer.respond(() => 2);
    expect(await Promise.all(calls)).toEqual([1, 2, 2]);
    expect(timeProvider.pendingTimers).toEqual([]);
    await Promise.all([one, other].map(({ client }) => client[Symbol.asyncDispose]()));
  });

  it('give up each its own calls, each at its own time, and tell its own peer', async () => {
    const { timeProvider, one, other } = twoClients();
    const first = failureOf(one.client.request('A'));
    await timeProvider.advanceAsync(4_000);
    let isOver = false;
    const second = failureOf(other.client.request('B')).finally(() => (isOver = true));
    await timeProvider.advanceAsync(6_000);
    expect(await first).toBeInstanceOf(DeadlineExceededError);
    await settle();
    expect({ isOver, told: one.peer.unread.map(({ method }) => method), other: other.peer.unread.map(({ method }) => method) }).toEqual({
      isOver: false,
      told: ['A', '$/cancelRequest'],
      other: ['B'],
    });
    await timeProvider.advanceAsync(4_000);
    expect(await second).toBeInstanceOf(DeadlineExceededError);
    await Promise.all([one, other].map(({ client }) => client[Symbol.asyncDispose]()));
  });

  it('do not lose them when one of the clients ends', async () => {
    const { timeProvider, one, other } = twoClients();
    const first = failureOf(one.client.request('A'));
    const second = failureOf(other.client.request('B'));
    await one.client[Symbol.asyncDispose]();
    expect(await first).toBeInstanceOf(ConnectionLostError);
    await timeProvider.advanceAsync(10_000);
    expect(await second).toBeInstanceOf(DeadlineExceededError);
    await other.client[Symbol.asyncDispose]();
    expect(timeProvider.pendingTimers).toEqual([]);
  });
});
