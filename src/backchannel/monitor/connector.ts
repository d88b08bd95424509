import type { Duplex } from 'node:stream';
import type { ILogger } from '../../hosting/logging/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import type { AppHostConnection } from '../client/index.js';
import type { IProcessTable } from '../naming/index.js';
import type { IFileSystem, ISocketFactory } from '../platform/index.js';
import { type CallDeadlines, sharedDeadlines, type WithDeadline } from '../rpc/call-deadlines.js';
import { WriteBurst } from '../rpc/write-burst.js';
import type { AttemptGate } from './attempt-gate.js';
import type { MonitorOptions } from './monitor-options.js';

/** What a {@link Connector} is made of. */
export interface ConnectorParts {
  readonly options: MonitorOptions;
  readonly timeProvider: TimeProvider;
  readonly sockets: ISocketFactory;
  readonly files: IFileSystem;
  readonly processes: IProcessTable;
  /** Limits how many try at a time. Default: nothing does. */
  readonly gate?: AttemptGate | undefined;
  /** Is given to the connections. */
  readonly logger?: ILogger | undefined;
}

/** With so many attempts under way, their questions go out together. */
const crowd = 32;

/** What all attempts to connect have in common. Dispose it when none is under way any more. */
export class Connector implements Disposable {
  /** A thousand attempts wait on one timer. */
  readonly deadlines: CallDeadlines<WithDeadline>;
  /** Of the connections, which may outlive this. */
  readonly #callDeadlines: CallDeadlines<WithDeadline>;
  #connections: typeof AppHostConnection | undefined;
  readonly #burst = new WriteBurst();

  constructor(readonly parts: ConnectorParts) {
    this.deadlines = sharedDeadlines(parts.timeProvider);
    this.#callDeadlines = sharedDeadlines(parts.timeProvider);
  }

  /**
   * Makes a connection of a stream, which stays its owner's with a failure. What that takes is loaded with the first AppHost that accepts: a program that finds none never pays
   * for it.
   */
  open(stream: Duplex): Promise<AppHostConnection> {
    return this.#connections ? this.#openOver(stream, this.#connections) : this.#loadAndOpen(stream);
  }

  /** Loads what connections take, for those who are certain to want it: Node never tries again what could not be loaded, as when all descriptors are in use. */
  async load(): Promise<typeof AppHostConnection> {
    const { AppHostConnection: connections } = await import('../client/app-host-connection.js');
    return (this.#connections = connections);
  }

  async #loadAndOpen(stream: Duplex): Promise<AppHostConnection> {
    return this.#openOver(stream, await this.load());
  }

  #openOver(stream: Duplex, connections: typeof AppHostConnection): Promise<AppHostConnection> {
    const { gate, options, logger, timeProvider } = this.parts;
    const { wireLog, traceContext, asksAhead, leavesConnectionsOpen: leavesOpen } = options;
    const burst = gate && gate.size >= crowd ? this.#burst : undefined;
    return connections.open(stream, { timeProvider, deadlines: this.#callDeadlines, burst, logger, wireLog, traceContext, asksAhead, leavesOpen });
  }

  [Symbol.dispose](): void {
    this.deadlines[Symbol.dispose]();
  }
}
