export type { AttributeValue } from './attribute-value.js';
export { FileLoggerProvider, type FileLoggerSurroundings } from './file-logger-provider.js';
export type { FileLoggerOptions } from './file-logger-options.js';
export {
  OpenTelemetryDestination,
  type OpenTelemetryLogger,
  type OpenTelemetryLoggerOptions,
  type OpenTelemetryLoggerProvider,
  type OpenTelemetryLogRecord,
} from './open-telemetry-destination.js';
export { type PinoLogger, type PinoLoggerOptions, PinoLoggerProvider } from './pino-logger-provider.js';
