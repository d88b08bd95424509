import { basename, dirname } from 'node:path';
import { errorCodeOf, toError } from '../../hosting/primitives/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import type { IDirectoryWatcher } from '../platform/index.js';

/** What a {@link WatchedDirectory} works with. */
export interface WatchedDirectoryParts {
  readonly watcher: IDirectoryWatcher;
  readonly timeProvider: TimeProvider;
  /** Milliseconds from one attempt to the next where the system has refused. */
  readonly rewatchInterval: number;
  /** Something happened to the entry of that name; undefined: to any of them. */
  readonly onChange: (name?: string) => void;
  /** The notifications were lost, and those of what lies at the path now have been asked for. */
  readonly onRenewed: () => void;
}

/**
 * Whether changes of a directory are reported, and the watch that does so.
 *
 * - `watched`: they are
 * - `missing`: there is no such directory
 * - `refused`: there may be, but the system does not report its changes
 */
export type DirectoryState = 'watched' | 'missing' | 'refused';

/** Why the system does not report changes, and when it last said so. */
export interface WatchRefusal {
  readonly error: Error;
  /** A timestamp of the clock. */
  readonly since: bigint;
}

interface Watch {
  handle?: Disposable;
}

/** The notifications of whatever directory lies at a path. */
export class WatchedDirectory implements Disposable {
  readonly name: string;
  readonly parent: string;
  #watch: Watch | undefined;
  #refusal: WatchRefusal | undefined;
  #hasBeenThere = false;
  #recoveredAt: bigint | undefined;

  constructor(
    readonly path: string,
    private readonly parts: WatchedDirectoryParts,
  ) {
    this.name = basename(path);
    this.parent = dirname(path);
  }

  get state(): DirectoryState {
    if (this.#watch) return 'watched';
    return this.#refusal ? 'refused' : 'missing';
  }

  /** Undefined unless the state is `refused`. */
  get refusal(): WatchRefusal | undefined {
    return this.#refusal;
  }

  /** Whether a directory was found at the path at any time. */
  get hasBeenThere(): boolean {
    return this.#hasBeenThere;
  }

  /** Whether {@link renew} is due at a look; where the system has refused, it is not asked again at each. */
  get isDue(): boolean {
    return !this.#refusal || this.#hasPassed(this.#refusal.since);
  }

  /** Watches what lies at the path now. The former watch goes on until there is another, so that of a directory that is still the same no change is missed. */
  renew(): void {
    const former = this.#watch;
    this.#open();
    former?.handle?.[Symbol.dispose]();
    // It may have taken the place of the other where only so many are to be had.
    if (former && this.#refusal) this.#open();
  }

  [Symbol.dispose](): void {
    const watch = this.#watch;
    this.#watch = undefined;
    watch?.handle?.[Symbol.dispose]();
  }

  #open(): void {
    const watch: Watch = {};
    try {
      watch.handle = this.parts.watcher.watch(this.path, {
        onChange: name => this.#watch === watch && this.parts.onChange(name),
        onLost: error => this.#watch === watch && this.#onLost(error),
      });
      this.#watch = watch;
      this.#refusal = undefined;
    } catch (error) {
      this.#watch = undefined;
      this.#refusal = errorCodeOf(error) === 'ENOENT' ? undefined : this.#refuse(toError(error));
    }
    this.#hasBeenThere ||= this.state !== 'missing';
  }

  /** A failure that comes again soon is waited out: a watch that is made and lost over and over is none. */
  #onLost(error: Error | undefined): void {
    this[Symbol.dispose]();
    if (error && this.#recoveredAt !== undefined && !this.#hasPassed(this.#recoveredAt)) this.#refusal = this.#refuse(error);
    else {
      if (error) this.#recoveredAt = this.parts.timeProvider.getTimestamp();
      this.#open();
    }
    this.parts.onRenewed();
  }

  #refuse(error: Error): WatchRefusal {
    return { error, since: this.parts.timeProvider.getTimestamp() };
  }

  #hasPassed(since: bigint): boolean {
    return this.parts.timeProvider.getElapsedMilliseconds(since) >= this.parts.rewatchInterval;
  }
}
