import { watch } from 'node:fs';
import { basename } from 'node:path';

/** What a directory tells while it is listened to. None is called inside `listen`. */
export interface DirectoryListener {
  /** The entry `name` appeared, disappeared, or is not as it was; without a name it may have been any. */
  readonly onChange: (name: string | undefined) => void;
  /** The directory itself was moved, removed or changed: what was listened to may not be what lies at its path now. */
  readonly onMoved: () => void;
  /** Nothing more will come, though the directory may be there still. */
  readonly onLost: (error: Error) => void;
}

/** Tells when the entries of a directory change. Replace it to make changes happen in a test. */
export interface IDirectoryNotifier {
  /** @throws the system's error when the directory does not exist or cannot be listened to (`ENOENT`, `ENOSPC`, `EMFILE`…) */
  listen(directory: string, listener: DirectoryListener): Disposable;
}

/** The system's own notifications: inotify, FSEvents, ReadDirectoryChangesW. They come within milliseconds, can be lost, and keep no process alive. */
export class SystemDirectoryNotifier implements IDirectoryNotifier {
  listen(directory: string, { onChange, onMoved, onLost }: DirectoryListener): Disposable {
    const watcher = watch(directory, { persistent: false });
    const own = basename(directory);
    let isOpen = true;
    const close = (): void => {
      isOpen = false;
      watcher.close();
    };
    watcher.on('change', (event, name) => {
      if (!isOpen) return;
      const entry = name === null ? undefined : name.toString();
      // A directory reports under its own name what becomes of itself; so would an entry of the same name.
      if (event === 'rename' && entry === own) onMoved();
      onChange(entry);
    });
    watcher.on('error', error => {
      if (!isOpen) return;
      close();
      onLost(error);
    });
    return { [Symbol.dispose]: close };
  }
}
