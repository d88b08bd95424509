import type { RawPeer } from '../backchannel/rpc/raw-peer.js';
import { nextMethod, tokenOf } from './recorded-pulls.js';

/** How far a stream has been read. */
export interface ReplayedStream {
  count: number;
  isFinished: boolean;
  /** The id of the request for items that is not answered. */
  pending: unknown;
}

/** A connection of a replay: what has been sent and what has come. */
export class ReplayedConnection {
  readonly streams = new Map<unknown, ReplayedStream>();
  /** Answers so far by id. */
  readonly answers = new Map<unknown, number>();
  /** Ids of ours that stand for later ones of the recording. */
  readonly renamed = new Map<unknown, unknown>();
  isOver = false;

  constructor(readonly peer: RawPeer) {}

  sent(message: any): void {
    const { id, method, ...rest } = message ?? {};
    const stream = method === nextMethod ? this.streams.get(tokenOf(rest)) : undefined;
    if (stream) stream.pending ??= id;
  }

  /** The bytes of a cancellation of a request that another one stands for. */
  translated(message: any): Buffer | undefined {
    if (message?.method !== '$/cancelRequest') return undefined;
    const own = [...this.renamed].find(([, recorded]) => recorded === message.params?.id)?.[0];
    if (own === undefined) return undefined;
    const body = JSON.stringify({ ...message, params: { id: own } });
    return Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  received(message: any): any {
    const { id, result } = message;
    if (typeof result?.token === 'number') this.streams.set(result.token, { count: 0, isFinished: false, pending: undefined });
    const stream = [...this.streams.values()].find(({ pending }) => pending !== undefined && pending === id);
    if (stream) {
      stream.pending = undefined;
      stream.count += result?.values?.length ?? 0;
      stream.isFinished ||= result?.finished !== false;
    }
    const recordedId = this.nameOf(id);
    this.answers.set(recordedId, (this.answers.get(recordedId) ?? 0) + 1);
    return { ...message, id: recordedId };
  }

  /** The id in the recording of a request that was sent under this one. */
  nameOf(id: unknown): unknown {
    return this.renamed.get(id) ?? id;
  }

  async close(drain: () => Promise<void>): Promise<void> {
    await drain();
    this.isOver = true;
    this.peer.stream.destroy();
  }
}
