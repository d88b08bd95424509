import { type Duplex, duplexPair } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type { FakeTimeProvider } from 'hostward/testing';
import { RawPeer } from '../backchannel/rpc/raw-peer.js';
import { type Exchange, type RecordedConnection, type RecordedMessage, tokenIn } from './recorded-traffic.js';

const nextItems = '$/enumerator/next';
const unknownToken = -32001;

/** A call that waits for what the recorded client did before it was answered. */
interface HeldCall {
  readonly id: unknown;
  readonly exchange: Exchange;
}

/**
 * The AppHost's end of a recorded connection: it answers what it was asked then with what it answered then, and takes as long, on the clock of the test.
 *
 * A call is recognised by its method and its parameters; the items of a stream come one by one. What was never answered stays unanswered, what was answered only after
 * the client had cancelled is answered then, and where the AppHost hung up, it hangs up.
 */
export class RecordedAppHost {
  /** The client's end. */
  readonly stream: Duplex;
  /** What was asked that the recorded AppHost was never asked. */
  readonly problems: string[] = [];
  readonly #peer: RawPeer;
  readonly #left: Exchange[];
  readonly #held: HeldCall[] = [];
  readonly #timers = new Set<Disposable>();
  readonly #abortedTokens = new Set<unknown>();
  #unanswered = 0;

  /** @param sameParams whether the parameters of a request are those of a recorded one. Default: when they are equal, whatever the order of members */
  constructor(
    private readonly recorded: RecordedConnection,
    private readonly time: FakeTimeProvider,
    private readonly sameParams: (sent: unknown, recorded: unknown) => boolean = isDeepStrictEqual,
  ) {
    const [near, far] = duplexPair();
    this.stream = near;
    this.#peer = new RawPeer(far);
    this.#left = [...recorded.exchanges];
    far.once('close', () => this.#timers.forEach(timer => timer[Symbol.dispose]()));
    void this.#serve();
    this.#hangUpWhenDone();
  }

  /** The calls that the recorded client made and ours did not; pulls of streams do not count, for how many there are depends on when one stops. */
  get unasked(): readonly string[] {
    return this.#left.filter(({ request }) => !isAboutStream(request)).map(({ request }) => describeCall(request));
  }

  /** How many recorded items of streams nobody asked for. */
  get unaskedItems(): number {
    return this.#left.filter(({ request, answer, followsCancellation }) => request.method === nextItems && answer && !followsCancellation).length;
  }

  async #serve(): Promise<void> {
    for (;;) this.#take(await this.#peer.next());
  }

  #take(message: RecordedMessage): void {
    if ('id' in message) return this.#answer(message);
    if (message.method === '$/cancelRequest') this.#release(held => held.id === message.params?.id);
    else this.#abort(tokenIn(message.params));
  }

  #abort(token: unknown): void {
    this.#abortedTokens.add(token);
    this.#release(({ exchange: { request } }) => request.method === nextItems && tokenIn(request.params) === token);
  }

  #answer(message: RecordedMessage): void {
    if (message.method === '$/enumerator/abort') this.#abort(tokenIn(message.params));
    const index = this.#left.findIndex(exchange => this.#isSame(message, exchange.request) && !this.#isPremature(exchange));
    const [exchange] = index < 0 ? [] : this.#left.splice(index, 1);
    if (!exchange) return this.#refuse(message);
    if (!exchange.answer) return this.#hangUpWhenDone();
    this.#unanswered++;
    if (exchange.followsCancellation) this.#held.push({ id: message.id, exchange });
    else this.#sendAfter(message.id, exchange);
  }

  #isSame({ method, params }: RecordedMessage, request: RecordedMessage): boolean {
    if (method !== request.method) return false;
    return method === nextItems ? tokenIn(params) === tokenIn(request.params) : this.sameParams(params, request.params);
  }

  /** Whether a stream that is open was asked for items only after it had been left. */
  #isPremature({ request, answer, followsCancellation }: Exchange): boolean {
    if (request.method !== nextItems || answer?.error?.code !== unknownToken || followsCancellation) return false;
    const token = tokenIn(request.params);
    return this.#isKnown(token) && !this.#abortedTokens.has(token);
  }

  #isKnown(token: unknown): boolean {
    return token !== undefined && this.recorded.exchanges.some(({ answer }) => answer?.result?.token === token);
  }

  /** A client may wait for more items than were recorded, and for anything where only a broken message was recorded; all else it asked on its own. */
  #refuse(message: RecordedMessage): void {
    if ((message.method === nextItems && this.#isKnown(tokenIn(message.params))) || this.recorded.exchanges.length === 0) return;
    this.problems.push(describeCall(message));
    this.#peer.send({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'This was not recorded.' } });
  }

  #release(isMeant: (held: HeldCall) => boolean): void {
    for (const held of this.#held.filter(isMeant)) {
      this.#held.splice(this.#held.indexOf(held), 1);
      this.#sendAfter(held.id, held.exchange);
    }
  }

  #sendAfter(id: unknown, { answer, latency }: Exchange): void {
    this.#after(latency, () => {
      this.#peer.send({ ...answer, id });
      this.#unanswered--;
      this.#hangUpWhenDone();
    });
  }

  #hangUpWhenDone(): void {
    const { hangsUpAfter } = this.recorded;
    if (hangsUpAfter !== undefined && this.#left.length === 0 && this.#unanswered === 0) this.#after(hangsUpAfter, () => void this.#peer.end());
  }

  #after(milliseconds: number, act: () => void): void {
    if (milliseconds <= 0) return act();
    const timer = this.time.createTimer(
      () => {
        this.#timers.delete(timer);
        act();
      },
      undefined,
      milliseconds,
      -1,
    );
    this.#timers.add(timer);
  }
}

function isAboutStream({ method }: RecordedMessage): boolean {
  return method?.startsWith('$/enumerator/') ?? false;
}

function describeCall({ method, params }: RecordedMessage): string {
  return `${method} ${JSON.stringify(params)}`;
}
