import type { ITimer, TimeProvider } from '../../hosting/time/index.js';
import type { IDirectoryWatcher } from '../platform/index.js';
import { WatchedDirectory } from './watched-directory.js';
import { WatchReport } from './watch-report.js';

/** An entry of a socket directory to which something happened: it came, went or is not as it was. */
export interface SocketDirectoryChange {
  /** One of the directories that were given. */
  readonly directory: string;
  readonly name: string;
}

/** What a {@link SocketDirectoryWatch} is made of. All times in milliseconds of the clock. No callback is called inside the constructor or after the disposal. */
export interface SocketDirectoryWatchOptions {
  readonly directories: readonly string[];
  readonly watcher: IDirectoryWatcher;
  readonly timeProvider: TimeProvider;
  /** The time between two looks at everything that nothing asked for: the system loses notifications without a word. */
  readonly pollInterval: number;
  /** The same while changes of a directory that is there, or has been, are not reported. */
  readonly unwatchedPollInterval: number;
  /** The time between two attempts to have changes reported where the system has refused. */
  readonly rewatchInterval: number;
  /** Look at that entry; undefined: at everything. */
  readonly onChange: (change?: SocketDirectoryChange) => void;
  /** Changes of a directory that is there are not reported. Said once for an outage, at the next look if it lasts until then. */
  readonly onDegraded: (directory: string, error: Error) => void;
  /** They are reported again. Said once after {@link onDegraded}; an outage that begins within `rewatchInterval` of that is spoken of when it lasts longer. */
  readonly onRestored: (directory: string) => void;
}

/**
 * Says when the socket directories may have changed: at once by notification, at the latest at the next look.
 *
 * Their owner looks at everything once it has made this; nothing that happens from then on is missed, since a watch that is made or renewed is followed by a look at everything.
 * A directory that is not there is waited for in the one above it, if that is there. Each look renews the watches: that a path leads to another directory since one above it was
 * moved is told by no system.
 *
 * Differs from .NET: there the directories are polled, and a change is noticed after four to eight seconds.
 *
 * @see Aspire.Cli.Backchannel.AuxiliaryBackchannelMonitor
 */
export class SocketDirectoryWatch implements Disposable {
  readonly #directories: readonly WatchedDirectory[];
  readonly #parents = new Map<string, WatchedDirectory>();
  readonly #report: WatchReport;
  readonly #poll: ITimer;
  #interval: number;
  #isDisposed = false;

  constructor(private readonly options: SocketDirectoryWatchOptions) {
    this.#directories = options.directories.map(path => this.#directory(path));
    this.#report = new WatchReport(options);
    for (const directory of this.#directories) directory.renew();
    this.#watchParents();
    this.#interval = this.#wantedInterval();
    this.#poll = options.timeProvider.createTimer(() => this.#look(), undefined, this.#interval, this.#interval, { keepAlive: false });
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#poll[Symbol.dispose]();
    for (const directory of [...this.#directories, ...this.#parents.values()]) directory[Symbol.dispose]();
    this.#parents.clear();
  }

  #look(): void {
    for (const directory of [...this.#parents.values(), ...this.#directories]) if (directory.isDue) directory.renew();
    this.#adjust();
    for (const say of this.#report.due(this.#directories)) if (!this.#isDisposed) say();
    this.#changed();
  }

  /** A directory may have come, gone or been replaced. */
  #onEntryOfParent(parent: string, name?: string): void {
    const concerned = this.#directories.filter(directory => directory.parent === parent && (name === undefined || directory.name === name));
    if (concerned.length === 0) return;
    for (const directory of concerned) directory.renew();
    this.#onRenewed();
  }

  #onRenewed(): void {
    this.#adjust();
    this.#changed();
  }

  #changed(change?: SocketDirectoryChange): void {
    if (!this.#isDisposed) this.options.onChange(change);
  }

  /** Brings what depends on the states of the directories in line with them. */
  #adjust(): void {
    this.#watchParents();
    const interval = this.#wantedInterval();
    if (interval === this.#interval) return;
    this.#interval = interval;
    this.#poll.change(interval, interval);
  }

  #watchParents(): void {
    for (const directory of this.#directories) {
      if (directory.state !== 'missing' || this.#parents.has(directory.parent)) continue;
      const parent = this.#parent(directory.parent);
      this.#parents.set(parent.path, parent);
      parent.renew();
      // It may have been made before the one above it was watched.
      directory.renew();
    }
    for (const [path, parent] of this.#parents) {
      if (this.#directories.some(directory => directory.parent === path && directory.state === 'missing')) continue;
      this.#parents.delete(path);
      parent[Symbol.dispose]();
    }
  }

  #wantedInterval(): number {
    const { pollInterval, unwatchedPollInterval } = this.options;
    return this.#directories.some(directory => this.#isMissed(directory)) ? unwatchedPollInterval : pollInterval;
  }

  /** One that has never been there does not count: the directory of old AppHosts is missing nearly everywhere. */
  #isMissed({ state, hasBeenThere, parent }: WatchedDirectory): boolean {
    if (state === 'missing') return hasBeenThere && this.#parents.get(parent)?.state !== 'watched';
    return state === 'refused';
  }

  #directory(path: string): WatchedDirectory {
    const onChange = (name?: string) => this.#changed(name === undefined ? undefined : { directory: path, name });
    return new WatchedDirectory(path, { ...this.options, onChange, onRenewed: () => this.#onRenewed() });
  }

  #parent(path: string): WatchedDirectory {
    return new WatchedDirectory(path, { ...this.options, onChange: name => this.#onEntryOfParent(path, name), onRenewed: () => this.#onEntryOfParent(path) });
  }
}
