import { ArgumentError } from '../../../hosting/primitives/index.js';
import { RestartBudget, type RestartPolicy } from '../../../hosting/restart-policy.js';
import { TimeProvider, type TimeSpan } from '../../../hosting/time/index.js';
import { kindOf } from '../commands/message-text.js';
import type { StopSignal } from '../processes/index.js';
import { type ResourceHealthCheck, type ResourceHealthCheckOptions, healthCheckSpans } from './declared-health.js';
import type { DeclaredDependencies } from './declared-resource.js';
import { assertResourceOptions } from './facts-of-options.js';
import { assertDependencyNames } from './resource-dependencies.js';
import type { ResourceOptions } from './resource-options.js';
import { stopTimeoutOf } from './stop-timeout.js';

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
  /** After so long what is still there gets `SIGKILL`. 0 to 4294967294 ms. Default: 4 s. */
  readonly stopTimeout?: TimeSpan;
  /** Asked while it runs. Default: it is healthy as long as it runs. */
  readonly healthCheck?: ResourceHealthCheck;
}

const stopSignals: readonly StopSignal[] = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'];

/** What `node:child_process` calls these options: without types they would be overlooked. */
const namesOfNode = { cwd: 'workingDirectory', env: 'environment' };

/**
 * @throws ArgumentError for what cannot be a command, an argument, a variable or a signal
 * @throws ArgumentOutOfRangeError for a span or a restart policy that makes no sense
 */
export function assertExecutable(name: string, command: string, options: ExecutableOptions): void {
  const refuse = (paramName: string, problem: string): never => {
    throw new ArgumentError(paramName, `The executable '${name}' cannot be declared so: ${problem}`);
  };
  const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0');
  assertResourceOptions(name, options);
  assertDependencyNames(name, options);
  for (const [option, ours] of Object.entries(namesOfNode)) if (option in options) refuse(option, `there is no option '${option}'; it is called '${ours}'.`);
  if (!isText(command) || command.trim() === '') refuse('command', 'expected the path or the name of a program.');
  const { args = [], environment = {}, workingDirectory, stopSignal = 'SIGTERM', healthCheck } = options;
  if (!Array.isArray(args)) refuse('args', `expected a list of texts, but found ${kindOf(args)}.`);
  args.forEach((arg, index) => isText(arg) || refuse('args', `argument ${index} must be a text without a zero character, but is ${typeof arg}.`));
  if (healthCheck !== undefined && typeof healthCheck !== 'function')
    refuse('healthCheck', `expected a function as 'healthCheck', but found ${kindOf(healthCheck)}.`);
  if (workingDirectory !== undefined && (!isText(workingDirectory) || workingDirectory === '')) refuse('workingDirectory', 'expected the path of a directory.');
  if (typeof environment !== 'object' || environment === null) refuse('environment', `expected variables in an object, but found ${kindOf(environment)}.`);
  for (const [variable, value] of Object.entries(environment)) {
    if (!isText(variable) || variable === '' || variable.includes('=')) refuse('environment', `'${variable}' cannot be the name of a variable.`);
    if (value !== undefined && !isText(value)) refuse('environment', `the variable '${variable}' must be a text without a zero character, or undefined.`);
  }
  if (!stopSignals.includes(stopSignal)) refuse('stopSignal', `expected one of ${stopSignals.join(', ')}, but found ${String(stopSignal)}.`);
  stopTimeoutOf(options);
  healthCheckSpans(options);
  if (options.restartPolicy) new RestartBudget(options.restartPolicy, TimeProvider.system);
}
