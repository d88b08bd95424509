import type { CancellationToken } from 'vscode-jsonrpc/node';
import { onAbort, OperationCanceledError } from '../../hosting/primitives/index.js';
import { infiniteTimeSpan, type TimeProvider } from '../../hosting/time/index.js';

/**
 * Ends the wait for one call, when its time is over or its caller's signal fires, in the form that vscode-jsonrpc takes.
 *
 * Plain, because an `AbortSignal` costs more than all the rest of a call. Dispose it when the call is over: it then holds no timer and no listener.
 */
export class CallLimit implements CancellationToken, Disposable {
  readonly #timeProvider: TimeProvider;
  #registration: Disposable | undefined;
  #timer: Disposable | undefined;
  #listeners: (() => void)[] = [];
  #isCancelled = false;

  /** @param timeout in milliseconds; 0 is at once, -1 never */
  constructor(timeProvider: TimeProvider, timeout: number, signal?: AbortSignal) {
    this.#timeProvider = timeProvider;
    this.cancelAfter(timeout);
    if (signal && !this.#isCancelled) this.#registration = onAbort(signal, () => this.#cancel());
  }

  get isCancellationRequested(): boolean {
    return this.#isCancelled;
  }

  readonly onCancellationRequested = (listener: (event: undefined) => unknown): Disposable & { dispose(): void } => {
    const notify = () => void listener(undefined);
    if (this.#isCancelled) notify();
    else this.#listeners.push(notify);
    const dispose = () => this.#remove(notify);
    return { dispose, [Symbol.dispose]: dispose };
  };

  cancelAfter(milliseconds: number): void {
    if (milliseconds === 0) return this.#cancel();
    if (milliseconds === infiniteTimeSpan) return;
    this.#timer = this.#timeProvider.createTimer(() => this.#cancel(), undefined, milliseconds, infiniteTimeSpan, { keepAlive: false });
  }

  /** Settles as `work` does, or rejects with OperationCanceledError when the limit comes first. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const registration = this.onCancellationRequested(() => reject(new OperationCanceledError()));
      work.then(
        value => {
          registration.dispose();
          resolve(value);
        },
        (error: Error) => {
          registration.dispose();
          reject(error);
        },
      );
    });
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#registration?.[Symbol.dispose]();
    this.#listeners = [];
  }

  #cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    const listeners = this.#listeners;
    this[Symbol.dispose]();
    for (const notify of listeners) notify();
  }

  #remove(listener: () => void): void {
    const index = this.#listeners.indexOf(listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }
}
