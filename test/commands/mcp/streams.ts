import { PassThrough, Writable } from 'node:stream';
import { FakeLogger } from 'hostward/testing';
import type { LineOutput } from '../../../src/commands/mcp/protocol/claimed-output.js';
import { StdioTransport } from '../../../src/commands/mcp/protocol/stdio-transport.js';

/** A message of the server. */
export interface ServerMessage {
  readonly id?: number | string | null;
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A standard output whose reader takes nothing until it is told to. */
export class HesitantOutput extends Writable {
  text = '';
  readonly #waiting: (() => void)[] = [];
  #isReading: boolean;

  constructor(isReading = true) {
    super({ highWaterMark: 1_000 });
    this.#isReading = isReading;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    if (this.#isReading) done();
    else this.#waiting.push(done);
  }

  /** The reader begins to read. */
  read(): void {
    this.#isReading = true;
    for (const done of this.#waiting.splice(0)) done();
  }

  get messages(): readonly ServerMessage[] {
    return this.text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as ServerMessage);
  }
}

/** A transport over streams in memory. */
export class MemoryClient {
  readonly input = new PassThrough();
  readonly output: HesitantOutput;
  readonly logger = new FakeLogger();
  readonly transport: StdioTransport;

  constructor({ isReading = true, maxLineLength }: { isReading?: boolean; maxLineLength?: number } = {}) {
    this.output = new HesitantOutput(isReading);
    const { input, logger } = this;
    this.transport = new StdioTransport({ input, output: outputTo(this.output), logger, ...(maxLineLength === undefined ? {} : { maxLineLength }) });
  }

  /** Writes a line, or an object as one. */
  send(message: string | object): void {
    this.input.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  }

  request(id: number | string, method: string, params?: object): void {
    this.send({ jsonrpc: '2.0', id, method, ...(params && { params }) });
  }

  answerTo(id: number | string): ServerMessage | undefined {
    return this.output.messages.find(message => message.id === id);
  }
}

/** A stream that belongs to nobody in particular. */
export function outputTo(stream: Writable): LineOutput {
  return { stream, write: (text, taken) => stream.write(text, taken) };
}

/** Lets streams and promises come to rest. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve));
}
