import { onDispose, ObjectDisposedError, throwCollected, toError } from '../primitives/index.js';
import { infiniteTimeSpan, type ITimer, TimeProvider } from '../time/index.js';
import { DirectoryListening } from './directory-listening.js';
import { SystemDirectoryNotifier } from './directory-notifier.js';
import type { FileWatcherOptions } from './file-watcher-options.js';
import { WatchedPath } from './watched-path.js';

/** Notifications come in bursts; so many milliseconds after the first one all of a burst are there. */
const burst = 10;

/**
 * Says when files change: at once by notification, and by slow looks at what notifications do not tell.
 *
 * However many files of a directory are watched, the system is asked for one watch of it, and for none when nobody watches any longer; several file providers may
 * share a watcher. A path may lead through links, of which a swap is seen, and through directories that do not exist yet. Where the system has no watch to give
 * (`ENOSPC`, `EMFILE`), the files are looked at until it has. Nothing of it keeps the process alive.
 *
 * What callbacks throw is thrown, after all were called, from where they are called: a timer.
 */
export class FileWatcher implements Disposable {
  readonly #options: Required<FileWatcherOptions>;
  readonly #paths = new Map<string, WatchedPath>();
  readonly #listenings = new Map<string, DirectoryListening>();
  readonly #timers: Disposable[] = [];
  #lookSoon: ITimer | undefined;
  #lookAtAll: ITimer | undefined;
  #suspects = new Set<WatchedPath>();
  #degradation: { readonly directory: string; readonly error: Error; isSaid: boolean } | undefined;
  #isDisposed = false;

  constructor(options: FileWatcherOptions = {}) {
    this.#options = {
      timeProvider: options.timeProvider ?? TimeProvider.system,
      notifier: options.notifier ?? new SystemDirectoryNotifier(),
      usePolling: options.usePolling ?? isPollingWanted(),
      pollInterval: options.pollInterval ?? 4_000,
      safetyInterval: options.safetyInterval ?? 30_000,
      onDegraded: options.onDegraded ?? (() => undefined),
    };
  }

  /** The clock of its looks at the files. */
  get timeProvider(): TimeProvider {
    return this.#options.timeProvider;
  }

  /** Whether files are looked at because there are no notifications of them, and not because that was wanted. */
  get isDegraded(): boolean {
    return this.#degradation !== undefined;
  }

  /**
   * Calls back after each change of what lies at an absolute path, until the result or the watcher is disposed; never inside this call.
   *
   * @param path with a separator at its end it stands for all that lies directly in the directory
   * @throws ObjectDisposedError
   */
  watch(path: string, callback: () => void): Disposable {
    if (this.#isDisposed) throw new ObjectDisposedError('FileWatcher');
    const watched = this.#paths.get(path) ?? this.#begin(path);
    const entry = { call: callback };
    watched.callbacks.add(entry);
    return onDispose(() => {
      watched.callbacks.delete(entry);
      if (watched.callbacks.size === 0) this.#end(watched);
    });
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const watched of [...this.#paths.values()]) this.#end(watched);
  }

  #begin(path: string): WatchedPath {
    this.#startTimers();
    const watched = new WatchedPath(path);
    this.#paths.set(path, watched);
    this.#listen(watched, false);
    this.#look(watched);
    return watched;
  }

  #end(watched: WatchedPath): void {
    if (this.#paths.get(watched.path) !== watched) return;
    this.#paths.delete(watched.path);
    this.#suspects.delete(watched);
    this.#release(watched.steps);
    if (this.#paths.size > 0) return;
    this.#degradation = undefined;
    for (const timer of this.#timers.splice(0)) timer[Symbol.dispose]();
    this.#lookSoon = this.#lookAtAll = undefined;
  }

  #startTimers(): void {
    if (this.#timers.length > 0) return;
    const { timeProvider } = this.#options;
    const create = (look: () => void) => timeProvider.createTimer(look, undefined, infiniteTimeSpan, infiniteTimeSpan, { keepAlive: false });
    this.#lookSoon = create(() => this.#lookAtSuspects());
    this.#lookAtAll = create(() => this.#lookAtEverything());
    this.#timers.push(this.#lookSoon, this.#lookAtAll);
    this.#scheduleNextLook();
  }

  /** Listens wherever the path depends on, before anybody looks: what changes meanwhile is heard. */
  #listen(watched: WatchedPath, isLater: boolean): void {
    // A path that changes faster than it can be followed is followed at the next look.
    for (let attempt = 0; attempt < 5; attempt++) {
      const before = watched.steps;
      const hasMoved = watched.trace();
      if (hasMoved) {
        for (const directory of directoriesOf(watched)) this.#listeningOf(directory).users++;
        this.#release(before);
      }
      if (this.#options.usePolling) return;
      for (const directory of directoriesOf(watched)) this.#open(this.#listeningOf(directory), isLater);
      if (!hasMoved) return;
    }
  }

  #release(steps: WatchedPath['steps']): void {
    for (const directory of directoriesOf({ steps })) {
      const listening = this.#listeningOf(directory);
      if (--listening.users > 0) continue;
      this.#listenings.delete(directory);
      listening[Symbol.dispose]();
    }
  }

  #listeningOf(directory: string): DirectoryListening {
    let listening = this.#listenings.get(directory);
    if (!listening) {
      listening = new DirectoryListening(directory, this.#options.notifier, name => this.#onNotification(directory, name));
      this.#listenings.set(directory, listening);
    }
    return listening;
  }

  #open(listening: DirectoryListening, isLater: boolean): void {
    const error = listening.open(isLater);
    if (!error || this.#degradation) return;
    this.#degradation = { directory: listening.directory, error, isSaid: false };
    this.#scheduleNextLook();
    this.#lookSoon?.change(burst, infiniteTimeSpan);
  }

  #onNotification(directory: string, name: string | undefined): void {
    const hadNone = this.#suspects.size === 0;
    for (const watched of this.#paths.values()) if (watched.notice(directory, name)) this.#suspects.add(watched);
    // One look is enough for a burst, and what follows does not put it off.
    if (hadNone && this.#suspects.size > 0) this.#lookSoon?.change(burst, infiniteTimeSpan);
  }

  #lookAtSuspects(): void {
    const suspects = this.#suspects;
    this.#suspects = new Set();
    this.#lookAt(suspects, false);
  }

  #lookAtEverything(): void {
    try {
      this.#lookAt([...this.#paths.values()], true);
    } finally {
      if ([...this.#listenings.values()].every(({ isOpen }) => isOpen)) this.#degradation = undefined;
      this.#scheduleNextLook();
    }
  }

  #lookAt(paths: Iterable<WatchedPath>, isLater: boolean): void {
    const changed: WatchedPath[] = [];
    for (const watched of paths) {
      this.#listen(watched, isLater);
      if (this.#look(watched)) changed.push(watched);
    }
    const said = this.#degradation;
    // One of them may dispose another that comes after it.
    const callbacks = changed.flatMap(watched => [...watched.callbacks].map(entry => () => watched.callbacks.has(entry) && entry.call()));
    if (said && !said.isSaid) {
      said.isSaid = true;
      callbacks.unshift(() => this.#options.onDegraded(said.directory, said.error));
    }
    callAll(callbacks);
  }

  #look(watched: WatchedPath): boolean {
    const isPolled = [...directoriesOf(watched)].some(directory => !this.#listeningOf(directory).isOpen);
    return watched.look(isPolled, this.timeProvider.getUtcNowMilliseconds());
  }

  #scheduleNextLook(): void {
    const { usePolling, pollInterval, safetyInterval } = this.#options;
    this.#lookAtAll?.change(usePolling || this.#degradation ? pollInterval : safetyInterval, infiniteTimeSpan);
  }
}

function directoriesOf({ steps }: Pick<WatchedPath, 'steps'>): Set<string> {
  return new Set(steps.map(({ directory }) => directory));
}

function callAll(callbacks: readonly (() => unknown)[]): void {
  const errors: Error[] = [];
  for (const call of callbacks) {
    try {
      call();
    } catch (error) {
      errors.push(toError(error));
    }
  }
  throwCollected(errors, 'Several callbacks of a file watcher failed.');
}

/** @see Microsoft.Extensions.FileProviders.PhysicalFileProvider.UsePollingFileWatcher */
function isPollingWanted(): boolean {
  return /^(1|true)$/i.test(process.env['DOTNET_USE_POLLING_FILE_WATCHER'] ?? '');
}
