import { type FSWatcher, statSync, watch } from 'node:fs';
import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';
import { errorCodeOf, toError } from '../../hosting/primitives/index.js';

/** What a directory watch tells. Neither is called inside `watch`, nor once the watch is disposed. */
export interface DirectoryWatchCallbacks {
  /** Something happened to the entry of that name; undefined: to any of them, or to the directory itself. What, is for the listener to find out. */
  readonly onChange: (name?: string) => void;
  /** The watch has ended by itself: with the system's error, or undefined when there is no directory at the path any more. */
  readonly onLost: (error: Error | undefined) => void;
}

/** Tells when the entries of a directory change. Replace it to make changes happen in a test. */
export interface IDirectoryWatcher {
  /**
   * Watches the directory to which the path leads now, links included. Whether it leads to another later is not always told: who wants to be sure watches anew from time to
   * time, which costs the system nothing when it is still the same.
   *
   * @throws the system's error when the directory does not exist or cannot be watched (`ENOENT`, `ENOTDIR`, `EACCES`, `ENOSPC`, `EMFILE`…)
   */
  watch(directory: string, callbacks: DirectoryWatchCallbacks): Disposable;
}

export const IDirectoryWatcher: ServiceToken<IDirectoryWatcher> = serviceToken('IDirectoryWatcher');

/** The system's own notifications: inotify, FSEvents. They come within milliseconds and can be lost without a word, so nobody relies on them alone. */
export class SystemDirectoryWatcher implements IDirectoryWatcher {
  watch(directory: string, callbacks: DirectoryWatchCallbacks): Disposable {
    return new SystemDirectoryWatch(directory, callbacks);
  }
}

class SystemDirectoryWatch implements Disposable {
  readonly #path: string;
  #watcher: FSWatcher | undefined;

  constructor(
    directory: string,
    private readonly callbacks: DirectoryWatchCallbacks,
  ) {
    // With it the system reports what becomes of the directory under no name, which is that of no entry, and watches no file in its stead.
    this.#path = directory.endsWith('/') ? directory : `${directory}/`;
    this.#watcher = this.#open();
  }

  [Symbol.dispose](): void {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    watcher?.close();
  }

  #open(): FSWatcher {
    const watcher = openWatcher(this.#path);
    // Node reports nothing of one that is closed, also when something came before.
    watcher.on('change', (_event, name) => {
      if (name === '') this.#renew();
      else this.callbacks.onChange(name === null ? undefined : String(name));
    });
    watcher.on('error', error => this.#lose(error));
    return watcher;
  }

  /** The directory was removed, moved away or given other permissions; which of them, the system does not say. There may be another at its path by now. */
  #renew(): void {
    const former = this.#watcher;
    try {
      this.#watcher = this.#open();
    } catch (error) {
      return this.#lose(errorCodeOf(error) === 'ENOENT' ? undefined : toError(error));
    }
    former?.close();
    this.callbacks.onChange();
  }

  #lose(error: Error | undefined): void {
    this[Symbol.dispose]();
    this.callbacks.onLost(error);
  }
}

function openWatcher(path: string): FSWatcher {
  try {
    // The watch alone must not keep a process alive that has nothing else to do.
    return watch(path, { persistent: false });
  } catch (error) {
    // That there is nothing to watch counts for more than that nothing could be watched, which some systems find out first.
    statSync(path);
    throw error;
  }
}
