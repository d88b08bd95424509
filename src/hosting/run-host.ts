import type { IHost } from './host.js';
import type { HostApplicationBuilder, HostApplicationBuilderSettings } from './host-application-builder.js';
import { Host } from './host-factory.js';
import { IHostApplicationLifetime } from './host-application-lifetime.js';
import { isCancellation, toError } from './primitives/index.js';

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
 * @returns 0 after a clean stop, also of a start that was still under way, or the exit code given to `stopApplication`; 1 after a failure
 */
export async function runHost(configure: (builder: HostApplicationBuilder) => unknown, options: RunHostOptions = {}): Promise<number> {
  const builder = Host.createApplicationBuilder(options)
    .configureHostOptions(host => (host.rollbackFailedStart = true))
    .configureConsoleLifetime(lifetime => (lifetime.exitOnSecondSignal = true));
  try {
    await configure(builder);
    return await runToEnd(builder.build(), options.signal);
  } catch (error) {
    printError(toError(error));
    return 1;
  }
}

async function runToEnd(host: IHost, signal: AbortSignal | undefined): Promise<number> {
  // Asked for now, because run() disposes the provider.
  const lifetime = host.services.getRequiredService(IHostApplicationLifetime);
  try {
    await host.run(signal);
  } catch (error) {
    // A start that was given up because the program is to end has not failed.
    const isStopping = lifetime.applicationStopping.aborted || signal?.aborted;
    if (!isStopping || !isCancellation(error)) throw error;
  }
  return lifetime.exitCode ?? 0;
}

/** The message with its causes and, for an aggregate, its parts; a failure that reached the host on two ways is printed once. */
function printError(error: Error): void {
  const lines: string[] = [];
  for (let current: unknown = error, prefix = 'Error'; current instanceof Error; current = current.cause, prefix = '  Caused by') {
    const parts = current instanceof AggregateError ? [...new Set(current.errors as unknown[])].map(toError) : [];
    const [only] = parts;
    lines.push(`${prefix}: ${(parts.length === 1 && only ? only : current).message}`);
    if (parts.length > 1) lines.push(...parts.map(part => `  - ${part.message}`));
  }
  process.stderr.write(`${lines.join('\n')}\n`);
}
