import type { Duplex } from 'node:stream';
import type { ILogger } from '../../hosting/logging/index.js';
import { disposeAll, errorCodeOf } from '../../hosting/primitives/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import { RpcBudget, type RpcCounters, type RpcMethods, type RpcSession, serveRpc, type WireLog } from '../rpc/index.js';
import type { ClientLimits } from './app-host-options.js';

/** How a connection ends whose client just went. */
const ordinaryEnds: readonly (string | undefined)[] = ['ECONNRESET', 'EPIPE'];

/** So many disconnections are warnings in the log; further ones are told at level debug. */
const maxComplaints = 100;

/** What has passed between an AppHost and its clients so far. */
export interface AppHostCounters extends RpcCounters {
  /** Clients that are connected now. */
  readonly clients: number;
  /** Clients that have ever been served. */
  readonly servedClients: number;
  /** Clients that were turned away because there were too many. */
  readonly refusedClients: number;
}

/** What {@link AppHostSessions} work with. */
export interface AppHostSessionsParts {
  readonly methods: RpcMethods;
  readonly limits: Required<ClientLimits>;
  readonly timeProvider: TimeProvider;
  readonly logger: ILogger;
  /** Asked for at each connection; undefined when nobody wants to know. */
  readonly wireLog: () => WireLog | undefined;
}

/**
 * The clients of an AppHost. Each costs a bounded amount and is disconnected when it asks for more; none of them disturbs another.
 *
 * Disposing them ends every call that is under way and every connection, those of clients that do not read after a second.
 */
export class AppHostSessions implements AsyncDisposable {
  readonly #open = new Set<RpcSession>();
  readonly #budget: RpcBudget;
  #ended: RpcCounters = { messagesSent: 0, messagesReceived: 0, bytesSent: 0, bytesReceived: 0 };
  #complaints = 0;
  #served = 0;
  #refused = 0;
  #isFull = false;
  #isDisposed = false;

  constructor(private readonly parts: AppHostSessionsParts) {
    this.#budget = new RpcBudget(parts.limits.maxTotalBytes);
  }

  get counters(): AppHostCounters {
    const totals = [...this.#open].map(({ counters }) => counters).reduce(sum, this.#ended);
    return { ...totals, clients: this.#open.size, servedClients: this.#served, refusedClients: this.#refused };
  }

  /** Serves a connection, which belongs to the session from now on; or ends it, when there are too many. */
  serve(stream: Duplex): void {
    const { methods, limits, timeProvider, wireLog } = this.parts;
    if (this.#isDisposed || this.#open.size >= limits.maxClients) return this.#refuse(stream);
    this.#isFull = false;
    this.#served++;
    const session = serveRpc(stream, methods, { timeProvider, ...limits, budget: this.#budget, wireLog: wireLog(), onMalformed: this.#malformedLog() });
    this.#open.add(session);
    void session.closed.then(reason => this.#end(session, reason));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    // All at once: each may take its time for a client that does not read.
    await Promise.all([...this.#open].map(session => disposeAll([session])));
  }

  #refuse(stream: Duplex): void {
    stream.on('error', () => undefined).destroy();
    if (this.#isDisposed) return;
    this.#refused++;
    if (!this.#isFull) this.parts.logger.warning('{Count} clients are connected; further ones are turned away until some of them go', this.#open.size);
    this.#isFull = true;
  }

  /** Says it once for each client, so that none can fill the log. */
  #malformedLog(): (reason: string) => void {
    let isSaid = false;
    return reason => {
      if (!isSaid) this.parts.logger.warning('A client sent something that is no request, of which the first is told here: {Reason}', reason);
      isSaid = true;
    };
  }

  #end(session: RpcSession, reason: Error | undefined): void {
    this.#open.delete(session);
    this.#ended = sum(this.#ended, session.counters);
    if (!reason) return;
    const { logger } = this.parts;
    if (ordinaryEnds.includes(errorCodeOf(reason))) return logger.debug('A client went without a word: {Reason}', reason.message);
    // A client that misbehaves without end fills no log.
    if (this.#complaints++ < maxComplaints) logger.warning('A client was disconnected: {Reason}', reason.message);
    else logger.debug('A client was disconnected: {Reason}', reason.message);
  }
}

function sum(left: RpcCounters, right: RpcCounters): RpcCounters {
  return {
    messagesSent: left.messagesSent + right.messagesSent,
    messagesReceived: left.messagesReceived + right.messagesReceived,
    bytesSent: left.bytesSent + right.bytesSent,
    bytesReceived: left.bytesReceived + right.bytesReceived,
  };
}
