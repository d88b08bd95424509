export {
  type AnyConsoleFormatterOptions,
  type ConsoleFormatterOptions,
  type FormatTarget,
  IConsoleFormatter,
  type JsonConsoleFormatterOptions,
  type LoggerColorBehavior,
  type SimpleConsoleFormatterOptions,
} from './console-formatter.js';
export type { BuiltInFormatterName } from './create-formatter.js';
export { JsonConsoleFormatter } from './json-console-formatter.js';
export { SimpleConsoleFormatter } from './simple-console-formatter.js';
export { SystemdConsoleFormatter } from './systemd-console-formatter.js';
