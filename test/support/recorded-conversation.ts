import type { RecordedLine } from './recorded-lines.js';

/** A request and what it was answered with. */
export interface Exchange {
  /** The method and the id; of requests that share one, all methods. */
  readonly name: string;
  readonly method: string;
  readonly params: any;
  /** Undefined when there was none. */
  answer: { readonly result?: unknown; readonly error?: unknown } | undefined;
  /** What was pulled from the stream that the answer opened. */
  stream?: { values: any[]; isFinished: boolean };
}

/** Traffic by what it means: how the items of a stream were spread over messages, and when what came, is left out. */
export interface Conversation {
  /** By connection, id and, of several answers to one id, their order. */
  readonly exchanges: ReadonlyMap<string, Exchange>;
  /** What was sent without having been asked for, by connection. */
  readonly unasked: readonly { readonly conn: number; readonly message: any }[];
  /** The connections that the server ended first. */
  readonly hungUp: ReadonlySet<number>;
}

/** Makes a conversation of the lines of a recording, or of what a replay has brought. */
export function conversationOf(lines: readonly RecordedLine[]): Conversation {
  const reader = new ConversationReader();
  for (const line of lines) reader.read(line);
  return reader;
}

class ConversationReader implements Conversation {
  readonly exchanges = new Map<string, Exchange>();
  readonly unasked: { conn: number; message: any }[] = [];
  readonly hungUp = new Set<number>();
  readonly #gone = new Set<number>();
  /** Requests by connection and id. */
  readonly #requests = new Map<string, any[]>();
  readonly #answered = new Map<string, number>();
  readonly #streams = new Map<string, NonNullable<Exchange['stream']>>();

  read({ conn, from, event, message }: RecordedLine): void {
    if (event && event !== 'connected') {
      if (from === 'apphost' && !this.#gone.has(conn)) this.hungUp.add(conn);
      this.#gone.add(conn);
    }
    if (message === undefined) return;
    if (from === 'client') this.#readRequest(conn, message);
    else this.#readAnswer(conn, message);
  }

  #readRequest(conn: number, message: any): void {
    if (typeof message.method !== 'string' || !('id' in message)) return;
    const key = keyOf(conn, message.id);
    const requests = [...(this.#requests.get(key) ?? []), message];
    this.#requests.set(key, requests);
    const methods = requests.map(({ method }) => method).join(' and ');
    for (let index = 1; index < requests.length; index++) this.exchanges.delete(`${key} ${index}`);
    for (let index = 1; index <= requests.length; index++)
      this.exchanges.set(`${key} ${index}`, {
        name: `${methods} ${JSON.stringify(message.id)}`,
        method: methods,
        params: requests[index - 1].params,
        answer: undefined,
      });
  }

  #readAnswer(conn: number, message: any): void {
    const key = keyOf(conn, message.id);
    const requests = this.#requests.get(key) ?? [];
    const ordinal = (this.#answered.get(key) ?? 0) + 1;
    const exchange = this.exchanges.get(`${key} ${ordinal}`);
    if (!exchange) return void this.unasked.push({ conn, message });
    this.#answered.set(key, ordinal);
    const { result, error } = message;
    const stream = this.#streams.get(keyOf(conn, tokenOf(requests[0])));
    if (requests[0].method === '$/enumerator/next' && stream && result?.values) {
      stream.values.push(...result.values);
      stream.isFinished = result.finished;
      this.exchanges.delete(`${key} ${ordinal}`);
      return;
    }
    exchange.answer = error === undefined ? { result } : { error };
    if (typeof result?.token !== 'number') return;
    exchange.stream = { values: [], isFinished: false };
    this.#streams.set(keyOf(conn, result.token), exchange.stream);
  }
}

function keyOf(conn: number, id: unknown): string {
  return `${conn} ${JSON.stringify(id)}`;
}

function tokenOf({ params }: any): unknown {
  return Array.isArray(params) ? params[0] : params?.token;
}
