import type { TimeProvider } from '../time/index.js';
import type { IDirectoryNotifier } from './directory-notifier.js';

/** Options of `FileWatcher`. */
export interface FileWatcherOptions {
  /** The clock of its looks at the files. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider;
  /** Where notifications come from. Default: those of the system. */
  readonly notifier?: IDirectoryNotifier;
  /**
   * Whether to look at the files instead of having notifications: for network drives and mounted volumes that send none. Default: whether the environment variable
   * `DOTNET_USE_POLLING_FILE_WATCHER` is `1` or `true`.
   */
  readonly usePolling?: boolean;
  /** Milliseconds between two looks at files of which there are no notifications. Default: 4000. */
  readonly pollInterval?: number;
  /** Milliseconds between two looks at all files, for the notifications that got lost. Default: 30,000. */
  readonly safetyInterval?: number;
  /**
   * Told that notifications cannot be had, and that files are looked at every `pollInterval` instead, until they can be had again. Called once for all
   * directories, and again only when all had recovered in between.
   */
  readonly onDegraded?: (directory: string, error: Error) => void;
}
