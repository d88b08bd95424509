import { setMaxListeners } from 'node:events';
import { onDispose } from './disposal.js';
import { OperationCanceledError } from './errors.js';
import { Wait } from './wait.js';

/** A controller whose signal takes any number of listeners without Node's warning: as many as a host has services, say, which is no leak. */
export function createAbortController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** Throws {@link OperationCanceledError} when `signal` has been aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new OperationCanceledError(signal);
}

/** Runs `listener` once when `signal` fires, at once when it already has; disposing the result takes the listener away. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): Disposable {
  if (!signal) return onDispose(() => undefined);
  if (signal.aborted) {
    listener();
    return onDispose(() => undefined);
  }
  signal.addEventListener('abort', listener, { once: true });
  return onDispose(() => signal.removeEventListener('abort', listener));
}

/**
 * Settles as `work` does, or rejects with {@link OperationCanceledError} as soon as `signal` fires.
 *
 * The work itself is not stopped, and when it lives on it holds nothing of the wait: whoever started it gives it the same signal, or lets it run out unobserved.
 */
export async function raceAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const wait = new Wait(resolve, reject);
    const registration = onAbort(signal, () => wait.settle(end => end.reject(new OperationCanceledError(signal))));
    wait.hold(() => registration[Symbol.dispose]());
    wait.follow(work);
  });
}
