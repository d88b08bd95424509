import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { AbstractMessageReader, type DataCallback, type Disposable as RpcDisposable, type Message, type MessageReader } from 'vscode-jsonrpc/node';
import { onDispose, toError } from '../../hosting/primitives/index.js';
import { FrameDecoder } from './frame-decoder.js';
import { MalformedFrameError } from './rpc-errors.js';
import { defaultMaxMessageBytes } from './rpc-protocol.js';

/** Options of {@link FrameReader}. */
export interface FrameReaderOptions {
  /** The largest body that is accepted, in bytes; a header that announces more is refused at once. Default: 64 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** Called for a well-framed body that is no JSON, after which reading goes on. Default: such a body is as fatal as a broken frame. */
  readonly onUnreadableBody?: ((error: MalformedFrameError) => void) | undefined;
}

/**
 * Reads JSON-RPC frames from a stream, all complete ones of a chunk synchronously, and hands on whatever JSON value they hold.
 *
 * The first failure (of the stream, of the framing, of the callback, or an end in the middle of a frame) is reported by `onError`, and nothing is read any
 * more. `onClose` reports an end between two frames. The stream itself is neither ended nor destroyed here.
 */
export class FrameReader extends AbstractMessageReader implements MessageReader {
  readonly #stream: Duplex;
  readonly #decoder: FrameDecoder;
  readonly #onUnreadableBody: (error: MalformedFrameError) => void;
  #listening: Disposable | undefined;

  constructor(stream: Duplex, { maxMessageBytes = defaultMaxMessageBytes, onUnreadableBody }: FrameReaderOptions = {}) {
    super();
    this.#stream = stream;
    this.#decoder = new FrameDecoder(maxMessageBytes);
    this.#onUnreadableBody =
      onUnreadableBody ??
      (error => {
        throw error;
      });
  }

  listen(callback: DataCallback): RpcDisposable {
    const onData = (chunk: Buffer) => this.#read(chunk, callback);
    const onEnd = () => this.#finish();
    const onError = (error: Error) => this.#fail(error);
    const stream = this.#stream.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError);
    this.#listening = onDispose(() => stream.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError));
    // A server may have accepted the socket paused.
    stream.resume();
    return { dispose: () => this.#stop() };
  }

  override dispose(): void {
    this.#stop();
    super.dispose();
  }

  #read(chunk: Buffer, callback: DataCallback): void {
    try {
      for (const body of this.#decoder.decode(chunk)) {
        const value = this.#parse(body);
        if (value !== undefined) callback(value as Message);
        if (!this.#listening) return;
      }
    } catch (error) {
      this.#fail(toError(error));
    }
  }

  /** The value of a body; undefined, which is no JSON value, when it was unreadable. */
  #parse(body: Buffer): unknown {
    try {
      if (isUtf8(body)) return JSON.parse(body.toString('utf8'));
    } catch {
      // Said below, without the parser's message: it quotes the text, which may hold a secret.
    }
    this.#onUnreadableBody(new MalformedFrameError('JSON in UTF-8', `${body.length} bytes of something else`));
    return undefined;
  }

  #finish(): void {
    if (this.#decoder.isInsideFrame) return this.#fail(new MalformedFrameError('the rest of a frame', 'the end of the stream'));
    if (this.#stop()) this.fireClose();
  }

  #fail(error: Error): void {
    if (this.#stop()) this.fireError(error);
  }

  #stop(): boolean {
    const listening = this.#listening;
    this.#listening = undefined;
    listening?.[Symbol.dispose]();
    return listening !== undefined;
  }
}
