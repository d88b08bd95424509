import { ArgumentError, ArgumentOutOfRangeError } from '../../../hosting/primitives/index.js';
import { RestartBudget, type RestartPolicy } from '../../../hosting/restart-policy.js';
import { TimeProvider, type TimeSpan } from '../../../hosting/time/index.js';
import { toTimerTicks, wholeMilliseconds } from '../../../hosting/time/span.js';
import type { StopSignal } from '../processes/index.js';
import { type ResourceHealthCheck, type ResourceHealthCheckOptions, healthCheckSpans } from './declared-health.js';
import type { DeclaredDependencies } from './declared-resource.js';
import { assertResourceOptions } from './facts-of-options.js';
import type { ResourceOptions } from './resource-options.js';

/** How a child process is run as a resource. */
export interface ExecutableOptions extends ResourceOptions, DeclaredDependencies, ResourceHealthCheckOptions {
  /** Default: none. In lists, the values of those that are named like a secret (`--password=…`, `--token …`) are masked. */
  readonly args?: readonly string[];
  /** Relative paths start at the directory of `appHostPath`, or else at that of this process. Default: that directory. */
  readonly workingDirectory?: string;
  /** Added to what this process has in its own environment; undefined takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whether it is only started when somebody asks for it. Default: false. */
  readonly explicitStart?: boolean;
  /** When it is started again after it has ended by itself. Default: never. */
  readonly restartPolicy?: RestartPolicy;
  /** What asks it, and everything that it has started, to end. Default: `SIGTERM`. */
  readonly stopSignal?: StopSignal;
  /** After so long what is still there gets `SIGKILL`. 0 to 4294967294 ms. Default: 10 s. */
  readonly stopTimeout?: TimeSpan;
  /** Asked while it runs. Default: it is healthy as long as it runs. */
  readonly healthCheck?: ResourceHealthCheck;
}

const stopSignals: readonly StopSignal[] = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'];

/**
 * @throws ArgumentError for what cannot be a command, an argument, a variable or a signal
 * @throws ArgumentOutOfRangeError for a span or a restart policy that makes no sense
 */
export function assertExecutable(name: string, command: string, options: ExecutableOptions): void {
  const refuse = (paramName: string, problem: string): never => {
    throw new ArgumentError(paramName, `The executable '${name}' cannot be declared so: ${problem}`);
  };
  const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0');
  if (!isText(command) || command.trim() === '') refuse('command', 'expected the path or the name of a program.');
  const { args = [], environment = {}, workingDirectory, stopSignal = 'SIGTERM' } = options;
  if (!Array.isArray(args)) refuse('args', `expected a list of texts, but found ${typeof args}.`);
  args.forEach((arg, index) => isText(arg) || refuse('args', `argument ${index} must be a text without a zero character, but is ${typeof arg}.`));
  if (workingDirectory !== undefined && (!isText(workingDirectory) || workingDirectory === '')) refuse('workingDirectory', 'expected the path of a directory.');
  for (const [variable, value] of Object.entries(environment)) {
    if (!isText(variable) || variable === '' || variable.includes('=')) refuse('environment', `'${variable}' cannot be the name of a variable.`);
    if (value !== undefined && !isText(value)) refuse('environment', `the variable '${variable}' must be a text without a zero character, or undefined.`);
  }
  if (!stopSignals.includes(stopSignal)) refuse('stopSignal', `expected one of ${stopSignals.join(', ')}, but found ${String(stopSignal)}.`);
  stopTimeoutOf(options);
  healthCheckSpans(options);
  if (options.restartPolicy) new RestartBudget(options.restartPolicy, TimeProvider.system);
  assertResourceOptions(name, options);
}

/** Milliseconds. */
export function stopTimeoutOf({ stopTimeout = 10_000 }: { readonly stopTimeout?: TimeSpan }): number {
  const milliseconds = wholeMilliseconds(toTimerTicks(stopTimeout, 'stopTimeout'));
  // Without a limit a child that does not listen would hold up the end of this process.
  if (milliseconds < 0) throw new ArgumentOutOfRangeError('stopTimeout', stopTimeout, 'between 0 and 4294967294 ms');
  return milliseconds;
}
