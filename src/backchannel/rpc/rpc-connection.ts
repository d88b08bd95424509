import type { Duplex } from 'node:stream';
import { createMessageConnection, type Message, type MessageConnection } from 'vscode-jsonrpc/node';
import { Deferred } from '../../hosting/primitives/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import { DirectDispatch } from './direct-dispatch.js';
import { FrameReader } from './frame-reader.js';
import { FrameWriter } from './frame-writer.js';
import { ConnectionLostError, type DisconnectReason, type MalformedFrameError } from './rpc-errors.js';
import { logMessage, type RpcCounters, type WireLog } from './wire-log.js';

/** How long the last messages of a closing connection may wait for a peer that does not read, in milliseconds. */
const closeGrace = 1000;

/** What the two ends of a connection do differently. */
export interface RpcConnectionOptions {
  /** The clock of the patience with a peer that does not read while the connection closes. */
  readonly timeProvider: TimeProvider;
  readonly maxMessageBytes?: number | undefined;
  readonly frameTimeout?: number | undefined;
  readonly maxUnsentBytes?: number | undefined;
  /** Whether nothing is read while the peer does not read what was sent. Only one end of a connection may do so. Default: false. */
  readonly pausesWhenStalled?: boolean;
  /** Told how many bytes more, or less when negative, are held for the peer; what it throws ends the connection. */
  readonly resize?: (bytes: number) => void;
  readonly wireLog?: WireLog | undefined;
  /**
   * Takes a JSON value of the peer. Calls and their answers are dealt with there, all that is to follow the usual way through vscode-jsonrpc is returned as
   * a message. What it throws ends the connection.
   */
  readonly incoming: (value: unknown, bytes: number) => Message | undefined;
  readonly onUnreadableBody?: (error: MalformedFrameError) => void;
  /** Called when the peer has read all of what had become too much to add to. */
  readonly onStallEnd?: () => void;
  /** Called once, when nothing can be received any more; what is sent in this call still goes out. */
  readonly onLost?: (error: ConnectionLostError) => void;
}

/**
 * One JSON-RPC connection over a stream that it owns: vscode-jsonrpc on our own reader and writer, past which calls and their answers go.
 *
 * When the peer goes, the stream fails or this side closes, `onLost` is called and the stream is destroyed, after what had been sent went out.
 */
export class RpcConnection implements AsyncDisposable {
  readonly #stream: Duplex;
  readonly #timeProvider: TimeProvider;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #connection: MessageConnection;
  readonly #log: WireLog | undefined;
  readonly #onLost: ((error: ConnectionLostError) => void) | undefined;
  readonly #closed = new Deferred<Error | undefined>();
  #lost: { readonly reason: DisconnectReason; readonly cause: Error | undefined } | undefined;

  constructor(stream: Duplex, options: RpcConnectionOptions) {
    this.#stream = stream;
    this.#timeProvider = options.timeProvider;
    this.#onLost = options.onLost;
    const reader = (this.#reader = new FrameReader(stream, options));
    const onStall = (isStalled: boolean) => {
      if (options.pausesWhenStalled && isStalled) reader.pause();
      else if (options.pausesWhenStalled) reader.resume();
      if (!isStalled) options.onStallEnd?.();
    };
    const writer = (this.#writer = new FrameWriter(stream, { ...options, onStall }));
    const log = (this.#log = options.wireLog);
    const dispatch = new DirectDispatch();
    this.#connection = createMessageConnection(
      {
        onError: reader.onError,
        onClose: reader.onClose,
        onPartialMessage: reader.onPartialMessage,
        dispose: () => reader.dispose(),
        listen: enqueue =>
          reader.listen((value, bytes) => {
            if (log) logMessage(log, 'received', value);
            const message = options.incoming(value, bytes);
            if (message) dispatch.deliver(message, enqueue);
          }),
      },
      {
        onError: writer.onError,
        onClose: writer.onClose,
        dispose: () => writer.dispose(),
        end: () => writer.end(),
        write: message => {
          if (log) logMessage(log, 'sent', message);
          return writer.write(message);
        },
      },
      undefined,
      { messageStrategy: dispatch },
    );
    this.#connection.onError(([error]) => this.#lose('StreamError', error));
    this.#connection.onClose(() => this.#lose('RemotePartyTerminated'));
    this.#start();
  }

  /** Resolves when the stream is closed: with the failure, or with undefined after an orderly end by either side. */
  get closed(): Promise<Error | undefined> {
    return this.#closed.promise;
  }

  get isClosed(): boolean {
    return this.#lost !== undefined;
  }

  get counters(): RpcCounters {
    const { messagesReceived, bytesReceived } = this.#reader;
    const { messagesSent, bytesSent } = this.#writer;
    return { messagesSent, messagesReceived, bytesSent, bytesReceived };
  }

  /** Whether more waits for the peer to read than anything should be added to. */
  get isStalled(): boolean {
    return this.#writer.isStalled;
  }

  /**
   * Sends a message as it is, without waiting; false when the stream takes no more.
   *
   * @throws Error when it cannot be written as JSON, or is an answer too many for a peer that does not read
   */
  send(message: Message): boolean {
    if (this.#log) logMessage(this.#log, 'sent', message);
    return this.#writer.send(message);
  }

  /** What calls reject with once the connection {@link isClosed}. */
  lostError(): ConnectionLostError {
    const { reason, cause } = this.#lost ?? { reason: 'LocallyDisposed', cause: undefined };
    return new ConnectionLostError(reason, cause && { cause });
  }

  /** Closes the connection from this side. */
  close(): void {
    this.#lose('LocallyDisposed');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#closed.promise;
  }

  #start(): void {
    // Stays until the stream is closed, as errors may come after the reader and the writer have let go of it.
    const ignoreLateError = () => undefined;
    this.#stream.on('error', ignoreLateError);
    const finish = () => {
      this.#stream.off('error', ignoreLateError);
      this.#lose('RemotePartyTerminated');
      this.#closed.resolve(this.#lost?.cause);
    };
    this.#connection.listen();
    if (this.#stream.closed) finish();
    else this.#stream.once('close', finish);
    if (this.#stream.readableEnded) this.#lose('RemotePartyTerminated');
  }

  #lose(reason: DisconnectReason, cause?: Error): void {
    if (this.#lost) return;
    this.#lost = { reason, cause };
    this.#onLost?.(this.lostError());
    this.#connection.dispose();
    if (reason === 'RemotePartyTerminated') this.#stream.destroy();
    else this.#endStream();
  }

  #endStream(): void {
    const stream = this.#stream;
    if (stream.destroyed) return;
    const impatience = this.#timeProvider.createTimer(() => stream.destroy(), undefined, closeGrace, -1, { keepAlive: false });
    stream.once('close', () => impatience[Symbol.dispose]());
    // What still arrives is dropped, so that the stream can reach its end.
    stream.resume();
    stream.end(() => stream.destroy());
  }
}
