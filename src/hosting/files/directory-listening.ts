import { toError } from '../primitives/index.js';
import type { DirectoryListener, IDirectoryNotifier } from './directory-notifier.js';
import { identityOf } from './path-signature.js';

/** The one place at which a directory is listened to, for however many paths that depend on it. */
export class DirectoryListening implements Disposable {
  /** How many paths need it. */
  users = 0;
  #identity: string | undefined;
  #handle: Disposable | undefined;
  #loss: Error | undefined;

  constructor(
    readonly directory: string,
    private readonly notifier: IDirectoryNotifier,
    private readonly onChange: (name: string | undefined) => void,
  ) {}

  /** Whether notifications come. */
  get isOpen(): boolean {
    return this.#handle !== undefined;
  }

  /**
   * Listens to the directory that lies at the path now, if that is not done yet.
   *
   * @param isLater whether time has passed: only then one that was lost is listened to again, or a directory that is always lost at once would give no rest
   * @returns why there are no notifications; undefined also when there is no such directory
   */
  open(isLater: boolean): Error | undefined {
    const identity = identityOf(this.directory);
    if (this.#handle && identity === this.#identity) return undefined;
    if (this.#loss && identity === this.#identity && !isLater) return this.#loss;
    this.#loss = undefined;
    const previous = this.#handle;
    this.#handle = undefined;
    try {
      if (identity !== undefined) this.#handle = this.notifier.listen(this.directory, this.#listener());
      this.#identity = identity;
      return undefined;
    } catch (error) {
      // It went away in this moment: then there is nothing to listen to, and no trouble.
      return identityOf(this.directory) === undefined ? undefined : toError(error);
    } finally {
      // After the new one is there, so that nothing falls between the two.
      previous?.[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    this.#handle?.[Symbol.dispose]();
    this.#handle = undefined;
  }

  #listener(): DirectoryListener {
    return {
      onChange: this.onChange,
      onMoved: () => {
        this.#identity = undefined;
        this.onChange(undefined);
      },
      onLost: error => {
        this[Symbol.dispose]();
        this.#loss = error;
        this.onChange(undefined);
      },
    };
  }
}
