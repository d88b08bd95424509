import type { Duplex } from 'node:stream';
import { AbstractMessageWriter, Message, type MessageWriter } from 'vscode-jsonrpc/node';
import { Deferred, HostwardError, markHandled, toError } from '../../hosting/primitives/index.js';
import { messageText } from './message-text.js';

/** A burst longer than this is written at once instead of at the end of the turn. */
const maxBurstLength = 262_144;
/** With more bytes than this waiting, the peer reads too slowly. */
const stallBytes = 1_048_576;

/** Options of {@link FrameWriter}. */
export interface FrameWriterOptions {
  /** Bytes that may wait for a peer that does not read; an answer on top of more is refused and `onError` reports it. Default: no limit. */
  readonly maxUnsentBytes?: number | undefined;
  /** Called with true when more than 1 MiB waits for the peer to read, with false when all of it is gone again. */
  readonly onStall?: ((isStalled: boolean) => void) | undefined;
}

/** Frames that go out in one write. */
interface Burst {
  frames: string;
  isAscii: boolean;
  readonly sent: Deferred<void>;
}

/**
 * Writes JSON-RPC frames to a stream: exactly `Content-Length: N`, header and body together, everything of one turn of the event loop in one write.
 *
 * The promise of a message resolves when the stream has taken it, which is late when the peer reads slowly: await it, and the back-pressure reaches you.
 * It rejects when the message cannot be written as JSON or the stream is gone. The stream itself is neither ended nor destroyed here.
 */
export class FrameWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #stream: Duplex;
  readonly #maxUnsentBytes: number;
  readonly #onStall: ((isStalled: boolean) => void) | undefined;
  readonly #onDrain = (): void => {
    this.#endStall();
    this.#settle(sent => sent.resolve());
  };
  readonly #onClose = (): void => this.#stop();
  #burst: Burst | undefined;
  #waitingForDrain: Deferred<void>[] = [];
  #isStopped = false;
  #stall: Deferred<void> | undefined;
  #messagesSent = 0;
  #bytesSent = 0;

  constructor(stream: Duplex, { maxUnsentBytes = Infinity, onStall }: FrameWriterOptions = {}) {
    super();
    this.#stream = stream.on('drain', this.#onDrain).on('close', this.#onClose);
    this.#maxUnsentBytes = maxUnsentBytes;
    this.#onStall = onStall;
  }

  get messagesSent(): number {
    return this.#messagesSent;
  }

  /** Bytes of the bodies that have been accepted for writing. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** While more than 1 MiB waits for the peer to read: resolves when all of it is gone, or the stream is. Undefined otherwise. */
  get stall(): Promise<void> | undefined {
    return this.#stall?.promise;
  }

  write(message: Message): Promise<void> {
    if (this.#isStopped || !this.#stream.writable) return Promise.reject(streamGone());
    if (this.#stream.writableLength > this.#maxUnsentBytes && Message.isResponse(message)) return this.#refuse();
    try {
      return this.#append(messageText(message));
    } catch (error) {
      return Promise.reject(toError(error));
    }
  }

  /** Writes what has been collected; without this call it is written at the end of the turn. */
  flush(): void {
    const burst = this.#burst;
    this.#burst = undefined;
    if (!burst || !this.#stream.writable) return burst?.sent.reject(streamGone());
    // Node writes pure ASCII faster under this name, and the bytes are the same.
    const isTaken = this.#stream.write(burst.frames, burst.isAscii ? 'latin1' : 'utf8');
    if (isTaken) burst.sent.resolve();
    else {
      this.#waitingForDrain.push(burst.sent);
      if (this.#stream.writableLength > stallBytes) this.#beginStall();
    }
  }

  end(): void {
    this.flush();
  }

  override dispose(): void {
    this.flush();
    this.#stop();
    super.dispose();
  }

  #append(text: string): Promise<void> {
    const bytes = Buffer.byteLength(text, 'utf8');
    this.#messagesSent++;
    this.#bytesSent += bytes;
    const burst = (this.#burst ??= this.#startBurst());
    burst.frames += `Content-Length: ${bytes}\r\n\r\n${text}`;
    burst.isAscii &&= bytes === text.length;
    if (burst.frames.length > maxBurstLength) this.flush();
    return burst.sent.promise;
  }

  #startBurst(): Burst {
    const sent = new Deferred<void>();
    markHandled(sent.promise);
    process.nextTick(() => this.flush());
    return { frames: '', isAscii: true, sent };
  }

  #refuse(): Promise<void> {
    const error = new HostwardError('ERR_RPC_UNSENT', `The peer does not read: ${this.#stream.writableLength} bytes wait to be sent.`);
    this.fireError(error);
    return Promise.reject(error);
  }

  #beginStall(): void {
    if (this.#stall) return;
    this.#stall = new Deferred();
    this.#onStall?.(true);
  }

  #endStall(): void {
    const stall = this.#stall;
    this.#stall = undefined;
    if (!stall) return;
    stall.resolve();
    this.#onStall?.(false);
  }

  #stop(): void {
    this.#isStopped = true;
    this.#endStall();
    this.#stream.off('drain', this.#onDrain).off('close', this.#onClose);
    this.#settle(sent => sent.reject(streamGone()));
  }

  #settle(finish: (sent: Deferred<void>) => void): void {
    const waiting = this.#waitingForDrain;
    this.#waitingForDrain = [];
    for (const sent of waiting) finish(sent);
  }
}

function streamGone(): Error {
  return new HostwardError('ERR_RPC_STREAM_GONE', 'The stream takes no more messages.');
}
