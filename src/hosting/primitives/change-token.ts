import { onDispose } from './disposal.js';
import { toError } from './errors.js';

/**
 * Tells once that something is not as it was; what changed has to be asked for, together with the next token.
 *
 * @see Microsoft.Extensions.Primitives.IChangeToken
 */
export interface IChangeToken {
  readonly hasChanged: boolean;
  /** Calls back when the change comes; at once when it has come already. */
  registerChangeCallback(callback: () => void): Disposable;
}

/**
 * A change token that its owner fires.
 *
 * @see Microsoft.Extensions.Configuration.ConfigurationReloadToken
 */
export class ChangeToken implements IChangeToken {
  readonly #callbacks = new Set<{ readonly call: () => void }>();
  #hasChanged = false;

  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  registerChangeCallback(callback: () => void): Disposable {
    const entry = { call: callback };
    if (this.#hasChanged) callback();
    else this.#callbacks.add(entry);
    return onDispose(() => this.#callbacks.delete(entry));
  }

  /**
   * Calls everyone back, the last registered first. Does nothing the second time.
   *
   * @throws AggregateError of what callbacks threw, after all were called
   */
  fire(): void {
    if (this.#hasChanged) return;
    this.#hasChanged = true;
    const callbacks = [...this.#callbacks].reverse();
    this.#callbacks.clear();
    const errors: Error[] = [];
    for (const { call } of callbacks) {
      try {
        call();
      } catch (error) {
        errors.push(toError(error));
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `One or more errors occurred. ${errors.map(({ message }) => `(${message})`).join(' ')}`);
  }
}

/**
 * Calls `consume` at every change, each time with a new token of `produce`, until it is disposed.
 *
 * @see Microsoft.Extensions.Primitives.ChangeToken.OnChange
 */
export function onChange(produce: () => IChangeToken | undefined, consume: () => void): Disposable {
  let registration: Disposable | undefined;
  let isDisposed = false;
  const register = (token: IChangeToken | undefined) => {
    registration = token?.registerChangeCallback(() => {
      // The next token before the callback, so that no change falls between the two.
      const next = produce();
      try {
        consume();
      } finally {
        if (!isDisposed) register(next);
      }
    });
    if (isDisposed) registration?.[Symbol.dispose]();
  };
  register(produce());
  return onDispose(() => {
    isDisposed = true;
    registration?.[Symbol.dispose]();
  });
}
