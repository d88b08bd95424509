import type { DirectoryWatchCallbacks, IDirectoryWatcher } from 'hostward/backchannel';
import { SystemDirectoryWatcher } from '../../../../src/backchannel/platform/index.js';

/** The system's notifications, some of which are lost on the way. */
export class LossyWatcher implements IDirectoryWatcher {
  readonly #system = new SystemDirectoryWatcher();
  readonly #watches = new Map<Disposable, DirectoryWatchCallbacks>();
  notifies = true;
  canWatch = true;

  /** How many watches have not ended. */
  get count(): number {
    return this.#watches.size;
  }

  watch(directory: string, callbacks: DirectoryWatchCallbacks): Disposable {
    if (!this.canWatch) throw noWatchLeft();
    const handle = this.#system.watch(directory, {
      onChange: name => {
        if (this.notifies) callbacks.onChange(name);
      },
      onLost: error => {
        // Such a watch is silent, and its owner has to end it all the same.
        if (this.notifies) this.#lose(handle, error);
      },
    });
    this.#watches.set(handle, callbacks);
    return { [Symbol.dispose]: () => this.#end(handle) };
  }

  loseAll(): void {
    for (const handle of [...this.#watches.keys()]) this.#lose(handle, this.canWatch ? undefined : noWatchLeft());
  }

  #lose(handle: Disposable, error: Error | undefined): void {
    const callbacks = this.#watches.get(handle);
    this.#end(handle);
    callbacks?.onLost(error);
  }

  #end(handle: Disposable): void {
    if (this.#watches.delete(handle)) handle[Symbol.dispose]();
  }
}

function noWatchLeft(): Error {
  return Object.assign(new Error('no inotify watches left'), { code: 'ENOSPC' });
}
