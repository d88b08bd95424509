import type { Duplex } from 'node:stream';
import type { FakeTimeProvider } from 'hostward/testing';
import { RawPeer } from '../backchannel/rpc/raw-peer.js';
import type { RecordedLine } from './recorded-lines.js';
import { nextMethod, RecordedPulls, tokenOf } from './recorded-pulls.js';
import { ReplayedConnection } from './replayed-connection.js';

/** How much longer than the recorded AppHost ours may take to answer, in virtual milliseconds. */
const patience = 3_000;
const turns = 40;

/** The server under test. */
export interface ReplayTarget {
  readonly time: FakeTimeProvider;
  connect(): Promise<Duplex>;
  /** Ends the server where the recorded one ended. Default: nothing. */
  hangUp?(): Promise<void>;
  /** Puts into the bytes of the client what the server has given names of its own. Default: nothing. */
  translate?(bytes: Buffer): Buffer;
}

/** Options of {@link replayRequests}. */
export interface ReplayOptions {
  /** Cuts each message into the chunks in which it is sent. Default: it goes in one. */
  readonly cut?: (message: Buffer) => readonly Buffer[];
}

/** What came of a replay. */
export interface Replayed {
  /** The traffic in the form of a recording. */
  readonly lines: readonly RecordedLine[];
  /** Requests for items that were not sent, because an earlier answer had brought what they were for. */
  readonly skipped: number;
}

/**
 * Sends a recorded client's bytes to a server, each at its recorded time and after the answers that it had waited for.
 *
 * A server may give several items of a stream at a time. A recorded request for items that have come already is left out then, as a client that follows the
 * protocol leaves it out.
 */
export async function replayRequests(recorded: readonly RecordedLine[], target: ReplayTarget, options: ReplayOptions = {}): Promise<Replayed> {
  const replay = new Replay(recorded, target, options);
  for (const line of recorded) {
    await replay.waitUntil(line.t);
    await (line.from === 'client' ? replay.send(line) : replay.await(line));
  }
  return await replay.end();
}

class Replay {
  readonly #connections = new Map<number, ReplayedConnection>();
  readonly #lines: RecordedLine[] = [];
  readonly #pulls: RecordedPulls;
  #now = 0;
  #skipped = 0;

  constructor(
    recorded: readonly RecordedLine[],
    private readonly target: ReplayTarget,
    private readonly options: ReplayOptions,
  ) {
    this.#pulls = new RecordedPulls(recorded);
  }

  async waitUntil(t: number): Promise<void> {
    if (t <= this.#now) return;
    await this.target.time.advanceAsync(t - this.#now);
    this.#now = t;
    await this.#drain();
  }

  async send(line: RecordedLine): Promise<void> {
    const { conn, event, bytes } = line;
    if (event === 'connected') {
      this.#connections.set(conn, new ReplayedConnection(new RawPeer(await this.target.connect())));
      return;
    }
    const connection = this.#connections.get(conn)!;
    if (event === 'error') connection.peer.stream.destroy();
    else if (event === 'closed') await connection.close(() => this.#drain());
    else if (this.#isNeedless(line, connection)) this.#skipped++;
    else {
      connection.sent(line.message);
      this.#lines.push(line);
      await this.#sendBytes(connection, connection.translated(line.message) ?? bytes!);
    }
    await this.#drain();
  }

  /** Waits for what the recorded server did; an item of a stream is there by then, or is not to come. */
  async await(line: RecordedLine): Promise<void> {
    const { conn, message } = line;
    const connection = this.#connections.get(conn)!;
    if (!message && !connection.isOver) await this.target.hangUp?.();
    const has = message ? this.#pulls.arrivalOf(line, connection) : () => connection.peer.hasEnded;
    await this.#settle(has);
    const limit = message && !this.#pulls.isItem(line) ? patience : 0;
    for (let waited = 0; !has() && waited < limit; waited += 50) {
      await this.target.time.advanceAsync(50);
      await this.#settle(has, 2);
    }
  }

  async end(): Promise<Replayed> {
    await this.#settle(() => false);
    for (const { peer } of this.#connections.values()) peer.stream.destroy();
    return { lines: this.#lines, skipped: this.#skipped };
  }

  async #sendBytes({ peer }: ReplayedConnection, recorded: Buffer): Promise<void> {
    const bytes = this.target.translate?.(recorded) ?? recorded;
    const [first, ...rest] = this.options.cut?.(bytes) ?? [bytes];
    peer.sendBytes(first!);
    for (const chunk of rest) {
      await this.target.time.advanceAsync(0);
      peer.sendBytes(chunk);
    }
  }

  /** Whether a client that follows the protocol has no reason to send this. */
  #isNeedless(line: RecordedLine, connection: ReplayedConnection): boolean {
    const { message } = line;
    if (message?.method !== nextMethod) return false;
    const stream = connection.streams.get(tokenOf(message));
    if (!stream) return false;
    if (this.#pulls.isSatisfied(line, stream)) return true;
    if (stream.pending === undefined || !this.#pulls.waitedBefore(line)) return false;
    // The earlier request is still to be answered, and stands for this one.
    const earlier = this.#lines.findIndex(sent => sent.from === 'client' && sent.conn === line.conn && sent.message?.id === connection.nameOf(stream.pending));
    this.#lines.splice(earlier, 1, line);
    connection.renamed.set(stream.pending, message.id);
    return true;
  }

  async #settle(condition: () => boolean, limit = turns): Promise<void> {
    for (let turn = 0; turn < limit && !condition(); turn++) {
      await this.target.time.advanceAsync(0);
      await this.#drain();
    }
  }

  async #drain(): Promise<void> {
    for (const [conn, connection] of this.#connections) {
      while (connection.peer.unread.length > 0) {
        const message = connection.received(await connection.peer.next());
        this.#lines.push({ t: this.#now, conn, from: 'apphost', message });
      }
      if (!connection.peer.hasEnded || connection.isOver) continue;
      connection.isOver = true;
      this.#lines.push({ t: this.#now, conn, from: 'apphost', event: 'closed' });
    }
  }
}
