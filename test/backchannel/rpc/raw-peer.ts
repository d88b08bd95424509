import { once } from 'node:events';
import type { Duplex } from 'node:stream';

/** The other end of a connection in tests: frames by hand, so that neither reader nor writer under test check themselves. */
export class RawPeer {
  readonly #messages: any[] = [];
  readonly #waiting: ((message: any) => void)[] = [];
  #bytes = Buffer.alloc(0);
  /** Everything received, as text. */
  received = '';
  hasEnded = false;

  constructor(readonly stream: Duplex) {
    stream.on('data', (chunk: Buffer) => this.#read(chunk));
    stream.on('end', () => (this.hasEnded = true));
    stream.on('error', () => undefined);
  }

  /** The next message, in order; waits for it when there is none. */
  next(): Promise<any> {
    if (this.#messages.length > 0) return Promise.resolve(this.#messages.shift());
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** What has come and was not asked for yet. */
  get unread(): readonly any[] {
    return this.#messages;
  }

  send(...messages: unknown[]): void {
    this.sendText(...messages.map(message => JSON.stringify(message)));
  }

  sendText(...bodies: string[]): void {
    this.stream.write(Buffer.concat(bodies.map(frame)));
  }

  sendBytes(bytes: string | Buffer): void {
    this.stream.write(bytes);
  }

  /** Answers every request from now on with what `resultOf` makes of it. */
  respond(resultOf: (request: any) => unknown): void {
    void this.next().then(request => {
      if ('id' in request) this.send({ jsonrpc: '2.0', id: request.id, result: resultOf(request) });
      this.respond(resultOf);
    });
  }

  /** A request and its answer. */
  async call(method: string, params?: unknown, id: unknown = 2): Promise<any> {
    this.send({ jsonrpc: '2.0', id, method, params });
    return this.next();
  }

  async end(): Promise<void> {
    this.stream.end();
    if (!this.stream.closed) await once(this.stream, 'close');
  }

  #read(chunk: Buffer): void {
    this.received += chunk.toString();
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      const match = /^Content-Length: (\d+)\r\n\r\n/.exec(this.#bytes.toString('latin1'));
      if (!match) return;
      const end = match[0].length + Number(match[1]);
      if (this.#bytes.length < end) return;
      const message = JSON.parse(this.#bytes.subarray(match[0].length, end).toString());
      this.#bytes = this.#bytes.subarray(end);
      const waiter = this.#waiting.shift();
      if (waiter) waiter(message);
      else this.#messages.push(message);
    }
  }
}

export function frame(body: string): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(`Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

/** A few turns of the event loop, in which everything in memory settles. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
}

/** How many listeners hang on the stream that tests and Node itself did not put there. */
export function listenerCount(stream: Duplex): number {
  return ['data', 'drain', 'error', 'readable'].reduce((sum, event) => sum + stream.listenerCount(event), 0);
}
