import { DeadlineExceededError, raceAbort } from '../primitives/index.js';
import { CancellationSource } from './cancellation-source.js';
import type { TimeProvider } from './time-provider.js';

/** Options of {@link withDeadline}. */
export interface DeadlineOptions {
  /** The clock that measures the deadline. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider | undefined;
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Settles as `work` does, or rejects with {@link DeadlineExceededError} when `milliseconds` have passed.
 *
 * `work` receives a signal that fires when nobody waits any more: pass it on, or the work goes on unobserved.
 *
 * @param what names the work in the error, as a noun phrase: "handshake with /home/u/app/apphost.ts"
 * @throws DeadlineExceededError with `what` and `milliseconds` as fields
 * @throws OperationCanceledError when `options.signal` fires first
 * @throws ArgumentOutOfRangeError when `milliseconds` is not a span that a timer takes
 */
export async function withDeadline<T>(
  what: string,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
  { timeProvider, signal }: DeadlineOptions = {},
): Promise<T> {
  const exceeded = new DeadlineExceededError(what, milliseconds);
  // Kept alive, or a program that awaits dead work would end without the error.
  using limit = new CancellationSource({ timeProvider, delay: milliseconds, linkedTo: [signal], keepAlive: true });
  try {
    return await raceAbort(work(limit.signal), limit.signal);
  } catch (error) {
    const passed = limit.isCancellationRequested && !signal?.aborted;
    limit.cancel();
    throw passed ? exceeded : error;
  }
}
