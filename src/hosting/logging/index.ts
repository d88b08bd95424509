export { ConsoleLoggerOptions, type ConsoleLoggerQueueFullMode } from './console-logger-options.js';
export { ConsoleLoggerProvider, type ConsoleLoggerSurroundings } from './console-logger-provider.js';
export { type ActivityTracking, type ActivityTrackingField, type TraceContext } from './activity-scope.js';
export { createLoggerFactory, type OwnedLoggerFactory } from './create-logger-factory.js';
export { FormatError } from './format-error.js';
export { isAtLeast, type LogLevel, logLevelNumber, type MinimumLogLevel } from './log-level.js';
export {
  type EventId,
  ILogger,
  ILoggerFactory,
  ILoggerProvider,
  type LogArguments,
  type LogEntry,
  type LogScope,
  type LogScopeState,
  type LogValues,
} from './logger.js';
export { LoggerFactory, type LoggerFactoryOptions } from './logger-factory.js';
export { type LogFilter, LoggerFilterOptions, type LoggerFilterRule } from './logger-filter-options.js';
export type { ILoggerFilterSource } from './logger-filter-source.js';
export { LoggingBuilder } from './logging-builder.js';
export { formatMessage, MessageTemplate, originalFormatName, templateValues } from './message-template.js';
export { minimumSecretLength, SecretRedactor, type SecretRedactorOptions } from './secret-redactor.js';
export * from './formatters/index.js';
export * from './destinations/index.js';
