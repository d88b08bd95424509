import type { IHost } from './host.js';
import type { HostApplicationBuilder, HostApplicationBuilderSettings } from './host-application-builder.js';
import { Host } from './host-factory.js';
import { IHostApplicationLifetime } from './host-application-lifetime.js';
import { toError } from './primitives/index.js';

/** Options of {@link runHost}. */
export interface RunHostOptions extends HostApplicationBuilderSettings {
  /** Begins a graceful stop. */
  readonly signal?: AbortSignal;
}

/**
 * Builds a host, runs it to its end and says how it went: the whole `main` of a program.
 *
 * Beyond a bare host, a failed start stops what had started, and a second signal during the stop ends the process at once. An error is printed once.
 *
 * ```ts
 * process.exitCode = await runHost(builder => builder.services.addHostedService(Heartbeat));
 * ```
 *
 * @returns 0 after a clean stop, or the exit code given to `stopApplication`; 1 after a failure
 */
export async function runHost(configure: (builder: HostApplicationBuilder) => unknown, options: RunHostOptions = {}): Promise<number> {
  const builder = Host.createApplicationBuilder(options)
    .configureHostOptions(host => (host.rollbackFailedStart = true))
    .configureConsoleLifetime(lifetime => (lifetime.exitOnSecondSignal = true));
  let host: IHost | undefined;
  try {
    await configure(builder);
    host = builder.build();
    // Asked for now, because run() disposes the provider.
    const lifetime = host.services.getRequiredService(IHostApplicationLifetime);
    await host.run(options.signal);
    return lifetime.exitCode ?? 0;
  } catch (error) {
    if (!options.signal?.aborted) printError(toError(error));
    return 1;
  }
}

function printError(error: Error): void {
  const lines: string[] = [];
  for (let current: unknown = error, prefix = 'Error'; current instanceof Error; current = current.cause, prefix = '  Caused by') {
    lines.push(`${prefix}: ${current.message}`);
    if (current instanceof AggregateError) lines.push(...(current.errors as unknown[]).map(inner => `  - ${toError(inner).message}`));
  }
  process.stderr.write(`${lines.join('\n')}\n`);
}
