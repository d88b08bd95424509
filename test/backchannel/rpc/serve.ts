import { type Duplex, duplexPair } from 'node:stream';
import { type RpcMethods, type RpcServerOptions, type RpcSession, serveRpc } from '../../../src/backchannel/rpc/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { listenerCount, RawPeer } from './raw-peer.js';

/** A session under test with a peer that speaks raw frames. */
export interface ServedPeer extends AsyncDisposable {
  readonly session: RpcSession;
  readonly peer: RawPeer;
  /** The serving end of the stream. */
  readonly near: Duplex;
  readonly timeProvider: FakeTimeProvider;
}

/** Serves `methods` over a pair in memory; disposing it checks that nothing is left behind. */
export function serve(methods: RpcMethods, options: RpcServerOptions = {}): ServedPeer {
  const [near, far] = duplexPair();
  const timeProvider = new FakeTimeProvider();
  const session = serveRpc(near, methods, { timeProvider, ...options });
  return {
    session,
    near,
    peer: new RawPeer(far),
    timeProvider,
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      expect({ timers: timeProvider.pendingTimers, listeners: listenerCount(near), closed: near.closed }).toEqual({ timers: [], listeners: 0, closed: true });
    },
  };
}

/** A producer that the test drives, and that tells what became of it. */
export class ManualSource<T> implements AsyncIterable<T>, AsyncIterator<T> {
  readonly #items: T[] = [];
  #wake: (() => void) | undefined;
  #hasEnded = false;
  #error: Error | undefined;
  pulls = 0;
  isReleased = false;

  push(...items: T[]): void {
    this.#items.push(...items);
    this.#wake?.();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake?.();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    this.pulls++;
    while (this.#items.length === 0 && !this.#hasEnded && !this.#error && !this.isReleased) {
      await new Promise<void>(resolve => (this.#wake = resolve));
    }
    if (this.#items.length > 0) return { value: this.#items.shift() as T, done: false };
    if (this.#error) throw this.#error;
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<T>> {
    this.isReleased = true;
    this.#wake?.();
    return { value: undefined, done: true };
  }
}
