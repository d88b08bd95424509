import { infiniteTimeSpan, type ITimer, type TimeProvider } from '../../hosting/time/index.js';
import type { AppHostSocket } from './app-host-socket.js';
import type { MonitorOptions } from './monitor-options.js';

/** One socket that is kept connected. */
interface Pursued {
  /** Failures and short connections in a row. */
  setbacks: number;
  connectedSince: bigint | undefined;
  timer: ITimer | undefined;
}

/**
 * Keeps sockets connected: tries at once, and again after each failure and each lost connection, at growing intervals that are in part left to chance.
 *
 * What is no socket of this user, or left over, is tried again only when something happens to its file, and once in a while in case that went unnoticed.
 */
export class SocketPursuit implements Disposable {
  readonly #pursued = new Map<AppHostSocket, Pursued>();

  constructor(
    private readonly options: MonitorOptions,
    private readonly timeProvider: TimeProvider,
  ) {}

  /** Begins to pursue a socket, unless that has happened. */
  add(socket: AppHostSocket): void {
    if (this.#pursued.has(socket)) return;
    this.#pursued.set(socket, { setbacks: 0, connectedSince: socket.connection && this.timeProvider.getTimestamp(), timer: undefined });
    void socket.tryConnect();
  }

  remove(socket: AppHostSocket): void {
    this.#pursued.get(socket)?.timer?.[Symbol.dispose]();
    this.#pursued.delete(socket);
  }

  /** Tries now what waits for its next attempt: something happened to the file. */
  hurry(socket: AppHostSocket): void {
    if (socket.state !== 'connected') void socket.tryConnect();
  }

  /** To be called after each change of a socket's state. */
  follow(socket: AppHostSocket): void {
    const pursued = this.#pursued.get(socket);
    if (!pursued) return;
    pursued.timer?.[Symbol.dispose]();
    pursued.timer = undefined;
    const { state } = socket;
    if (state === 'connected') pursued.connectedSince = this.timeProvider.getTimestamp();
    else if (state === 'backingOff') this.#schedule(socket, pursued, this.#backoff(pursued));
    else if (state === 'orphaned' || state === 'foreign') this.#schedule(socket, pursued, this.options.identityCheckInterval);
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#pursued.values()) timer?.[Symbol.dispose]();
    this.#pursued.clear();
  }

  /** A connection counts as a success when it has lasted as long as the longest wait: one that is closed at once, again and again, is a failure. */
  #backoff(pursued: Pursued): number {
    const { retryDelay, maxRetryDelay, retryJitter, random } = this.options;
    const { connectedSince } = pursued;
    if (connectedSince !== undefined && this.timeProvider.getElapsedMilliseconds(connectedSince) >= maxRetryDelay) pursued.setbacks = 0;
    pursued.connectedSince = undefined;
    const wait = Math.min(maxRetryDelay, retryDelay * 2 ** pursued.setbacks++);
    return Math.max(1, Math.round(wait * (1 - retryJitter * random())));
  }

  #schedule(socket: AppHostSocket, pursued: Pursued, milliseconds: number): void {
    pursued.timer = this.timeProvider.createTimer(() => void socket.tryConnect(), undefined, milliseconds, infiniteTimeSpan, { keepAlive: false });
  }
}
