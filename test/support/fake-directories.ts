import { basename, dirname } from 'node:path';
import type { DirectoryWatchCallbacks } from 'hostward/backchannel';

interface Watch {
  /** Of the directory that was there when the watch began: it hears nothing of another of the same name. */
  readonly identity: number;
  readonly callbacks: DirectoryWatchCallbacks;
}

/** The directories of a machine in memory, and who is told of their changes: what inotify does, its losses included. */
export class FakeDirectories {
  readonly #identities = new Map<string, number>();
  readonly #watches = new Set<Watch>();
  #made = 0;
  /** When false, changes happen without a notification, as when the system loses one. */
  notifies = true;

  /** How many watches were neither ended by their owner nor lost. One that is silent for ever, because its directory is another now, counts. */
  get watchCount(): number {
    return this.#watches.size;
  }

  /** Undefined when there is no such directory. */
  identityOf(directory: string): number | undefined {
    return this.#identities.get(directory);
  }

  /** Makes a directory and those above it, as far as they are missing. */
  make(directory: string): void {
    if (this.#identities.has(directory)) return;
    if (dirname(directory) !== directory) this.make(dirname(directory));
    this.#identities.set(directory, ++this.#made);
    this.changed(directory);
  }

  /** Takes a directory away, whose watches end with that; when nothing is notified, they are silent from here on instead. */
  remove(directory: string): void {
    const identity = this.#identities.get(directory);
    this.#identities.delete(directory);
    if (this.notifies) this.#lose(undefined, identity);
    this.changed(directory);
  }

  /** @throws ENOENT */
  watch(directory: string, callbacks: DirectoryWatchCallbacks): Disposable {
    const identity = this.#identities.get(directory);
    if (identity === undefined) throw Object.assign(new Error(`ENOENT: no such file or directory, watch '${directory}'`), { code: 'ENOENT' });
    const watch = { identity, callbacks };
    this.#watches.add(watch);
    return { [Symbol.dispose]: () => void this.#watches.delete(watch) };
  }

  /** Something happened to an entry. */
  changed(path: string): void {
    this.#notify(dirname(path), basename(path));
  }

  /** Something happened, and the system does not say to what. */
  changedSomehow(directory: string): void {
    this.#notify(directory);
  }

  /** Ends all watches, whatever becomes of the directories. */
  loseAll(error?: Error): void {
    this.#lose(error);
  }

  #notify(directory: string, name?: string): void {
    const identity = this.#identities.get(directory);
    if (!this.notifies || identity === undefined) return;
    for (const watch of [...this.#watches]) if (watch.identity === identity && this.#watches.has(watch)) watch.callbacks.onChange(name);
  }

  #lose(error: Error | undefined, identity?: number): void {
    for (const watch of [...this.#watches]) {
      if (identity !== undefined && watch.identity !== identity) continue;
      if (this.#watches.delete(watch)) watch.callbacks.onLost(error);
    }
  }
}
