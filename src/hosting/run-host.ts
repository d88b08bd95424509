import type { IHost } from './host.js';
import type { HostApplicationBuilder, HostApplicationBuilderSettings } from './host-application-builder.js';
import { Host } from './host-factory.js';
import { IHostApplicationLifetime } from './host-application-lifetime.js';
import { keepProcessAlive } from './keep-process-alive.js';
import { isError } from './primitives/errors.js';
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
  using _alive = keepProcessAlive();
  // Asked for now, because the end disposes the provider.
  const lifetime = host.services.getRequiredService(IHostApplicationLifetime);
  try {
    if (await startUnlessGivenUp(host, lifetime, signal)) await host.waitForShutdown(signal);
  } finally {
    await host[Symbol.asyncDispose]();
  }
  return lifetime.exitCode ?? 0;
}

/** A start that was given up because the program is to end has not failed; a stop that was cut short has. */
async function startUnlessGivenUp(host: IHost, lifetime: IHostApplicationLifetime, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await host.start(signal);
    return true;
  } catch (error) {
    const isGivenUp = lifetime.applicationStopping.aborted || signal?.aborted;
    if (isGivenUp && isCancellation(error)) return false;
    throw error;
  }
}

/** The message with its causes and, for an aggregate, its parts; a failure that reached the host on two ways is printed once. */
function printError(error: Error): void {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  for (let current: unknown = error, prefix = 'Error'; isError(current) && !seen.has(current); current = current.cause, prefix = '  Caused by') {
    seen.add(current);
    const parts = current instanceof AggregateError ? [...new Set(current.errors as unknown[])].map(toError) : [];
    const [only] = parts;
    lines.push(`${prefix}: ${(parts.length === 1 && only ? only : current).message}`);
    if (parts.length > 1) lines.push(...parts.map(part => `  - ${part.message}`));
  }
  process.stderr.write(`${lines.join('\n')}\n`);
}
