export { CapturedLogs } from './captured-logs.js';
export { FakeLogCollector, type LogQuery, type WaitForLogOptions } from './fake-log-collector.js';
export { FakeLogger, type FakeLoggerOptions } from './fake-logger.js';
export { type AdvanceOptions, FakeTimeProvider, type FakeTimeProviderOptions } from './fake-time-provider.js';
export { HostLeakError } from './host-leak-watch.js';
export { PendingTimer, RunawayTimerError, StuckPromiseError, TimerLeakError } from './pending-timer.js';
export { createTestHost, TestHost, type TestHostSettings } from './test-host.js';
