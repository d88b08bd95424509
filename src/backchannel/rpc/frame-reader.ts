import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { toError } from '../../hosting/primitives/index.js';
import { TimeProvider } from '../../hosting/time/index.js';
import { FrameDecoder } from './frame-decoder.js';
import { excessOf, unlimitedBytes } from './json-limits.js';
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
  /** Told how many bytes more, or less when negative, are held of a message that is not complete; what it throws is a failure. Default: nobody is. */
  readonly resize?: ((bytes: number) => void) | undefined;
}

/** Takes what a {@link FrameReader} reads. */
export interface FrameTarget {
  /** Takes a JSON value and the length of its body in bytes. */
  onMessage(value: unknown, bytes: number): void;
  /** Deals with a well-framed body that is no JSON, or too much of it, after which reading goes on. Without it such a body is as fatal as a broken frame. */
  onUnreadableBody?(error: MalformedFrameError): void;
  /** Told the failure after which nothing more comes. */
  onError?(error: Error): void;
  /** Told that the stream has ended between two frames. */
  onClose?(): void;
}

/**
 * Reads JSON-RPC frames from a stream, all complete ones of a chunk synchronously, and hands on whatever JSON value they hold.
 *
 * The first failure (of the stream, of the framing, of the target, or an end in the middle of a frame) is reported, and nothing is read any more. So is an
 * end between two frames. The stream itself is neither ended nor destroyed here.
 */
export class FrameReader implements Disposable {
  readonly #stream: Duplex;
  readonly #decoder: FrameDecoder;
  readonly #options: FrameReaderOptions;
  /** Present while it listens. */
  #target: FrameTarget | undefined;
  /** Runs while a frame has begun and is not complete. */
  #impatience: Disposable | undefined;
  #bytesReceived = 0;
  #messagesReceived = 0;
  readonly #onData = (chunk: Buffer): void => this.#read(chunk);
  readonly #onEnd = (): void => this.#finish();
  readonly #onError = (error: Error): void => this.#fail(error);

  constructor(stream: Duplex, options: FrameReaderOptions = {}) {
    this.#stream = stream;
    this.#options = options;
    this.#decoder = new FrameDecoder(options.maxMessageBytes ?? defaultMaxMessageBytes, options.resize);
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
    if (!this.#target) return;
    this.#stream.pause();
    this.#endWatch();
  }

  resume(): void {
    if (!this.#target) return;
    this.#stream.resume();
    this.#watchFrame();
  }

  /** Hands everything to `target` from now on. */
  listen(target: FrameTarget): void {
    this.#target = target;
    this.#stream.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onEnd).on('error', this.#onError);
    // A server may have accepted the socket paused.
    if (this.#stream.isPaused()) this.#stream.resume();
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #read(chunk: Buffer): void {
    try {
      this.#decoder.push(chunk);
      for (let bytes = this.#decoder.next(); bytes > 0; bytes = this.#decoder.next()) {
        this.#endWatch();
        this.#messagesReceived++;
        this.#bytesReceived += bytes;
        const value = this.#parse(bytes);
        if (value !== undefined) this.#target?.onMessage(value, bytes);
        if (!this.#target) return;
      }
      if (!this.#stream.isPaused()) this.#watchFrame();
    } catch (error) {
      this.#fail(toError(error));
    }
  }

  /** The value of a body; undefined, which is no JSON value, when it was unreadable. */
  #parse(bytes: number): unknown {
    const excess = bytes > unlimitedBytes ? excessOf(this.#decoder.body) : undefined;
    if (excess) return this.#refuse(new MalformedFrameError(excess.expected, excess.found));
    try {
      const { text } = this.#decoder;
      // Only what stands for bytes that are no UTF-8 gives reason to look at the bytes again; it may also have been sent as it is.
      if (!text.includes('\ufffd') || isUtf8(this.#decoder.body)) return JSON.parse(text);
    } catch {
      // Said below, without the parser's message: it quotes the text, which may hold a secret.
    }
    return this.#refuse(new MalformedFrameError('JSON in UTF-8', `${bytes} bytes of something else`));
  }

  #refuse(error: MalformedFrameError): undefined {
    if (!this.#target?.onUnreadableBody) throw error;
    this.#target.onUnreadableBody(error);
  }

  /** Whoever begins a frame must end it: one that never comes would hold memory for ever. */
  #watchFrame(): void {
    if (!this.#decoder.isInsideFrame) return this.#endWatch();
    const { frameTimeout = defaultFrameTimeout, timeProvider = TimeProvider.system } = this.#options;
    if (this.#impatience || frameTimeout === -1) return;
    const fail = () => this.#fail(new MalformedFrameError(`the rest of a frame within ${frameTimeout} ms`, 'nothing, or too little'));
    this.#impatience = timeProvider.createTimer(fail, undefined, frameTimeout, -1, { keepAlive: false });
  }

  #endWatch(): void {
    this.#impatience?.[Symbol.dispose]();
    this.#impatience = undefined;
  }

  #finish(): void {
    if (this.#decoder.isInsideFrame) return this.#fail(new MalformedFrameError('the rest of a frame', 'the end of the stream'));
    this.#stop()?.onClose?.();
  }

  #fail(error: Error): void {
    this.#stop()?.onError?.(error);
  }

  /** The target, if it listened. */
  #stop(): FrameTarget | undefined {
    const target = this.#target;
    this.#target = undefined;
    this.#endWatch();
    if (!target) return undefined;
    this.#stream.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd).off('error', this.#onError);
    this.#decoder.discard();
    return target;
  }
}
