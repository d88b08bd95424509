import { createRequire } from 'node:module';
import { HostwardError } from '../../primitives/index.js';
import type { OpenTelemetryLoggerProvider } from './open-telemetry-destination.js';

/**
 * The logger provider that the program has registered with OpenTelemetry; its loggers do nothing as long as there is none.
 *
 * The package is loaded only here, and which copy of it does not matter: what is registered is shared by all of them.
 *
 * @throws HostwardError (`ERR_OPTIONAL_PACKAGE`) when `@opentelemetry/api-logs` is not installed
 */
export function globalLoggerProvider(): OpenTelemetryLoggerProvider {
  try {
    const { logs } = createRequire(import.meta.url)('@opentelemetry/api-logs') as { logs: OpenTelemetryLoggerProvider };
    return logs;
  } catch (error) {
    throw new HostwardError(
      'ERR_OPTIONAL_PACKAGE',
      'addOpenTelemetry() without a logger or a logger provider needs the package @opentelemetry/api-logs: install it, or pass `logger` or `loggerProvider`.',
      { cause: error },
    );
  }
}
