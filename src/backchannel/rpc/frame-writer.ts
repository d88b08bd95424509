import type { Duplex } from 'node:stream';
import type { Message } from 'vscode-jsonrpc/node';
import { Deferred, HostwardError, markHandled, toError } from '../../hosting/primitives/index.js';
import { type MessageFrame, messageFrame } from './message-frame.js';
import type { WriteBurst } from './write-burst.js';

/**
 * A burst longer than this is written at once instead of at the end of the turn: the peer then works on its beginning while this end makes the rest, which
 * with many calls in flight saves a third of the time.
 */
const maxBurstLength = 3_072;
/** With more bytes than this waiting, the peer reads too slowly. */
const stallBytes = 1_048_576;

/** Options of {@link FrameWriter}. */
export interface FrameWriterOptions {
  /** Bytes that may wait for a peer that does not read; an answer on top of more is refused, which is a failure. Default: no limit. */
  readonly maxUnsentBytes?: number | undefined;
  /** Told how many bytes more, or less when negative, wait for the peer to read; what it throws is a failure. Default: nobody is. */
  readonly resize?: ((bytes: number) => void) | undefined;
}

/** Told what becomes of the frames of a {@link FrameWriter}. */
export interface FrameSender {
  /** Told true when more than 1 MiB waits for the peer to read, false when all of it is gone again. */
  onStall?(isStalled: boolean): void;
  /** Told each failure that is none of the stream. */
  onError?(error: Error): void;
}

/**
 * Writes JSON-RPC frames to a stream: exactly `Content-Length: N`, header and body together, what comes in one turn of the event loop in one write for
 * every 3 KiB.
 *
 * The promise of a message resolves when the stream has taken it, which is late when the peer reads slowly: await it, and the back-pressure reaches you.
 * It rejects when the message cannot be written as JSON or the stream is gone. The stream itself is neither ended nor destroyed here.
 */
export class FrameWriter implements Disposable {
  readonly #stream: Duplex;
  readonly #options: FrameWriterOptions;
  readonly #sender: FrameSender;
  /** Frames that go out in the next write. */
  #burst = '';
  #isAscii = true;
  /** Whether somebody will write the burst who is still adding to it. */
  #isCollecting = false;
  /** Settles with the burst, when somebody waits for it. */
  #burstSent: Deferred<void> | undefined;
  #waitingForDrain: Deferred<void>[] | undefined;
  /** Whether the stream has refused to take more for now. */
  #isDraining = false;
  /** Present while the stream takes no more, which most never come to. */
  #listeners: { readonly drain: () => void; readonly close: () => void } | undefined;
  #isStopped = false;
  #isStalled = false;
  #heldBytes = 0;
  #messagesSent = 0;
  #bytesSent = 0;

  constructor(stream: Duplex, options: FrameWriterOptions = {}, sender: FrameSender = {}) {
    this.#stream = stream;
    this.#options = options;
    this.#sender = sender;
  }

  get messagesSent(): number {
    return this.#messagesSent;
  }

  /** Bytes of the bodies that have been accepted for writing. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** Whether more than 1 MiB has been waiting for the peer to read, and not all of it is gone yet. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  write(message: Message): Promise<void> {
    try {
      if (!this.send(message)) return Promise.reject(streamGone());
    } catch (error) {
      return Promise.reject(toError(error));
    }
    return this.#sent();
  }

  /**
   * Writes a message for which nobody waits; false when the stream takes no more.
   *
   * @throws Error when the message cannot be written as JSON, or is an answer too many for a peer that does not read
   */
  send(message: Message): boolean {
    if (this.#isStopped || !this.#stream.writable) return false;
    if (this.#stream.writableLength > (this.#options.maxUnsentBytes ?? Infinity) && !('method' in message)) throw this.#refuse();
    this.#append(messageFrame(message));
    return true;
  }

  /** Writes at its end what `work` sends, or with a burst, not at the end of the turn. */
  together(work: () => void, burst?: WriteBurst): void {
    this.#isCollecting = true;
    try {
      work();
    } finally {
      this.#isCollecting = false;
      if (burst) burst.add(this);
      else this.flush();
    }
  }

  /** Writes what has been collected; without this call it is written at the end of the turn. */
  flush(): void {
    const burst = this.#burst;
    if (burst === '') return;
    const isAscii = this.#isAscii;
    const sent = this.#burstSent;
    this.#burst = '';
    this.#isAscii = true;
    this.#burstSent = undefined;
    if (!this.#stream.writable) return sent?.reject(streamGone());
    // Node writes pure ASCII faster under this name, and the bytes are the same.
    const isTaken = this.#stream.write(burst, isAscii ? 'latin1' : 'utf8');
    this.#isDraining = !isTaken;
    if (isTaken) return sent?.resolve();
    this.#listen();
    if (sent) (this.#waitingForDrain ??= []).push(sent);
    this.#hold(this.#stream.writableLength);
    if (this.#stream.writableLength > stallBytes) this.#beginStall();
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#stop();
  }

  #append({ text, bytes, isAscii }: MessageFrame): void {
    this.#messagesSent++;
    this.#bytesSent += bytes;
    if (this.#burst === '' && !this.#isCollecting) process.nextTick(flush, this);
    this.#burst += text;
    if (!isAscii) this.#isAscii = false;
    if (this.#burst.length > maxBurstLength) this.flush();
  }

  /** Settles when the stream has taken all that was written so far. */
  #sent(): Promise<void> {
    if (this.#burst === '' && !this.#isDraining) return Promise.resolve();
    const sent = new Deferred<void>();
    markHandled(sent.promise);
    if (this.#burst === '') (this.#waitingForDrain ??= []).push(sent);
    else if (this.#burstSent) return this.#burstSent.promise;
    else this.#burstSent = sent;
    return sent.promise;
  }

  #listen(): void {
    if (this.#listeners) return;
    this.#listeners = { drain: () => this.#onDrain(), close: () => this.#stop() };
    this.#stream.on('drain', this.#listeners.drain).on('close', this.#listeners.close);
  }

  #unlisten(): void {
    if (!this.#listeners) return;
    this.#stream.off('drain', this.#listeners.drain).off('close', this.#listeners.close);
    this.#listeners = undefined;
  }

  #onDrain(): void {
    this.#isDraining = false;
    this.#unlisten();
    this.#hold(0);
    this.#endStall();
    this.#settle(sent => sent.resolve());
  }

  #refuse(): Error {
    const error = new HostwardError('ERR_RPC_UNSENT', `The peer does not read: ${this.#stream.writableLength} bytes wait to be sent.`);
    this.#sender.onError?.(error);
    return error;
  }

  #hold(bytes: number): void {
    const more = bytes - this.#heldBytes;
    this.#heldBytes = bytes;
    try {
      if (more !== 0) this.#options.resize?.(more);
    } catch (error) {
      // Not held, so not to be released either.
      this.#heldBytes -= more;
      this.#sender.onError?.(toError(error));
    }
  }

  #beginStall(): void {
    if (this.#isStalled) return;
    this.#isStalled = true;
    this.#sender.onStall?.(true);
  }

  #endStall(): void {
    if (!this.#isStalled) return;
    this.#isStalled = false;
    this.#sender.onStall?.(false);
  }

  #stop(): void {
    this.#isStopped = true;
    this.#endStall();
    this.#unlisten();
    this.#settle(sent => sent.reject(streamGone()));
  }

  #settle(finish: (sent: Deferred<void>) => void): void {
    const waiting = this.#waitingForDrain;
    this.#waitingForDrain = undefined;
    for (const sent of waiting ?? []) finish(sent);
  }
}

function flush(writer: FrameWriter): void {
  writer.flush();
}

function streamGone(): Error {
  return new HostwardError('ERR_RPC_STREAM_GONE', 'The stream takes no more messages.');
}
