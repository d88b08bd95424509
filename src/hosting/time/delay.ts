import { onAbort, OperationCanceledError, throwIfAborted } from '../primitives/index.js';
import { infiniteTimeSpan, type TimeSpan, toTimerTicks, wholeMilliseconds } from './span.js';
import { TimeProvider } from './time-provider.js';

/** Options of {@link delay}. */
export interface DelayOptions {
  /** The clock that measures. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider;
  /** Ends the delay early with an `AbortError`. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the pending delay keeps the process alive. Default: true. */
  readonly keepAlive?: boolean;
}

/**
 * Resolves after `span`; an infinite one (-1) ends only through the signal and arms no timer.
 *
 * A signal that has fired wins over a zero span. A delay that ends leaves neither timer nor listener.
 *
 * @throws ArgumentOutOfRangeError (synchronously) outside -1..4294967294 whole milliseconds
 * @throws OperationCanceledError when the signal fires
 * @see System.Threading.Tasks.Task.Delay
 */
export function delay(span: TimeSpan, options: DelayOptions = {}): Promise<void> {
  const milliseconds = wholeMilliseconds(toTimerTicks(span, 'delay'));
  return wait(milliseconds, options);
}

async function wait(milliseconds: number, { timeProvider = TimeProvider.system, signal, keepAlive = true }: DelayOptions): Promise<void> {
  throwIfAborted(signal);
  if (milliseconds === 0) return;
  await new Promise<void>((resolve, reject) => {
    const finish = () => {
      registration[Symbol.dispose]();
      resolve();
    };
    const timer = milliseconds === infiniteTimeSpan ? undefined : timeProvider.createTimer(finish, undefined, milliseconds, infiniteTimeSpan, { keepAlive });
    const registration = onAbort(signal, () => {
      timer?.[Symbol.dispose]();
      reject(new OperationCanceledError(signal));
    });
  });
}
