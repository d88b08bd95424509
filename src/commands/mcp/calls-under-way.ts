import { Deferred, onDispose } from '../../hosting/primitives/index.js';

/** The calls of a client that have not ended: how many there are, and when there are none. */
export class CallsUnderWay {
  readonly #calls = new Set<symbol>();
  #idle: Deferred<void> | undefined;

  get count(): number {
    return this.#calls.size;
  }

  /** Counts a call until the result is disposed. */
  begin(): Disposable {
    const call = Symbol('call');
    this.#calls.add(call);
    return onDispose(() => {
      this.#calls.delete(call);
      if (this.#calls.size === 0) this.#idle?.resolve();
    });
  }

  /** Settles when no call is under way. */
  async idle(): Promise<void> {
    if (this.#calls.size === 0) return;
    await (this.#idle ??= new Deferred<void>()).promise;
  }
}
