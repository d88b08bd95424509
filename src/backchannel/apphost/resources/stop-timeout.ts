import { ArgumentOutOfRangeError } from '../../../hosting/primitives/index.js';
import type { TimeSpan } from '../../../hosting/time/index.js';
import { toTimerTicks, wholeMilliseconds } from '../../../hosting/time/span.js';

/**
 * Milliseconds. `aspire stop` kills an AppHost that is still there after ten seconds: it has to be gone by then also when nobody heeds a signal, and one resource
 * waits for another.
 */
const defaultStopTimeout = 4_000;

/** Milliseconds that a resource may take to stop. @throws ArgumentOutOfRangeError */
export function stopTimeoutOf({ stopTimeout = defaultStopTimeout }: { readonly stopTimeout?: TimeSpan }): number {
  const milliseconds = wholeMilliseconds(toTimerTicks(stopTimeout, 'stopTimeout'));
  // Without a limit what does not listen would hold up the end of this process.
  if (milliseconds < 0) throw new ArgumentOutOfRangeError('stopTimeout', stopTimeout, 'between 0 and 4294967294 ms');
  return milliseconds;
}
