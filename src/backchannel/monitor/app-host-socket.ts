import type { Duplex } from 'node:stream';
import { DeadlineExceededError, errorCodeOf, isCancellation, toError } from '../../hosting/primitives/index.js';
import { CancellationSource, delay, type TimeProvider, withDeadline } from '../../hosting/time/index.js';
import type { AppHostConnection, ConnectionOptions } from '../client/index.js';
import { type IProcessTable, isInScope, type SocketName } from '../naming/index.js';
import type { IFileSystem, ISocketFactory } from '../platform/index.js';
import type { IAppHostConnection, SocketState } from './auxiliary-backchannel-monitor-contract.js';
import type { MonitorOptions } from './monitor-options.js';

/** The wait after the first refusal by a socket that was just made. Milliseconds; it doubles from one to the next. */
const firstPause = 5;

/** What all sockets of a monitor share. */
export interface SocketContext {
  readonly options: MonitorOptions;
  readonly timeProvider: TimeProvider;
  readonly sockets: ISocketFactory;
  readonly files: IFileSystem;
  readonly processes: IProcessTable;
  /** Called after each change of a socket's state. */
  readonly onChange: (socket: AppHostSocket) => void;
}

/**
 * One socket file and what has become of it: `discovered -> connecting -> handshaking -> connected -> backingOff -> …`, or `orphaned`, `foreign`, `gone`.
 *
 * It owns its connection. Whoever owns the socket decides when to try; two attempts never run at the same time.
 */
export class AppHostSocket implements AsyncDisposable {
  readonly #lifetime: CancellationSource;
  #state: SocketState = 'discovered';
  #problem: Error | undefined;
  #connection: AppHostConnection | undefined;
  #exposed: IAppHostConnection | undefined;
  #attempt: Promise<void> | undefined;
  #isDisposed = false;

  constructor(
    readonly path: string,
    readonly socketName: SocketName,
    private readonly context: SocketContext,
  ) {
    this.#lifetime = new CancellationSource({ timeProvider: context.timeProvider });
  }

  get state(): SocketState {
    return this.#state;
  }

  /** Why there is no connection. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  get connection(): IAppHostConnection | undefined {
    return this.#exposed;
  }

  /** Fires when the file is gone, or the owner lets go of the socket. */
  get goneSignal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** Settles when there is no connection (any more). */
  async disconnected(): Promise<void> {
    await this.#connection?.closed;
  }

  /** Tries once to get a connection, unless there is one; a second caller waits for the attempt under way. Never throws: the state says how it went. */
  tryConnect(): Promise<void> {
    if (this.#state === 'connected' || this.#state === 'gone') return Promise.resolve();
    return (this.#attempt ??= this.#tryOnce().finally(() => (this.#attempt = undefined)));
  }

  async #tryOnce(): Promise<void> {
    const { options, timeProvider } = this.context;
    const { signal } = this.#lifetime;
    try {
      if (!(await this.#isWorthTrying())) return;
      this.#enter('connecting');
      const stream = await withDeadline(`connecting to ${this.path}`, options.connectTimeout, limit => this.#connect(limit), { timeProvider, signal });
      this.#enter('handshaking');
      const connection = await withDeadline(
        `the handshake on ${this.path}`,
        options.handshakeTimeout,
        limit => {
          // The deadline ends the wait; the stream is what has to end then, too.
          limit.addEventListener('abort', () => stream.destroy(), { once: true });
          return openConnection(stream, { timeProvider, signal: limit });
        },
        { timeProvider, signal },
      );
      this.#adopt(connection);
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return;
      this.#enter('backingOff', explain(toError(error), this.#state));
    }
  }

  async #isWorthTrying(): Promise<boolean> {
    const { files, processes } = this.context;
    const facts = await files.inspect(this.path);
    if (!facts) this.#enter('gone');
    else if (!facts.isSocket) this.#enter('foreign', new Error('The file is no socket.'));
    else if (!facts.isOurs) this.#enter('foreign', new Error('The socket belongs to another user.'));
    else if (this.socketName.processId !== undefined && !processes.isAlive(this.socketName.processId))
      this.#enter('orphaned', new Error(`The process ${this.socketName.processId} that made the socket is gone.`));
    else return true;
    return false;
  }

  /** A refusal of a socket that was just made is no answer yet: it exists from its bind on, but accepts only after its listen. */
  async #connect(signal: AbortSignal): Promise<Duplex> {
    const { sockets, files, options, timeProvider } = this.context;
    for (let pause = firstPause; ; pause *= 2) {
      try {
        return await sockets.connect(this.path, signal);
      } catch (error) {
        if (errorCodeOf(error) !== 'ECONNREFUSED') throw error;
        const facts = await files.inspect(this.path);
        const age = facts ? timeProvider.getUtcNowMilliseconds() - facts.createdAt : Infinity;
        if (age < 0 || age > options.freshSocketGrace) throw error;
        await delay(pause, { timeProvider, signal });
      }
    }
  }

  #adopt(connection: AppHostConnection): void {
    if (this.#lifetime.isCancellationRequested || connection.isClosed) {
      void connection[Symbol.asyncDispose]();
      this.#enter('backingOff', new Error('The AppHost closed the connection right after the handshake.'));
      return;
    }
    const { information } = connection;
    this.#connection = connection;
    this.#exposed = {
      socketPath: this.path,
      appHostId: this.socketName.appHostId,
      appHostInfo: information,
      capabilities: connection.capabilities,
      isInScope: isInScope(information?.appHostPath, this.context.options.workingDirectory),
      client: connection,
    };
    void connection.closed.then(reason => this.#onClosed(connection, reason));
    this.#enter('connected');
  }

  #onClosed(connection: AppHostConnection, reason: Error | undefined): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#exposed = undefined;
    if (!this.#lifetime.isCancellationRequested) this.#enter('backingOff', reason ?? new Error('The AppHost closed the connection.'));
  }

  #enter(state: SocketState, problem?: Error): void {
    this.#state = state;
    this.#problem = problem;
    this.context.onChange(this);
  }

  /** Ends the attempt under way and the connection; the socket is `gone` from here on. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isDisposed) this.#lifetime.cancel();
    this.#isDisposed = true;
    this.#lifetime[Symbol.dispose]();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#exposed = undefined;
    this.#enter('gone');
    await this.#attempt;
    await connection?.[Symbol.asyncDispose]();
  }
}

/** The RPC library is loaded with the first AppHost that accepts: a program that finds none never pays for it. */
async function openConnection(stream: Duplex, options: ConnectionOptions): Promise<AppHostConnection> {
  const { AppHostConnection } = await import('../client/app-host-connection.js');
  return AppHostConnection.open(stream, options);
}

/** The problem in words for people who look at a list of AppHosts. */
function explain(error: Error, during: SocketState): Error {
  if (error instanceof DeadlineExceededError)
    return new Error(during === 'handshaking' ? `It accepted the connection, but ${error.message}` : `It did not accept the connection: ${error.message}`, {
      cause: error,
    });
  if (errorCodeOf(error) === 'ECONNREFUSED') return new Error('It refuses connections: nobody listens on the socket any more.', { cause: error });
  // That the connection is lost says little; what it was lost by is what people can act on.
  return error.cause instanceof Error ? new Error(`${error.message} ${error.cause.message}`, { cause: error }) : error;
}
