export { type ConsoleLoggerOptions, ConsoleLoggerProvider } from './console-logger-provider.js';
export { isAtLeast, type LogLevel, logLevelNumber } from './log-level.js';
export { type EventId, ILogger, ILoggerFactory, ILoggerProvider, type LogArguments, type LogEntry } from './logger.js';
export { LoggingBuilder } from './logging-builder.js';
