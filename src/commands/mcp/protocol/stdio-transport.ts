import type { Readable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { ILogger } from '../../../hosting/logging/index.js';
import { Deferred, errorCodeOf, toError } from '../../../hosting/primitives/index.js';
import { listen } from '../../../hosting/primitives/listen.js';
import type { LineOutput } from './claimed-output.js';
import { LineSplitter, lineTooLong } from './line-splitter.js';
import { LineWriter } from './line-writer.js';
import { rpcErrorCodes } from './mcp-refusal.js';
import { errorAnswer, readMessages } from './read-messages.js';

/** Why nothing comes any more. */
export type TransportEnd =
  | { readonly reason: 'inputEnded' | 'closed' }
  /** The client does not read any more. */
  | { readonly reason: 'outputBroken'; readonly error: Error }
  /** The input cannot be read. */
  | { readonly reason: 'inputFailed'; readonly error: Error };

/** What a {@link StdioTransport} is made of. */
export interface StdioTransportOptions {
  readonly input: Readable;
  readonly output: LineOutput;
  readonly logger: ILogger;
  /** The longest line that is accepted, in bytes. Default: 4 MiB. */
  readonly maxLineLength?: number;
}

export const defaultMaxLineLength: number = 4 * 1024 * 1024;

/**
 * The client at the other end of two streams: a message a line, in UTF-8.
 *
 * Differs from the SDK's own: it tells that the input has ended; what is no message is answered and never ends the session; a line that is too long costs no memory; while the
 * client does not take the answers, nothing more of it is read; a client that is gone is no error.
 */
export class StdioTransport implements Transport, AsyncDisposable {
  onmessage?: Transport['onmessage'];
  onclose?: Transport['onclose'];
  onerror?: Transport['onerror'];
  readonly #ended = new Deferred<TransportEnd>();
  readonly #writer: LineWriter;
  readonly #splitter: LineSplitter;
  readonly #maxLineLength: number;
  #registrations: readonly Disposable[] = [];
  #isClosed = false;

  constructor(private readonly options: StdioTransportOptions) {
    const { input, output, maxLineLength = defaultMaxLineLength } = options;
    this.#maxLineLength = maxLineLength;
    this.#splitter = new LineSplitter(maxLineLength);
    this.#writer = new LineWriter(output, {
      onFull: () => input.pause(),
      onDrained: () => void (this.#isClosed || input.resume()),
      onBroken: error => this.#ended.resolve({ reason: 'outputBroken', error }),
    });
  }

  /** Settles when nothing comes any more; what was received before can still be answered then, until {@link close}. */
  get ended(): Promise<TransportEnd> {
    return this.#ended.promise;
  }

  async start(): Promise<void> {
    const { input } = this.options;
    this.#registrations = [
      listen(input, 'data', chunk => this.#onData(chunk as Uint8Array | string)),
      listen(input, 'end', () => this.#onEnd()),
      listen(input, 'close', () => this.#onEnd()),
      listen(input, 'error', error => this.#onInputError(toError(error))),
    ];
    if (input.readableEnded || input.destroyed) this.#onEnd();
  }

  send(message: JSONRPCMessage): Promise<void> {
    return this.#isClosed ? Promise.resolve() : this.#writer.write(JSON.stringify(message));
  }

  /** Reads and answers nothing from here on; what has been answered is still on its way until {@link flush} says so. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const registration of this.#registrations) registration[Symbol.dispose]();
    // A stream that is read no more must not keep the process alive; what it may yet fail of is nobody's any more.
    this.options.input.on('error', () => undefined).destroy();
    this.#ended.resolve({ reason: 'closed' });
    this.onclose?.();
  }

  /** Waits until the client has taken the answers, for as long as it takes any. @returns false when some are left that it could still take */
  flush(): Promise<boolean> {
    return this.#writer.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.flush();
    this.#writer[Symbol.dispose]();
  }

  #onData(chunk: Uint8Array | string): void {
    for (const line of this.#splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)) {
      if (this.#isClosed) return;
      if (line === lineTooLong) this.#refuseLongLine();
      else this.#onLine(line);
    }
  }

  #onLine(line: string): void {
    const { message, answers } = readMessages(line);
    for (const answer of answers) {
      this.options.logger.debug('Refused a line of the client: {Reason}', answer.error.message);
      void this.#writer.write(JSON.stringify(answer));
    }
    if (message) this.onmessage?.(message);
  }

  #refuseLongLine(): void {
    const problem = `a message may have ${this.#maxLineLength} bytes, and this line has more. It is skipped.`;
    this.options.logger.warning('A line of the client was refused: {Reason}', problem);
    void this.#writer.write(JSON.stringify(errorAnswer(null, rpcErrorCodes.invalidRequest, `Invalid request: ${problem}`)));
  }

  #onEnd(): void {
    const rest = this.#splitter.end();
    if (rest !== undefined) this.#onLine(rest);
    this.#ended.resolve({ reason: 'inputEnded' });
  }

  #onInputError(error: Error): void {
    // A client at a socket that was killed looks like this.
    if (errorCodeOf(error) === 'ECONNRESET') this.#ended.resolve({ reason: 'inputEnded' });
    else this.#ended.resolve({ reason: 'inputFailed', error });
  }
}
