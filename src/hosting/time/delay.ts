import { markHandled, onAbort, OperationCanceledError } from '../primitives/index.js';
import { infiniteTimeSpan, type TimeSpan, toTimerTicks, wholeMilliseconds } from './span.js';
import { maxNodeDelay } from './system-timer.js';
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

const noOptions: DelayOptions = {};

/**
 * Resolves after `span`; an infinite one (-1) ends only through the signal and arms no timer.
 *
 * A signal that has fired wins over a zero span. A delay that ends leaves neither timer nor listener; one that is cancelled while nobody awaits it is forgotten.
 *
 * @throws ArgumentOutOfRangeError (synchronously) outside -1..4294967294 whole milliseconds
 * @throws OperationCanceledError when the signal fires
 * @see System.Threading.Tasks.Task.Delay
 */
export function delay(span: TimeSpan, options: DelayOptions = noOptions): Promise<void> {
  const milliseconds = wholeMilliseconds(toTimerTicks(span, 'delay'));
  const { timeProvider = TimeProvider.system, signal, keepAlive = true } = options;
  if (signal?.aborted) return cancelled(Promise.reject(new OperationCanceledError(signal)));
  if (milliseconds === 0) return Promise.resolve();
  const wait = new Promise<void>((resolve, reject) => {
    const begin = (finish: () => void): (() => void) => start(milliseconds, timeProvider, keepAlive, finish);
    if (!signal) return void begin(resolve);
    const cancel = begin(() => {
      registration[Symbol.dispose]();
      resolve();
    });
    const registration = onAbort(signal, () => {
      cancel();
      reject(new OperationCanceledError(signal));
      void cancelled(wait);
    });
  });
  return wait;
}

/** Of a wait that nobody waits for any more, its cancellation is no unhandled rejection. */
function cancelled(wait: Promise<void>): Promise<void> {
  markHandled(wait);
  return wait;
}

/** Arms the timer of a delay; the result disarms it. */
function start(milliseconds: number, timeProvider: TimeProvider, keepAlive: boolean, finish: () => void): () => void {
  if (milliseconds === infiniteTimeSpan) return () => undefined;
  // The system's clock needs no timer object for a wait that Node's own can do.
  if (timeProvider === TimeProvider.system && milliseconds <= maxNodeDelay) {
    const handle = setTimeout(finish, milliseconds);
    if (!keepAlive) handle.unref();
    return () => clearTimeout(handle);
  }
  const timer = timeProvider.createTimer(finish, undefined, milliseconds, infiniteTimeSpan, { keepAlive });
  return () => timer[Symbol.dispose]();
}
