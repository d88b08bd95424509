import { Deferred } from '../../hosting/primitives/index.js';
import type { AppHostConnection } from '../client/index.js';
import type { SocketName } from '../naming/index.js';
import type { FileFacts } from '../platform/index.js';
import type { IAppHostConnection, SocketState } from './auxiliary-backchannel-monitor-contract.js';
import { type AttemptListener, ConnectAttempt, NoAppHost } from './connect-attempt.js';
import type { Connector } from './connector.js';

/** What all sockets of an owner share. */
export interface SocketContext {
  readonly connector: Connector;
  /** Whether an AppHost of that path is in scope. */
  readonly isInScope: (appHostPath: string | undefined) => boolean;
  /** Called after each change of a socket's state. */
  readonly onChange: (socket: AppHostSocket, previous: SocketState) => void;
}

/**
 * One socket file and what has become of it: `discovered -> connecting -> handshaking -> connected -> backingOff -> …`, or `orphaned`, `foreign`, `gone`.
 *
 * It owns its connection. Whoever owns the socket decides when to try; two attempts never run at the same time.
 */
export class AppHostSocket implements AsyncDisposable, AttemptListener {
  #state: SocketState = 'discovered';
  #problem: Error | undefined;
  #identity: string | undefined;
  #connection: AppHostConnection | undefined;
  #exposed: IAppHostConnection | undefined;
  #appHostPath: string | undefined;
  #failedAttempts = 0;
  #isTried = false;
  #isDisposed = false;
  #attempt: ConnectAttempt | undefined;
  /** Settles with the attempt under way, or the last one. */
  #settled: Deferred<void> | undefined;

  /** @param isTrusted whether the file need not be looked at before the first attempt: it is certain to be a socket of this user */
  constructor(
    readonly path: string,
    readonly socketName: SocketName,
    private readonly context: SocketContext,
    private readonly isTrusted: boolean = false,
  ) {}

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

  /** The AppHost's file as it last said. */
  get appHostPath(): string | undefined {
    return this.#appHostPath;
  }

  /** Attempts in a row that failed. */
  get failedAttempts(): number {
    return this.#failedAttempts;
  }

  /** Whether an attempt has ever ended, well or not. */
  get isTried(): boolean {
    return this.#isTried;
  }

  /** Whether the file that was found is another than the one that is there now, as far as that can be told. */
  isAnotherThan({ identity }: FileFacts): boolean {
    return this.#identity !== undefined && identity !== undefined && this.#identity !== identity;
  }

  /** Tries once to get a connection, unless there is one; a second caller waits for the attempt under way. Never throws: the state says how it went. */
  tryConnect(): Promise<void> {
    if (!this.#attempt && this.#state !== 'connected' && !this.#isDisposed) {
      this.#settled = new Deferred();
      this.#attempt = new ConnectAttempt(this.path, this.socketName, this.context.connector, this, this.isTrusted && !this.#isTried);
    }
    return this.#settled?.promise ?? Promise.resolve();
  }

  onFound(facts: FileFacts | undefined): void {
    this.#identity = facts?.identity;
    if (this.#state !== 'connecting') this.#enter('connecting');
  }

  onAccepted(): void {
    this.#enter('handshaking');
  }

  onEnded(result: AppHostConnection | NoAppHost): void {
    this.#endAttempt(() => {
      if (result instanceof NoAppHost) this.#enter(result.state, result.problem);
      else this.#adopt(result);
    });
  }

  onFailed(problem: Error): void {
    this.#endAttempt(() => this.#fail(problem));
  }

  #endAttempt(conclude: () => void): void {
    // Whoever is told may try again at once.
    const settled = this.#settled;
    this.#attempt = undefined;
    this.#isTried = true;
    try {
      conclude();
      settled?.resolve();
    } catch (error) {
      settled?.reject(error);
    }
  }

  #fail(problem: Error): void {
    if (this.#isDisposed) return;
    this.#failedAttempts++;
    this.#enter('backingOff', problem);
  }

  #adopt(connection: AppHostConnection): void {
    if (this.#isDisposed || connection.isClosed) {
      void connection[Symbol.asyncDispose]();
      this.#fail(new Error('The AppHost closed the connection right after the handshake.'));
      return;
    }
    const { information, capabilities } = connection;
    const { path: socketPath, context } = this;
    const isInScope = context.isInScope(information?.appHostPath);
    this.#connection = connection;
    this.#appHostPath = information?.appHostPath ?? this.#appHostPath;
    this.#failedAttempts = 0;
    this.#exposed = { socketPath, appHostId: this.socketName.appHostId, appHostInfo: information, capabilities, isInScope, client: connection };
    void connection.closed.then(reason => this.#onClosed(connection, reason));
    this.#enter('connected');
  }

  #onClosed(connection: AppHostConnection, reason: Error | undefined): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#exposed = undefined;
    this.#enter('backingOff', reason ?? new Error('The AppHost closed the connection.'));
  }

  #enter(state: SocketState, problem?: Error): void {
    if (this.#isDisposed) return;
    const previous = this.#state;
    this.#state = state;
    // While it is tried again, what went wrong before is still why there is no connection.
    if (problem || (state !== 'connecting' && state !== 'handshaking')) this.#problem = problem;
    this.context.onChange(this, previous);
  }

  /** Ends the attempt under way and the connection; the socket is `gone` from here on. */
  async [Symbol.asyncDispose](): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#exposed = undefined;
    this.#enter('gone');
    this.#isDisposed = true;
    this.#attempt?.cancel();
    await this.#settled?.promise;
    await connection?.[Symbol.asyncDispose]();
  }
}
