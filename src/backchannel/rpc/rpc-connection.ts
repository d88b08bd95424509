import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Message } from 'vscode-jsonrpc/node';
import { Deferred, toError } from '../../hosting/primitives/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import { FrameReader, type FrameTarget } from './frame-reader.js';
import { type FrameSender, FrameWriter } from './frame-writer.js';
import type { LibraryConnection } from './library-connection.js';
import { ConnectionLostError, type DisconnectReason, type MalformedFrameError } from './rpc-errors.js';
import { logMessage, type RpcCounters, type WireLog } from './wire-log.js';
import type { WriteBurst } from './write-burst.js';

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
  /** Whether disposing it leaves a socket to the system, which closes it with the end of the process; the process does not wait for it any more. Default: false. */
  readonly leavesOpen?: boolean | undefined;
}

/** What an {@link RpcConnection} is made for: the calling or the serving end. */
export interface RpcEnd {
  /**
   * Takes a JSON value of the peer. Calls and their answers are dealt with there, all that is to follow the usual way through vscode-jsonrpc is returned as
   * a message. What it throws ends the connection.
   */
  incoming(value: unknown, bytes: number): Message | undefined;
  /** Deals with a body that is no JSON. Without it, such a body ends the connection. */
  onUnreadableBody?(error: MalformedFrameError): void;
  /** Told that the peer has read all of what had become too much to add to. */
  onStallEnd?(): void;
  /** Told once, when nothing can be received any more; what is sent in this call still goes out. `reason` makes the error, for which mostly nobody waits. */
  onLost?(reason: () => ConnectionLostError): void;
  /** Told that the stream is closed. */
  onClosed?(): void;
}

/**
 * One JSON-RPC connection over a stream that it owns: our own reader and writer, with vscode-jsonrpc on them as soon as there is something for it.
 *
 * When the peer goes, the stream fails or this side closes, `onLost` is called and the stream is destroyed, after what had been sent went out.
 */
export class RpcConnection implements FrameTarget, FrameSender, AsyncDisposable {
  readonly #stream: Duplex;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #options: RpcConnectionOptions;
  readonly #end: RpcEnd;
  /** For messages that go the usual way; made when the first of them comes. */
  #library: Promise<LibraryConnection> | undefined;
  readonly #closed = new Deferred<Error | undefined>();
  readonly #finish = (): void => {
    this.#stream.off('error', ignoreLateError).off('close', this.#finish);
    this.#lose('RemotePartyTerminated');
    this.#end.onClosed?.();
    this.#closed.resolve(this.#lost?.cause);
  };
  #lost: { readonly reason: DisconnectReason; readonly cause: Error | undefined } | undefined;

  constructor(stream: Duplex, options: RpcConnectionOptions, end: RpcEnd) {
    this.#stream = stream;
    this.#options = options;
    this.#end = end;
    this.#reader = new FrameReader(stream, options);
    this.#writer = new FrameWriter(stream, options, this);
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
    this.#logSent(message);
    return this.#writer.send(message);
  }

  /** Has what `work` sends go out at its end, or with a burst, in one write. */
  together(work: () => void, burst?: WriteBurst): void {
    this.#writer.together(work, burst);
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
    if (this.#options.leavesOpen && this.#stream instanceof Socket) return void this.#stream.unref();
    this.close();
    await this.#closed.promise;
  }

  onMessage(value: unknown, bytes: number): void {
    const { wireLog } = this.#options;
    if (wireLog) logMessage(wireLog, 'received', value);
    const message = this.#end.incoming(value, bytes);
    if (message) this.#goUsualWay(message);
  }

  onUnreadableBody(error: MalformedFrameError): void {
    if (!this.#end.onUnreadableBody) throw error;
    this.#end.onUnreadableBody(error);
  }

  onError(error: Error): void {
    this.#lose('StreamError', error);
  }

  onClose(): void {
    this.#lose('RemotePartyTerminated');
  }

  onStall(isStalled: boolean): void {
    const { pausesWhenStalled } = this.#options;
    if (pausesWhenStalled && isStalled) this.#reader.pause();
    else if (pausesWhenStalled) this.#reader.resume();
    if (!isStalled) this.#end.onStallEnd?.();
  }

  #start(): void {
    // Stays until the stream is closed, as errors may come after the reader and the writer have let go of it.
    this.#stream.on('error', ignoreLateError);
    this.#reader.listen(this);
    if (this.#stream.closed) this.#finish();
    else this.#stream.on('close', this.#finish);
    if (this.#stream.readableEnded) this.#lose('RemotePartyTerminated');
  }

  /** In the order in which they came. */
  #goUsualWay(message: Message): void {
    this.#library ??= this.#openLibrary();
    const deliver = (library: LibraryConnection) => (this.#lost ? undefined : library.deliver(message));
    this.#library.then(deliver).catch((error: unknown) => this.#lose('StreamError', toError(error)));
  }

  /** Loaded here: that takes 20 ms and 8 MiB, and is for what an AppHost never sends. What comes meanwhile is left in the stream. */
  async #openLibrary(): Promise<LibraryConnection> {
    this.#reader.pause();
    const { LibraryConnection } = await import('./library-connection.js');
    if (!this.#lost) this.#reader.resume();
    return new LibraryConnection(answer => {
      this.#logSent(answer);
      return this.#writer.write(answer);
    });
  }

  #logSent(message: Message): void {
    const { wireLog } = this.#options;
    if (wireLog) logMessage(wireLog, 'sent', message);
  }

  #lose(reason: DisconnectReason, cause?: Error): void {
    if (this.#lost) return;
    this.#lost = { reason, cause };
    this.#end.onLost?.(() => this.lostError());
    void this.#library?.then(
      library => library[Symbol.dispose](),
      () => undefined,
    );
    this.#writer[Symbol.dispose]();
    this.#reader[Symbol.dispose]();
    if (reason === 'RemotePartyTerminated') this.#stream.destroy();
    else this.#endStream();
  }

  #endStream(): void {
    const stream = this.#stream;
    if (stream.destroyed) return;
    // The system passes on what it has been given, also of a socket that is closed.
    if (stream instanceof Socket && stream.writableLength === 0) return void stream.destroy();
    const impatience = this.#options.timeProvider.createTimer(() => stream.destroy(), undefined, closeGrace, -1, { keepAlive: false });
    stream.once('close', () => impatience[Symbol.dispose]());
    // What still arrives is dropped, so that the stream can reach its end.
    stream.resume();
    stream.end(() => stream.destroy());
  }
}

function ignoreLateError(): void {
  // It has been reported, or comes too late to be of interest.
}
