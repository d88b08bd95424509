import { randomInt } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import type { IServiceProvider, ServiceCollection } from '../../../hosting/dependency-injection/index.js';
import { TimeProvider } from '../../../hosting/time/index.js';
import { AppHostOptions } from '../app-host-options.js';
import { LogBook } from '../logs/log-book.js';
import { ResourceLog } from '../logs/resource-log.js';
import { IProcessLauncher, SystemProcessLauncher } from '../processes/index.js';
import { declareResource } from './declare-resource.js';
import { assertExecutable, type ExecutableOptions } from './executable-options.js';
import { ExecutableResource } from './executable-resource.js';

/**
 * Adds a child process that runs as a resource of this AppHost: it is started with the host, whose start does not wait for it, watched, and ended with it, together
 * with everything that it starts.
 *
 * Its state, its output and its end are the resource's; `start`, `stop` and `restart` work on it. It does not outlive this process, even when that is killed.
 *
 * ```ts
 * addExecutable(builder.services, 'web', 'node', { args: ['server.mjs'], environment: { PORT: '8080' }, waitFor: ['db'] });
 * ```
 *
 * @param name unique among the resources; the instance of each run of this process has a name of its own, `web-` and eight letters
 * @param command a path, or a name that is looked for in `PATH`; no shell is involved
 * @throws ResourceDeclarationError for a name that is none, or that another resource has
 * @throws ArgumentError, ArgumentOutOfRangeError for a command or options that make no sense
 * @see Aspire.Hosting.ExecutableResourceBuilderExtensions.AddExecutable
 */
export function addExecutable(services: ServiceCollection, name: string, command: string, options: ExecutableOptions = {}): ServiceCollection {
  assertExecutable(name, command, options);
  return declareResource(services, name, provider => create(provider, name, command, options)).tryAddSingleton(IProcessLauncher, SystemProcessLauncher);
}

function create(provider: IServiceProvider, name: string, command: string, options: ExecutableOptions): ExecutableResource {
  const instance = `${name}-${Array.from({ length: 8 }, () => String.fromCharCode(97 + randomInt(26))).join('')}`;
  const appHostPath = provider.getService(AppHostOptions)?.appHostPath;
  const base = appHostPath === undefined ? process.cwd() : dirname(resolve(appHostPath));
  return new ExecutableResource({
    name: instance,
    displayName: options.displayName ?? name,
    command,
    options,
    workingDirectory: resolve(base, options.workingDirectory ?? '.'),
    launcher: provider.getRequiredService(IProcessLauncher),
    timeProvider: provider.getRequiredService(TimeProvider),
    log: provider.getService(LogBook)?.logOf(instance) ?? new ResourceLog(),
  });
}
