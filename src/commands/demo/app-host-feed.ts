import type { IAppHostConnection, IAuxiliaryBackchannelMonitor } from '../../backchannel/monitor/index.js';
import type { ResourceSnapshot } from '../../backchannel/contract/index.js';
import { isCancellation, toError } from '../../hosting/primitives/index.js';
import { CancellationSource, type TimeProvider } from '../../hosting/time/index.js';

/** An AppHost as the feed knows it. */
export interface FeedAppHost {
  readonly path: string;
  readonly processId: number;
}

/** One thing that happened. */
export type FeedEvent =
  | { readonly kind: 'appHostAppeared'; readonly appHost: FeedAppHost }
  | { readonly kind: 'resourceChanged'; readonly appHost: FeedAppHost; readonly resource: ResourceSnapshot }
  | { readonly kind: 'appHostGone'; readonly appHost: FeedAppHost; readonly reason: string | undefined };

/** Receives the events in their order. */
export type FeedListener = (event: FeedEvent) => void;

/** Turns the connections of a monitor into events: which AppHosts come and go, and how their resources change. */
export class AppHostFeed {
  readonly #followed = new Map<IAppHostConnection, { readonly source: CancellationSource; readonly done: Promise<void> }>();

  constructor(
    private readonly monitor: IAuxiliaryBackchannelMonitor,
    private readonly timeProvider: TimeProvider,
    private readonly listener: FeedListener,
  ) {}

  /** Runs until `signal` fires. @throws whatever makes watching impossible */
  async run(signal: AbortSignal): Promise<void> {
    try {
      for await (const connections of this.monitor.watchConnections(signal)) {
        const present = new Set(connections);
        for (const [connection, { source }] of this.#followed) if (!present.has(connection)) source.cancel();
        for (const connection of connections) if (!this.#followed.has(connection)) this.#begin(connection);
      }
    } finally {
      const followed = [...this.#followed.values()];
      for (const { source } of followed) source.cancel();
      await Promise.all(followed.map(({ done }) => done));
    }
  }

  #begin(connection: IAppHostConnection): void {
    const source = new CancellationSource({ timeProvider: this.timeProvider });
    const done = this.#follow(connection, source.signal).finally(() => {
      source[Symbol.dispose]();
      this.#followed.delete(connection);
    });
    this.#followed.set(connection, { source, done });
  }

  async #follow({ appHostInfo, client, socketPath }: IAppHostConnection, signal: AbortSignal): Promise<void> {
    const appHost = { path: appHostInfo?.appHostPath ?? socketPath, processId: appHostInfo?.processId ?? 0 };
    this.listener({ kind: 'appHostAppeared', appHost });
    let reason: string | undefined;
    try {
      for await (const resource of client.watchResources({ signal })) this.listener({ kind: 'resourceChanged', appHost, resource });
    } catch (error) {
      if (!isCancellation(error) && !client.isClosed) reason = toError(error).message;
    }
    // A peer that ends the stream but keeps the connection is still there.
    if (!client.isClosed && !signal.aborted) reason = await client.closed.then(() => reason);
    // When nobody listens any more, nothing is said about what goes on.
    if (client.isClosed) this.listener({ kind: 'appHostGone', appHost, reason });
  }
}
