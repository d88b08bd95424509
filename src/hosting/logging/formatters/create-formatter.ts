import type { TimeProvider } from '../../time/index.js';
import type { AnyConsoleFormatterOptions, IConsoleFormatter } from './console-formatter.js';
import { JsonConsoleFormatter } from './json-console-formatter.js';
import { SimpleConsoleFormatter } from './simple-console-formatter.js';
import { SystemdConsoleFormatter } from './systemd-console-formatter.js';

/** The formats that are there without being registered. @see Microsoft.Extensions.Logging.Console.ConsoleFormatterNames */
export type BuiltInFormatterName = 'simple' | 'json' | 'systemd';

/** A built-in formatter by its name in any case; undefined when there is none of that name. @throws HostwardError (`ERR_TIMESTAMP_FORMAT`) */
export function createBuiltInFormatter(name: string, options: AnyConsoleFormatterOptions, timeProvider?: TimeProvider): IConsoleFormatter | undefined {
  switch (name.toLowerCase()) {
    case 'simple':
      return new SimpleConsoleFormatter(options, timeProvider);
    case 'json':
      return new JsonConsoleFormatter(options, timeProvider);
    case 'systemd':
      return new SystemdConsoleFormatter(options, timeProvider);
    default:
      return undefined;
  }
}
