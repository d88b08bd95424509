import type { DirectoryListener, IDirectoryNotifier } from '../../src/hosting/files/index.js';

/** Tells of changes when a test says so, whatever the files do. */
export class FakeDirectoryNotifier implements IDirectoryNotifier {
  readonly #listeners: { readonly directory: string; readonly listener: DirectoryListener }[] = [];
  /** Thrown by `listen` instead of listening. */
  failure: Error | undefined;
  /** How often somebody wanted to listen. */
  attempts = 0;

  /** The directories that are listened to, once for each listener. */
  get directories(): string[] {
    return this.#listeners.map(({ directory }) => directory).sort();
  }

  listen(directory: string, listener: DirectoryListener): Disposable {
    this.attempts++;
    if (this.failure) throw this.failure;
    const entry = { directory, listener };
    this.#listeners.push(entry);
    return {
      [Symbol.dispose]: () => {
        const index = this.#listeners.indexOf(entry);
        if (index >= 0) this.#listeners.splice(index, 1);
      },
    };
  }

  change(directory: string, name?: string): void {
    for (const { listener } of this.#of(directory)) listener.onChange(name);
  }

  move(directory: string): void {
    for (const { listener } of this.#of(directory)) listener.onMoved();
  }

  lose(directory: string, error: Error): void {
    for (const { listener } of this.#of(directory)) listener.onLost(error);
  }

  #of(directory: string) {
    return this.#listeners.filter(entry => entry.directory === directory);
  }
}

/** An error of the system. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: the system refuses`), { code });
}
