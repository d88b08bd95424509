import { watch } from 'node:fs';
import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';

/** What a directory watch tells. Neither is called inside `watch`. */
export interface DirectoryWatchCallbacks {
  /** Something in the directory changed; what, is for the listener to find out. */
  readonly onChange: () => void;
  /** The watch has ended by itself: the directory went away, or the system's limit is reached. */
  readonly onLost: (error: Error | undefined) => void;
}

/** Tells when the entries of a directory change. Replace it to make changes happen in a test. */
export interface IDirectoryWatcher {
  /** @throws the system's error when the directory does not exist or cannot be watched (`ENOENT`, `ENOSPC`, `EMFILE`…) */
  watch(directory: string, callbacks: DirectoryWatchCallbacks): Disposable;
}

export const IDirectoryWatcher: ServiceToken<IDirectoryWatcher> = serviceToken('IDirectoryWatcher');

/** The system's own notifications: inotify, FSEvents. They come within milliseconds and can be lost, so nobody relies on them alone. */
export class SystemDirectoryWatcher implements IDirectoryWatcher {
  watch(directory: string, { onChange, onLost }: DirectoryWatchCallbacks): Disposable {
    // The watch alone must not keep a process alive that has nothing else to do.
    const watcher = watch(directory, { persistent: false });
    const own = directory.slice(directory.lastIndexOf('/') + 1);
    let isOpen = true;
    const close = (): void => {
      isOpen = false;
      watcher.close();
    };
    const lose = (error: Error | undefined): void => {
      if (!isOpen) return;
      close();
      onLost(error);
    };
    // A directory that is removed reports a rename of itself.
    watcher.on('change', (event, name) => (event === 'rename' && name === own ? lose(undefined) : onChange()));
    watcher.on('error', lose);
    return { [Symbol.dispose]: close };
  }
}
