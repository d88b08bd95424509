import type { SocketDirectoryWatchOptions } from './socket-directory-watch.js';
import type { WatchedDirectory } from './watched-directory.js';

/** The last word about a directory. */
interface Word {
  readonly isWatched: boolean;
  /** Since when it holds, as a timestamp of the clock. */
  readonly since: bigint;
}

/**
 * What is to be said of directories whose changes are not reported.
 *
 * What changes to and fro is not talked about each time: a word is taken back `rewatchInterval` after it came to hold at the earliest, if it does not hold then.
 */
export class WatchReport {
  readonly #last = new Map<WatchedDirectory, Word>();

  constructor(private readonly options: Pick<SocketDirectoryWatchOptions, 'timeProvider' | 'rewatchInterval' | 'onDegraded' | 'onRestored'>) {}

  /** The words that are due. They count as said. */
  due(directories: readonly WatchedDirectory[]): (() => void)[] {
    return directories.flatMap(directory => this.#wordOn(directory) ?? []);
  }

  #wordOn(directory: WatchedDirectory): (() => void) | undefined {
    const { path, refusal, state } = directory;
    const { timeProvider, rewatchInterval, onDegraded, onRestored } = this.options;
    // Of one that is not there, nothing could be reported.
    if (state === 'missing') return undefined;
    const isWatched = state === 'watched';
    const last = this.#last.get(directory);
    if (isWatched === (last?.isWatched ?? true)) return undefined;
    if (last && timeProvider.getElapsedMilliseconds(last.since) < rewatchInterval) return undefined;
    this.#last.set(directory, { isWatched, since: refusal?.since ?? timeProvider.getTimestamp() });
    return refusal ? () => onDegraded(path, refusal.error) : () => onRestored(path);
  }
}
