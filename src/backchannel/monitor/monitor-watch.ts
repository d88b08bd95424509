import { onAbort, toError } from '../../hosting/primitives/index.js';
import type { ITimer, TimeProvider } from '../../hosting/time/index.js';
import type { BackchannelDirectories } from '../naming/index.js';
import type { IDirectoryWatcher, IFileSystem } from '../platform/index.js';
import type { MonitorLog } from './monitor-log.js';
import type { MonitorOptions } from './monitor-options.js';
import { type SocketDirectoryChange, SocketDirectoryWatch } from './socket-directory-watch.js';
import { SocketPursuit } from './socket-pursuit.js';
import type { SocketRegistry } from './socket-registry.js';

/** What a {@link MonitorWatch} works with. */
export interface MonitorWatchParts {
  readonly directories: BackchannelDirectories;
  readonly registry: SocketRegistry;
  readonly options: MonitorOptions;
  readonly timeProvider: TimeProvider;
  readonly files: IFileSystem;
  readonly watcher: IDirectoryWatcher;
  readonly log: MonitorLog;
}

/** Keeps the sockets in line with the directories, and each of them connected, for as long as it runs. */
export class MonitorWatch {
  #pursuit: SocketPursuit | undefined;

  constructor(private readonly parts: MonitorWatchParts) {}

  /** Who keeps the sockets connected at the moment; undefined: nobody does. */
  get pursuit(): SocketPursuit | undefined {
    return this.#pursuit;
  }

  /**
   * Watches until `signal` fires.
   *
   * @throws PrivateDirectoryError when the directory of the sockets cannot be had at the start; what happens to it later is waited out
   */
  async run(signal: AbortSignal): Promise<void> {
    const { directories, files, options, registry, timeProvider } = this.parts;
    await files.ensurePrivateDirectory(directories.current);
    if (signal.aborted) return;
    using pursuit = new SocketPursuit(options, timeProvider);
    this.#pursuit = pursuit;
    for (const socket of registry.sockets) pursuit.add(socket);
    using _directories = this.#watchDirectories();
    using _identities = this.#compareEveryNowAndThen();
    // What was made before the reports began.
    this.#look();
    await new Promise<void>(resolve => onAbort(signal, resolve));
    if (this.#pursuit === pursuit) this.#pursuit = undefined;
  }

  #watchDirectories(): Disposable {
    const { directories, log, options, timeProvider, watcher } = this.parts;
    const { pollInterval, unwatchedPollInterval, rewatchInterval } = options;
    return new SocketDirectoryWatch({
      directories: Object.values(directories),
      watcher,
      timeProvider,
      pollInterval,
      unwatchedPollInterval,
      rewatchInterval,
      onChange: file => this.#look(file),
      onDegraded: (directory, error) => log.unwatched(directory, error),
      onRestored: directory => log.watchedAgain(directory),
    });
  }

  #compareEveryNowAndThen(): ITimer {
    const { options, registry, timeProvider } = this.parts;
    const compare = () => void this.#report(registry.lookClosely());
    return timeProvider.createTimer(compare, undefined, options.identityCheckInterval, options.identityCheckInterval, { keepAlive: false });
  }

  #look(file?: SocketDirectoryChange): void {
    const { registry } = this.parts;
    void this.#report(file ? registry.lookAt(file) : registry.look());
  }

  async #report(look: Promise<void>): Promise<void> {
    const { log } = this.parts;
    try {
      await look;
      log.readable();
    } catch (error) {
      log.unreadable(toError(error));
    }
  }
}
