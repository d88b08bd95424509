import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { AbstractMessageReader, type Disposable as RpcDisposable, type Message, type MessageReader } from 'vscode-jsonrpc/node';
import { onDispose, toError } from '../../hosting/primitives/index.js';
import { TimeProvider } from '../../hosting/time/index.js';
import { FrameDecoder } from './frame-decoder.js';
import { excessOf } from './json-limits.js';
import { MalformedFrameError } from './rpc-errors.js';
import { defaultFrameTimeout, defaultMaxMessageBytes } from './rpc-protocol.js';

/** Options of {@link FrameReader}. */
export interface FrameReaderOptions {
  /** The largest body that is accepted, in bytes; a header that announces more is refused at once. Default: 64 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** How long a frame that has begun may take to come, in milliseconds; -1 is without limit. Default: 30,000. */
  readonly frameTimeout?: number | undefined;
  /** The clock of `frameTimeout`. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider | undefined;
  /** Told how many bytes more, or less when negative, are held of a message that is not complete; what it throws is reported by `onError`. Default: nobody is. */
  readonly resize?: ((bytes: number) => void) | undefined;
  /** Called for a well-framed body that is no JSON, or too much of it, after which reading goes on. Default: such a body is as fatal as a broken frame. */
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
  readonly #frameTimeout: number;
  readonly #timeProvider: TimeProvider;
  #listening: Disposable | undefined;
  /** Runs while a frame has begun and is not complete. */
  #impatience: Disposable | undefined;
  #bytesReceived = 0;
  #messagesReceived = 0;

  constructor(stream: Duplex, options: FrameReaderOptions = {}) {
    super();
    const { maxMessageBytes = defaultMaxMessageBytes, frameTimeout = defaultFrameTimeout, timeProvider = TimeProvider.system, onUnreadableBody } = options;
    this.#stream = stream;
    this.#frameTimeout = frameTimeout;
    this.#timeProvider = timeProvider;
    this.#decoder = new FrameDecoder(maxMessageBytes, options.resize);
    this.#onUnreadableBody =
      onUnreadableBody ??
      (error => {
        throw error;
      });
  }

  get messagesReceived(): number {
    return this.#messagesReceived;
  }

  /** Bytes of the bodies that have been read. */
  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  /** Takes nothing more from the stream until {@link resume}; what has been taken is still handed on. */
  pause(): void {
    if (!this.#listening) return;
    this.#stream.pause();
    this.#endWatch();
  }

  resume(): void {
    if (!this.#listening) return;
    this.#stream.resume();
    this.#watchFrame();
  }

  /** @param callback receives each value and the length of its body in bytes */
  listen(callback: (message: Message, bytes: number) => void): RpcDisposable {
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

  #read(chunk: Buffer, callback: (message: Message, bytes: number) => void): void {
    try {
      for (const body of this.#decoder.decode(chunk)) {
        this.#endWatch();
        this.#messagesReceived++;
        this.#bytesReceived += body.length;
        const value = this.#parse(body);
        if (value !== undefined) callback(value as Message, body.length);
        if (!this.#listening) return;
      }
      if (!this.#stream.isPaused()) this.#watchFrame();
    } catch (error) {
      this.#fail(toError(error));
    }
  }

  /** The value of a body; undefined, which is no JSON value, when it was unreadable. */
  #parse(body: Buffer): unknown {
    const excess = excessOf(body);
    if (excess) {
      this.#onUnreadableBody(new MalformedFrameError(excess.expected, excess.found));
      return undefined;
    }
    try {
      const text = body.toString('utf8');
      // Only what stands for bytes that are no UTF-8 gives reason to look at the bytes again; it may also have been sent as it is.
      if (!text.includes('\ufffd') || isUtf8(body)) return JSON.parse(text);
    } catch {
      // Said below, without the parser's message: it quotes the text, which may hold a secret.
    }
    this.#onUnreadableBody(new MalformedFrameError('JSON in UTF-8', `${body.length} bytes of something else`));
    return undefined;
  }

  /** Whoever begins a frame must end it: one that never comes would hold memory for ever. */
  #watchFrame(): void {
    if (!this.#decoder.isInsideFrame) return this.#endWatch();
    if (this.#impatience || this.#frameTimeout === -1) return;
    const fail = () => this.#fail(new MalformedFrameError(`the rest of a frame within ${this.#frameTimeout} ms`, 'nothing, or too little'));
    this.#impatience = this.#timeProvider.createTimer(fail, undefined, this.#frameTimeout, -1, { keepAlive: false });
  }

  #endWatch(): void {
    this.#impatience?.[Symbol.dispose]();
    this.#impatience = undefined;
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
    this.#endWatch();
    listening?.[Symbol.dispose]();
    if (listening) this.#decoder.discard();
    return listening !== undefined;
  }
}
