export { CapturedLogs } from './captured-logs.js';
export { type AdvanceOptions, FakeTimeProvider, type FakeTimeProviderOptions } from './fake-time-provider.js';
export { PendingTimer, RunawayTimerError, StuckPromiseError, TimerLeakError } from './pending-timer.js';
export { createTestHost, TestHost } from './test-host.js';
