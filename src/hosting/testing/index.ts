export { FakeTimeProvider, type FakeTimeProviderOptions, type PendingTimer, RunawayTimerError } from './fake-time-provider.js';
export { CapturedLogs } from './captured-logs.js';
export { createTestHost, TestHost } from './test-host.js';
