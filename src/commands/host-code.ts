/** What takes the code of a host, in one place, so that it is loaded together, and only when it is wanted. */
export { reportFailures } from '../hosting/failure-report.js';
export { createLoggerFactory } from '../hosting/logging/index.js';
export { runCommand } from './run-command.js';
