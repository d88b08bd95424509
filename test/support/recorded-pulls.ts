import type { RecordedLine } from './recorded-lines.js';
import type { ReplayedConnection, ReplayedStream } from './replayed-connection.js';

/** Asks for items of a stream. */
export const nextMethod = '$/enumerator/next';

/** What the recorded requests for items of streams were answered with. */
export class RecordedPulls {
  /** By the request's line: how many items the stream had given after the answer, and whether that was its end. */
  readonly #through = new Map<RecordedLine, { readonly count: number; readonly brings: number; readonly isEnd: boolean }>();
  /** The requests that were sent when all earlier ones of their stream had been answered. */
  readonly #patient = new Set<RecordedLine>();
  /** By the line of an answer: its request. */
  readonly #requestOf = new Map<RecordedLine, RecordedLine>();
  /** By the line of an answer: the how manieth it is of its id. */
  readonly #ordinal = new Map<RecordedLine, number>();

  constructor(recorded: readonly RecordedLine[]) {
    const requests = new Map<string, RecordedLine>();
    const answers = new Tally();
    const items = new Tally();
    const open = new Tally();
    for (const line of recorded) {
      const { conn, from, message } = line;
      if (!message) continue;
      const key = `${conn} ${JSON.stringify(message.id)}`;
      if (from === 'client' && message.method === nextMethod) {
        if (open.add(streamOf(line), 1) === 1) this.#patient.add(line);
        requests.set(key, line);
      } else if (from === 'apphost') {
        this.#ordinal.set(line, answers.add(key, 1));
        const request = requests.get(key);
        if (!request) continue;
        const { values = [], finished = false } = message.result ?? {};
        open.add(streamOf(request), -1);
        this.#through.set(request, { count: items.add(streamOf(request), values.length), brings: values.length, isEnd: finished });
        this.#requestOf.set(line, request);
      }
    }
  }

  /** Whether ours has given all that this request was for. */
  isSatisfied(request: RecordedLine, { count, isFinished }: ReplayedStream): boolean {
    const through = this.#through.get(request);
    if (!through) return false;
    return (through.brings > 0 && (count >= through.count || isFinished)) || (through.isEnd && isFinished);
  }

  /** Whether the line is the answer to a request for items of a stream. */
  isItem(answer: RecordedLine): boolean {
    return this.#requestOf.has(answer);
  }

  waitedBefore(request: RecordedLine): boolean {
    return this.#patient.has(request);
  }

  /** Tells whether ours has answered as far as the recorded server had with this line. */
  arrivalOf(line: RecordedLine, connection: ReplayedConnection): () => boolean {
    const request = this.#requestOf.get(line);
    const through = request && this.#through.get(request);
    const token = request && tokenOf(request.message);
    if (through && (through.brings > 0 || through.isEnd))
      return () => {
        const stream = connection.streams.get(token);
        return !stream || stream.isFinished || (!through.isEnd && stream.count >= through.count);
      };
    return () => (connection.answers.get(line.message.id) ?? 0) >= this.#ordinal.get(line)!;
  }
}

/** Counts by key. */
class Tally {
  readonly #counts = new Map<string, number>();

  add(key: string, count: number): number {
    const sum = (this.#counts.get(key) ?? 0) + count;
    this.#counts.set(key, sum);
    return sum;
  }
}

function streamOf({ conn, message }: RecordedLine): string {
  return `${conn} ${String(tokenOf(message))}`;
}

/** The token in the parameters of a request for items, by name or by position. */
export function tokenOf({ params }: any): unknown {
  return Array.isArray(params) ? params[0] : params?.token;
}
