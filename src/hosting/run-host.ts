import { type ErrorDetail, reportFailures } from './failure-report.js';
import type { HostApplicationBuilder, HostApplicationBuilderSettings } from './host-application-builder.js';
import { release } from './host-assembly.js';
import { Host } from './host-factory.js';
import type { HostOptions } from './host-options.js';
import { HostRun } from './host-run.js';
import { infiniteTimeSpan } from './time/index.js';

/** Options of {@link runHost}. */
export interface RunHostOptions extends HostApplicationBuilderSettings {
  /** Begins a graceful stop. */
  readonly signal?: AbortSignal;
  /** Whether an exception or a rejection that nobody handles becomes an orderly stop with exit code 1. Default: true. */
  readonly handleUnhandledErrors?: boolean;
  /** How much is printed of a failure: its messages, also the service and the phase, or also the stacks. Default: `place`. `HOSTWARD_DEBUG=1` asks for the stacks whatever it is. */
  readonly errorDetail?: ErrorDetail;
}

/**
 * Builds a host, runs it to its end and says how it went: the whole `main` of a program.
 *
 * Differs from .NET, and from a bare host: a failed start stops what had started; a start has 60 s unless the
 * configuration or the program says otherwise; a service that holds up start or stop is named after 5 s, and left behind 1 s after its signal has fired; a second signal during the stop ends the process at once; an error that nobody handles stops the host. Errors are printed
 * once, with the service and the phase; `HOSTWARD_DEBUG=1` adds their stacks. `HOSTWARD_TIMELINE=file.svg` (or .txt, .json) writes who took how long.
 *
 * ```ts
 * process.exitCode = await runHost(builder => builder.services.addHostedService(Heartbeat));
 * ```
 *
 * @returns 0 after a clean stop, also of a start that was still under way, or the exit code given to `stopApplication`; 1 after a failure
 */
export async function runHost(configure: (builder: HostApplicationBuilder) => unknown, options: RunHostOptions = {}): Promise<number> {
  let builder: HostApplicationBuilder | undefined;
  let run: HostRun;
  try {
    builder = Host.createApplicationBuilder(options).configureHostOptions(setLimits);
    builder.configureConsoleLifetime(lifetime => (lifetime.exitOnSecondSignal = true));
    await configure(builder);
    run = new HostRun(builder.build(), options, builder.logging.redactor);
  } catch (error) {
    release(builder);
    const report = reportFailures([error], undefined, options.errorDetail);
    process.stderr.write(builder?.logging.redactor.redact(report) ?? report);
    return 1;
  }
  return run.toEnd();
}

function setLimits(options: HostOptions): void {
  options.rollbackFailedStart = true;
  options.slowServiceWarningTimeout = 5_000;
  options.hungServiceTimeout = 1_000;
  // What the configuration says comes first.
  if (options.startupTimeout === infiniteTimeSpan) options.startupTimeout = 60_000;
}
