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
  // The system's clock needs no timer object for a wait that Node's own can do.
  const isOnNode = timeProvider === TimeProvider.system && milliseconds > 0 && milliseconds <= maxNodeDelay;
  const wait = new Promise<void>((resolve, reject) => {
    let registration: Disposable | undefined = undefined;
    const finish = signal ? () => end(registration, resolve) : resolve;
    const handle = isOnNode ? startOnNode(finish, milliseconds, keepAlive) : undefined;
    // In no function of its own: the stack that a fake clock keeps is to lead to the caller.
    const timer =
      isOnNode || milliseconds === infiniteTimeSpan ? undefined : timeProvider.createTimer(finish, undefined, milliseconds, infiniteTimeSpan, { keepAlive });
    if (!signal) return;
    registration = onAbort(signal, () => {
      clearTimeout(handle);
      timer?.[Symbol.dispose]();
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

function startOnNode(finish: () => void, milliseconds: number, keepAlive: boolean): NodeJS.Timeout {
  const handle = setTimeout(finish, milliseconds);
  if (!keepAlive) handle.unref();
  return handle;
}

function end(registration: Disposable | undefined, resolve: () => void): void {
  registration?.[Symbol.dispose]();
  resolve();
}
