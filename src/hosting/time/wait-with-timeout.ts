import { DeadlineExceededError, onAbort, OperationCanceledError } from '../primitives/index.js';
import { Wait } from '../primitives/wait.js';
import { infiniteTimeSpan, type TimeSpan, toTimerTicks, wholeMilliseconds } from './span.js';
import { TimeProvider } from './time-provider.js';

/** Options of {@link waitWithTimeout}. */
export interface WaitOptions {
  /** The clock that measures. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider;
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Settles as `promise` does, or rejects when `timeout` has passed (-1: never) or the signal fires; the work behind the promise goes on.
 *
 * A promise that has settled already wins over a zero timeout and a signal that has fired. However the wait ends, it leaves no timer and no listener, and of
 * a promise that lives on it holds nothing but an empty reaction: use it freely on one that lives as long as the program. To stop the work as well, use
 * {@link withDeadline}.
 *
 * @throws ArgumentOutOfRangeError (`timeout`, synchronously) outside -1..4294967294 whole milliseconds
 * @throws DeadlineExceededError after the timeout
 * @throws OperationCanceledError when the signal fires
 * @see System.Threading.Tasks.Task.WaitAsync
 */
export function waitWithTimeout<T>(promise: Promise<T>, timeout: TimeSpan, { timeProvider = TimeProvider.system, signal }: WaitOptions = {}): Promise<T> {
  const milliseconds = wholeMilliseconds(toTimerTicks(timeout, 'timeout'));
  if (milliseconds === infiniteTimeSpan && !signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const wait = new Wait(resolve, reject);
    wait.follow(promise);
    if (signal?.aborted || milliseconds === 0) {
      // After the reactions of a promise that has settled, which stand in the queue already. Not queueMicrotask: Jest's fake timers replace it.
      void Promise.resolve().then(() => wait.settle(end => end.reject(signal?.aborted ? new OperationCanceledError(signal) : timedOut(0))));
      return;
    }
    const timer =
      milliseconds === infiniteTimeSpan
        ? undefined
        : timeProvider.createTimer(() => wait.settle(end => end.reject(timedOut(milliseconds))), undefined, milliseconds, infiniteTimeSpan);
    const registration = onAbort(signal, () => wait.settle(end => end.reject(new OperationCanceledError(signal))));
    wait.hold(() => {
      timer?.[Symbol.dispose]();
      registration[Symbol.dispose]();
    });
  });
}

function timedOut(milliseconds: number): DeadlineExceededError {
  return new DeadlineExceededError('The operation', milliseconds);
}
