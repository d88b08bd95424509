import { toError } from '../../hosting/primitives/index.js';
import type { ITimer, TimeProvider } from '../../hosting/time/index.js';
import type { IDirectoryWatcher } from '../platform/index.js';

/** What a {@link SocketDirectoryWatch} is made of. */
export interface SocketDirectoryWatchOptions {
  readonly directories: readonly string[];
  readonly watcher: IDirectoryWatcher;
  readonly timeProvider: TimeProvider;
  /** Milliseconds between two looks that nothing asked for. */
  readonly pollInterval: number;
  readonly onChange: () => void;
  /** Called when notifications of a directory end or cannot be had; the polling goes on and tries again. */
  readonly onDegraded: (directory: string, error: Error | undefined) => void;
}

/** Says when the socket directories may have changed: at once by notification, at the latest after the poll interval. */
export class SocketDirectoryWatch implements Disposable {
  readonly #watches = new Map<string, Disposable>();
  readonly #degraded = new Set<string>();
  readonly #poll: ITimer;

  constructor(private readonly options: SocketDirectoryWatchOptions) {
    this.#watchMissing();
    const { timeProvider, pollInterval } = options;
    this.#poll = timeProvider.createTimer(() => this.#onPoll(), undefined, pollInterval, pollInterval, { keepAlive: false });
  }

  [Symbol.dispose](): void {
    this.#poll[Symbol.dispose]();
    for (const watch of this.#watches.values()) watch[Symbol.dispose]();
    this.#watches.clear();
  }

  #onPoll(): void {
    this.#watchMissing();
    this.options.onChange();
  }

  #watchMissing(): void {
    for (const directory of this.options.directories) {
      if (this.#watches.has(directory)) continue;
      try {
        const watch = this.options.watcher.watch(directory, { onChange: this.options.onChange, onLost: error => this.#onLost(directory, error) });
        this.#watches.set(directory, watch);
        this.#degraded.delete(directory);
      } catch (error) {
        this.#degrade(directory, toError(error));
      }
    }
  }

  #onLost(directory: string, error: Error | undefined): void {
    this.#watches.delete(directory);
    this.#degrade(directory, error);
    this.options.onChange();
  }

  /** Said once for each time that it happens, not at every poll. */
  #degrade(directory: string, error: Error | undefined): void {
    if (this.#degraded.has(directory)) return;
    this.#degraded.add(directory);
    this.options.onDegraded(directory, error);
  }
}
