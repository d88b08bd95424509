/** A promise that is settled from outside. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T | PromiseLike<T>) => void;
  reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/** Marks a promise as handled, for a failure that somebody reads later or that was reported elsewhere. */
export function markHandled(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}
