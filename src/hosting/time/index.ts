export { CancellationSource, type CancellationSourceOptions, createCancellationSource } from './cancellation-source.js';
export { delay, type DelayOptions } from './delay.js';
export { PeriodicTimer } from './periodic-timer.js';
export { infiniteTimeSpan, type TimeSpan } from './span.js';
export { TimeProvider } from './time-provider.js';
export type { ITimer, TimerCallback, TimerOptions } from './timer.js';
export { type WaitOptions, waitWithTimeout } from './wait-with-timeout.js';
export { type DeadlineOptions, withDeadline } from './with-deadline.js';
