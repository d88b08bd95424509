/** How a promise is settled. */
interface End<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** The ends of a wait: the first to come takes place, and then nothing of it is held any more, however long the promise lives that was waited for. */
export class Wait<T> {
  #release: (() => void) | undefined;
  #end: End<T> | undefined;

  constructor(resolve: (value: T) => void, reject: (error: unknown) => void) {
    this.#end = { resolve, reject };
  }

  /** The reactions hold the wait and nothing else: written where it is created, they would hold the signal and the timer, too, because closures share. */
  follow(promise: Promise<T>): void {
    promise.then(
      value => this.settle(end => end.resolve(value)),
      (error: unknown) => this.settle(end => end.reject(error)),
    );
  }

  /** Says what to release at the end, which may have come already. */
  hold(release: () => void): void {
    if (this.#end) this.#release = release;
    else release();
  }

  settle(finish: (end: End<T>) => void): void {
    const end = this.#end;
    if (!end) return;
    this.#end = undefined;
    this.#release?.();
    this.#release = undefined;
    finish(end);
  }
}
