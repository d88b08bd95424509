import { TimeProvider } from './time/index.js';
import { maxTimerMilliseconds } from './time/span.js';

/** Keeps the process alive until the result is disposed, which a pending promise does not do in Node. On the real clock, because it measures nothing. */
export function keepProcessAlive(): Disposable {
  return TimeProvider.system.createTimer(() => undefined, undefined, maxTimerMilliseconds, maxTimerMilliseconds);
}
