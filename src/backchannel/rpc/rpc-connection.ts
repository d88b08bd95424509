import type { Duplex } from 'node:stream';
import {
  type CancellationStrategy,
  CancellationReceiverStrategy,
  createMessageConnection,
  Message,
  type MessageConnection,
  ParameterStructures,
  type StarRequestHandler,
} from 'vscode-jsonrpc/node';
import { Deferred } from '../../hosting/primitives/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import type { CallLimit } from './call-limit.js';
import { DirectDispatch } from './direct-dispatch.js';
import { FrameReader } from './frame-reader.js';
import { FrameWriter } from './frame-writer.js';
import { ConnectionLostError, type DisconnectReason, type MalformedFrameError } from './rpc-errors.js';
import { protocolMethods, rpcErrorCodes } from './rpc-protocol.js';
import { toCallError } from './to-call-error.js';
import { logMessage, type RpcCounters, type WireLog } from './wire-log.js';

/** How long the last messages of a closing connection may wait for a peer that does not read, in milliseconds. */
const closeGrace = 1000;
/** How many cancelled calls are still waited for at a peer that does not answer them. */
const maxCancelledCalls = 1000;

/** What the two ends of a connection do differently. */
export interface RpcConnectionOptions {
  /** The clock of the patience with a peer that does not read while the connection closes. */
  readonly timeProvider: TimeProvider;
  readonly maxMessageBytes?: number | undefined;
  readonly frameTimeout?: number | undefined;
  readonly maxUnsentBytes?: number | undefined;
  /** Whether nothing is read while the peer does not read what was sent. Only one end of a connection may do so. Default: false. */
  readonly pausesWhenStalled?: boolean;
  readonly wireLog?: WireLog | undefined;
  /** Turns a JSON value of the peer into the message to handle; undefined when there is nothing to handle. What it throws ends the connection. */
  readonly incoming: (value: unknown, bytes: number) => Message | undefined;
  /** The last touch on a message before it is written. Default: none. */
  readonly outgoing?: (message: Message) => Message;
  readonly onUnreadableBody?: (error: MalformedFrameError) => void;
  /** Serves the requests of the peer. Default: none exists. */
  readonly onRequest?: StarRequestHandler;
  readonly onNotification?: (method: string, params: unknown) => void;
  /** Called once, when nothing can be received any more; what is sent in this call still goes out. */
  readonly onLost?: (error: ConnectionLostError) => void;
}

/**
 * One JSON-RPC connection over a stream that it owns: vscode-jsonrpc on our own reader and writer.
 *
 * When the peer goes, the stream fails or this side closes, pending calls reject and the stream is destroyed, after what had been sent went out.
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
  /** The ids of cancelled calls that the peer has not answered, the oldest first. */
  readonly #cancelledCalls = new Set<unknown>();
  #deliver: (message: Message) => void = () => undefined;
  #lost: { readonly reason: DisconnectReason; readonly cause: Error | undefined } | undefined;

  constructor(stream: Duplex, options: RpcConnectionOptions) {
    this.#stream = stream;
    this.#timeProvider = options.timeProvider;
    this.#onLost = options.onLost;
    const reader = (this.#reader = new FrameReader(stream, options));
    const onStall = (isStalled: boolean) => (isStalled ? reader.pause() : reader.resume());
    const writer = (this.#writer = new FrameWriter(stream, { ...options, ...(options.pausesWhenStalled && { onStall }) }));
    const log = (this.#log = options.wireLog);
    const dispatch = new DirectDispatch();
    this.#connection = createMessageConnection(
      {
        onError: reader.onError,
        onClose: reader.onClose,
        onPartialMessage: reader.onPartialMessage,
        dispose: () => reader.dispose(),
        listen: enqueue => {
          this.#deliver = message => dispatch.deliver(message, enqueue);
          return reader.listen((value, bytes) => {
            if (log) logMessage(log, 'received', value);
            const message = options.incoming(value, bytes);
            if (message) this.#take(message);
          });
        },
      },
      {
        onError: writer.onError,
        onClose: writer.onClose,
        dispose: () => writer.dispose(),
        end: () => writer.end(),
        write: message => {
          const final = options.outgoing?.(message) ?? message;
          if (log) logMessage(log, 'sent', final);
          return writer.write(final);
        },
      },
      undefined,
      { messageStrategy: dispatch, cancellationStrategy: this.#cancellationStrategy() },
    );
    this.#connection.onError(([error]) => this.#lose('StreamError', error));
    this.#connection.onClose(() => this.#lose('RemotePartyTerminated'));
    if (options.onRequest) this.#connection.onRequest(options.onRequest);
    if (options.onNotification) this.#connection.onNotification(options.onNotification);
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

  /**
   * Sends a request with positional parameters, as soon as the peer has read what waits for it; `limit` sends the cancellation, the answer is waited for all
   * the same.
   *
   * @param label names the call in errors
   * @throws RpcError, MethodNotFoundError, RpcProtocolError, OperationCanceledError as the peer answers
   * @throws ConnectionLostError
   * @throws ArgumentError when the arguments cannot be written as JSON
   */
  async call(method: string, args: readonly unknown[], limit: CallLimit, label: string): Promise<unknown> {
    this.#throwIfLost();
    for (let stall = this.#writer.stall; stall; stall = this.#writer.stall) await limit.race(stall);
    this.#throwIfLost();
    try {
      return await this.#connection.sendRequest(method, ParameterStructures.byPosition, ...args, limit);
    } catch (error) {
      this.#throwIfLost();
      throw toCallError(error, label);
    }
  }

  /** Sends a message as it is, without waiting; lost silently when the connection is. */
  send(message: Message): void {
    if (this.#log) logMessage(this.#log, 'sent', message);
    this.#writer.write(message).catch(() => undefined);
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

  #take(message: Message): void {
    if (this.#cancelledCalls.size > 0 && Message.isResponse(message)) this.#cancelledCalls.delete(message.id);
    this.#deliver(message);
  }

  /** A peer that never answers what was cancelled must not make this end remember more and more: in the place of the oldest answer comes one of our own. */
  #rememberCancelled(id: unknown): void {
    this.#cancelledCalls.add(id);
    if (this.#cancelledCalls.size <= maxCancelledCalls) return;
    const [oldest] = this.#cancelledCalls;
    const answer = { jsonrpc: '2.0', id: oldest, error: { code: rpcErrorCodes.requestCanceled, message: 'The peer did not answer.' } };
    this.#take(answer);
  }

  #lose(reason: DisconnectReason, cause?: Error): void {
    if (this.#lost) return;
    this.#lost = { reason, cause };
    this.#onLost?.(this.#lostError());
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

  /** vscode-jsonrpc throws out of the signal's listener when it sends a cancellation on a closed connection. */
  #cancellationStrategy(): CancellationStrategy {
    return {
      receiver: CancellationReceiverStrategy.Message,
      sender: {
        sendCancellation: async (connection, id) => {
          if (this.#lost) return;
          this.#rememberCancelled(id);
          await connection.sendNotification(protocolMethods.cancelRequest, { id });
        },
        cleanup: () => undefined,
      },
    };
  }

  #throwIfLost(): void {
    if (this.#lost) throw this.#lostError();
  }

  #lostError(): ConnectionLostError {
    const { reason, cause } = this.#lost ?? { reason: 'LocallyDisposed', cause: undefined };
    return new ConnectionLostError(reason, cause && { cause });
  }
}
