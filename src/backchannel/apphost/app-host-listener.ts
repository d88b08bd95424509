import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { ChangeLatch, createAbortController, disposeAll, errorCodeOf, isCancellation } from '../../hosting/primitives/index.js';
import { delay } from '../../hosting/time/index.js';
import {
  assertSocketPathFits,
  type BackchannelDirectories,
  backchannelDirectories,
  computeAppHostId,
  createInstanceId,
  formatSocketName,
  resolveSymlinks,
  userHomeDirectory,
} from '../naming/index.js';
import type { DirectoryWatchCallbacks, IDirectoryWatcher, ISocketListener } from '../platform/index.js';
import { type OrphanParts, removeLateOrphans, removeOrphans } from './orphaned-sockets.js';

/** How many names are tried when another instance took the one that was drawn. */
const nameAttempts = 5;
/** How often the file is looked for besides the notifications of the system, in milliseconds. */
const pollPeriod = 10_000;
/** At least so long lies between two sockets that are made in the place of one that is gone, in milliseconds. */
const pause = 1_000;
/** Listeners whose file is gone keep the clients that they have; of more than these, the oldest are closed. */
const maxFormerListeners = 4;

/** What an {@link AppHostListener} works with. */
export interface AppHostListenerParts extends OrphanParts {
  readonly appHostPath: string;
  readonly homeDirectory: string | undefined;
  readonly watcher: IDirectoryWatcher;
  readonly onConnection: (stream: Duplex) => void;
}

/**
 * The socket under which clients find this AppHost, in the private directory of the user.
 *
 * Who may connect is decided by the permissions of the directory, which is closed to other users before anything is in it, and of the file; there is no other authentication.
 * While it is open the file is watched: when it or the directory is removed, a new one takes its place, and the log says so.
 *
 * @see Aspire.Hosting.Backchannel.AuxiliaryBackchannelService
 */
export class AppHostListener implements AsyncDisposable {
  readonly #directories: BackchannelDirectories;
  readonly #path: string;
  readonly #closing = createAbortController();
  /** The last one is current; the file of the others is gone. */
  readonly #listeners: ISocketListener[] = [];
  #keeping: Promise<unknown> | undefined;

  constructor(private readonly parts: AppHostListenerParts) {
    this.#directories = backchannelDirectories(parts.homeDirectory ?? userHomeDirectory());
    this.#path = resolveSymlinks(parts.appHostPath);
  }

  /** Where the socket is; undefined unless it is open. */
  get path(): string | undefined {
    return this.#listeners.at(-1)?.path;
  }

  /**
   * Removes what earlier instances left behind, and listens.
   *
   * @throws SocketPathTooLongError, PrivateDirectoryError, UnixSocketsUnavailableError, or the system's error
   */
  async open(): Promise<void> {
    const appHostId = await computeAppHostId(this.#path);
    assertSocketPathFits(this.#newPath(appHostId));
    await this.#ensureDirectory();
    const justMade = await removeOrphans(this.#directories, this.#path, this.parts);
    await this.#listen(appHostId);
    const { signal } = this.#closing;
    this.#keeping = Promise.all([this.#keep(appHostId, signal), removeLateOrphans(justMade, this.parts, signal).catch(() => undefined)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#keeping;
    await disposeAll(this.#listeners.splice(0).reverse());
  }

  async #ensureDirectory(): Promise<void> {
    const { files, logger } = this.parts;
    const { current } = this.#directories;
    const narrowedFrom = await files.ensurePrivateDirectory(current);
    if (narrowedFrom === undefined) return;
    const permissions = narrowedFrom.toString(8).padStart(4, '0');
    logger.warning('{Directory} was open to other users of this computer (permissions {Permissions}) and is closed to them now', current, permissions);
  }

  async #listen(appHostId: string): Promise<void> {
    const { sockets, onConnection, logger } = this.parts;
    for (let attempt = 1; ; attempt++) {
      try {
        this.#listeners.push(await sockets.listen(this.#newPath(appHostId), onConnection));
        logger.debug('Auxiliary backchannel listening on {SocketPath}', this.path);
        return;
      } catch (error) {
        if (errorCodeOf(error) !== 'EADDRINUSE' || attempt === nameAttempts) throw error;
      }
    }
  }

  #newPath(appHostId: string): string {
    return join(this.#directories.current, formatSocketName(appHostId, createInstanceId(), process.pid));
  }

  /** Until the socket is closed, sees to it that there is one. */
  async #keep(appHostId: string, signal: AbortSignal): Promise<void> {
    const { timeProvider } = this.parts;
    const changed = new ChangeLatch();
    using watch = new RenewableWatch(this.parts.watcher, this.#directories.current, () => changed.set());
    using _poll = timeProvider.createTimer(() => changed.set(), undefined, pollPeriod, pollPeriod, { keepAlive: false });
    let hasFailed = false;
    try {
      for (;;) {
        // Watched before it is looked at: nothing happens unseen in between.
        watch.renew();
        if (await this.#isThere()) await changed.wait(signal);
        else {
          hasFailed = !(await this.#listenAgain(appHostId, hasFailed));
          await delay(pause, { timeProvider, signal });
        }
      }
    } catch (error) {
      if (!isCancellation(error)) this.parts.logger.error(error, 'The socket {SocketPath} is no longer watched', this.path);
    }
  }

  async #isThere(): Promise<boolean> {
    try {
      const facts = await this.parts.files.inspect(this.path ?? '');
      return facts !== undefined && facts.isSocket && facts.isOurs;
    } catch {
      // Nothing says that it is gone.
      return true;
    }
  }

  /** @returns whether it worked */
  async #listenAgain(appHostId: string, hasFailed: boolean): Promise<boolean> {
    const { logger } = this.parts;
    const former = this.path;
    try {
      await this.#ensureDirectory();
      await this.#listen(appHostId);
      logger.warning('The socket {SocketPath} was removed by somebody; this application listens on {NewSocketPath} now', former, this.path);
      await disposeAll(this.#listeners.splice(0, this.#listeners.length - 1 - maxFormerListeners));
      return true;
    } catch (error) {
      if (!hasFailed)
        logger.error(error, 'The socket {SocketPath} was removed by somebody, and no new one can be made: no aspire CLI finds this application', former);
      return false;
    }
  }
}

/** A watch of a directory that may go away and come again. */
class RenewableWatch implements Disposable {
  #watch: Disposable | undefined;
  readonly #callbacks: DirectoryWatchCallbacks;

  constructor(
    private readonly watcher: IDirectoryWatcher,
    private readonly directory: string,
    onChange: () => void,
  ) {
    this.#callbacks = {
      onChange,
      onLost: () => {
        this.#watch = undefined;
        onChange();
      },
    };
  }

  /** Watches, unless it does; where that is not possible, polling has to do. */
  renew(): void {
    try {
      this.#watch ??= this.watcher.watch(this.directory, this.#callbacks);
    } catch {
      // Tried again at the next change or poll.
    }
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
  }
}
