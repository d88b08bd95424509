import { ChangeToken, type IChangeToken, onDispose } from '../primitives/index.js';

/** A change token that holds a watch only as long as it can tell somebody: until it fires, or the last callback is disposed. */
export class FileChangeToken implements IChangeToken, Disposable {
  readonly #token = new ChangeToken();
  readonly #watch: (callback: () => void) => Disposable;
  #held: Disposable | undefined;
  #callbacks = 0;

  /** @param watch begins the watch, here and when a callback comes after the last one was disposed */
  constructor(watch: (callback: () => void) => Disposable) {
    this.#watch = watch;
    this.#hold();
  }

  get hasChanged(): boolean {
    return this.#token.hasChanged;
  }

  registerChangeCallback(callback: () => void): Disposable {
    const registration = this.#token.registerChangeCallback(callback);
    if (!this.hasChanged && !this.#held) this.#hold();
    this.#callbacks++;
    return onDispose(() => {
      registration[Symbol.dispose]();
      if (--this.#callbacks === 0) this[Symbol.dispose]();
    });
  }

  /** Ends the watch. */
  [Symbol.dispose](): void {
    this.#held?.[Symbol.dispose]();
    this.#held = undefined;
  }

  #hold(): void {
    this.#held = this.#watch(() => {
      try {
        // While the callbacks ask for the next token the watch goes on: the files are not asked for anew.
        this.#token.fire();
      } finally {
        this[Symbol.dispose]();
      }
    });
  }
}

/** For what never changes. @see Microsoft.Extensions.FileProviders.NullChangeToken */
export function nullChangeToken(): IChangeToken {
  return { hasChanged: false, registerChangeCallback: () => onDispose(() => undefined) };
}
