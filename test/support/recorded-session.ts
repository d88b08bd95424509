import { RpcClient } from '../../src/backchannel/rpc/index.js';
import { isDeepStrictEqual } from 'node:util';
import { FakeTimeProvider } from 'hostward/testing';
import { CancellationSource, delay } from '../../src/hosting/time/index.js';
import { RecordedAppHost } from './recorded-app-host.js';
import { playOut } from './recorded-clock.js';
import { type Exchange, type RecordedConnection, type RecordedLine as Line, tokenIn } from './recorded-traffic.js';

const nextItems = '$/enumerator/next';

/** What our client made of one recorded call. */
export interface CallOutcome {
  readonly exchange: Exchange;
  /** Undefined when it failed. */
  readonly result?: unknown;
  /** Of a stream. */
  readonly items?: readonly unknown[];
  readonly error?: unknown;
}

/** What our client made of one recorded connection. */
export interface SessionOutcome {
  readonly calls: readonly CallOutcome[];
  /** What a call that was pending all the time came to; only where the recorded client sent nothing that is a call. */
  readonly probe: unknown;
  readonly appHost: RecordedAppHost;
}

/** Makes every call of a recorded connection at its time, cancels what was cancelled, leaves streams where they were left, and ends as the recording ends. */
export async function replaySession(recorded: RecordedConnection): Promise<SessionOutcome> {
  const time = new FakeTimeProvider();
  const appHost = new RecordedAppHost(recorded, time, (sent, original) => isDeepStrictEqual(sent, byPosition(original)));
  const client = RpcClient.over(appHost.stream, { timeProvider: time, requestTimeout: -1, cancelGrace: 60_000 });
  const session = new Session(recorded, client, time);
  const work = Promise.all([...session.separateCalls.map(exchange => session.make(exchange)), session.end()]);
  const probe = recorded.exchanges.length > 0 ? undefined : outcomeOf(client.request('GetCapabilitiesAsync', [{}]));
  const calls = (await playOut(time, work)).filter(outcome => outcome !== undefined);
  return { calls, probe: (await probe)?.error, appHost };
}

class Session {
  /** The calls that are no part of a stream that is open. */
  readonly separateCalls: readonly Exchange[];

  constructor(
    private readonly recorded: RecordedConnection,
    private readonly client: RpcClient,
    private readonly time: FakeTimeProvider,
  ) {
    this.separateCalls = recorded.exchanges.filter(exchange => !this.#isPull(exchange));
  }

  async make(exchange: Exchange): Promise<CallOutcome> {
    const { request, answer } = exchange;
    await delay(exchange.at, { timeProvider: this.time });
    using limit = new CancellationSource({ timeProvider: this.time, delay: this.#timeLeft(exchange) });
    const { signal } = limit;
    const args = byPosition(request.params);
    const isStream = answer?.result?.token !== undefined;
    const outcome = isStream
      ? await readStream(this.client.stream(request.method ?? '', args, { signal }))
      : await outcomeOf(this.client.request(request.method ?? '', args, { signal }));
    return { exchange, ...outcome };
  }

  /** Ends the connection where the recorded client did, or waits for the AppHost to end it. */
  async end(): Promise<undefined> {
    const closing = this.recorded.lines.find(({ event }) => event === 'closed' || event === 'error');
    // What came in the same millisecond came before.
    if (closing?.from === 'client') await delay(closing.t + 1, { timeProvider: this.time });
    else await this.client.closed;
    await this.client[Symbol.asyncDispose]();
  }

  /** Until the recorded client cancelled the call, or left the stream; -1 when it never did. */
  #timeLeft(exchange: Exchange): number {
    const line = this.#leavingLine(exchange);
    return line ? line.t - exchange.at : -1;
  }

  #leavingLine({ request, answer }: Exchange): Line | undefined {
    const { lines } = this.recorded;
    const token = answer?.result?.token;
    const isLeaving = token === undefined ? this.#cancels(request.id) : this.#leaves(token);
    return lines.slice(this.#indexOf(request)).find(({ from, message }) => from === 'client' && isLeaving(message));
  }

  #indexOf(request: Exchange['request']): number {
    return this.recorded.lines.findIndex(({ message }) => message === request);
  }

  #cancels(id: unknown) {
    return (message: Line['message']) => message?.method === '$/cancelRequest' && message.params?.id === id;
  }

  #leaves(token: unknown) {
    const pulls = this.recorded.exchanges.filter(({ request }) => request.method === nextItems && tokenIn(request.params) === token);
    return (message: Line['message']) =>
      (message?.method === '$/enumerator/abort' && tokenIn(message.params) === token) || pulls.some(({ request }) => this.#cancels(request.id)(message));
  }

  /** Whether a call asks for the items of a stream that is open, as its client does; not a second time while the first is pending, which no client may. */
  #isPull({ request }: Exchange): boolean {
    if (request.method !== nextItems) return false;
    const token = tokenIn(request.params);
    const opening = this.recorded.exchanges.find(({ answer }) => token !== undefined && answer?.result?.token === token);
    const left = opening && this.#leavingLine(opening);
    if (!opening || (left && this.recorded.lines.indexOf(left) < this.#indexOf(request))) return false;
    const previous = this.recorded.exchanges.findLast(other => other.request !== request && this.#precedes(other, request));
    return !previous || (previous.answer !== undefined && !previous.answer.result?.finished && this.#isAnsweredBefore(previous, request));
  }

  #isAnsweredBefore({ answer }: Exchange, request: Exchange['request']): boolean {
    return this.recorded.lines.findIndex(({ message }) => message === answer) < this.#indexOf(request);
  }

  #precedes(other: Exchange, request: Exchange['request']): boolean {
    const { exchanges } = this.recorded;
    const isBefore = exchanges.indexOf(other) < exchanges.findIndex(exchange => exchange.request === request);
    return isBefore && other.request.method === nextItems && tokenIn(other.request.params) === tokenIn(request.params);
  }
}

async function outcomeOf(call: Promise<unknown>): Promise<{ result?: unknown; error?: unknown }> {
  return call.then(
    result => ({ result }),
    (error: unknown) => ({ error }),
  );
}

async function readStream(stream: AsyncIterable<unknown>): Promise<{ items: unknown[]; error?: unknown }> {
  const items: unknown[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items };
  } catch (error) {
    return { items, error };
  }
}

/** Parameters as our client sends them, who knows no others. */
export function byPosition(params: unknown): readonly unknown[] {
  if (Array.isArray(params)) return params;
  return typeof params === 'object' && params !== null ? Object.values(params) : [];
}
