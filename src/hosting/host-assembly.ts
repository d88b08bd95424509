import { IConfiguration } from './configuration/index.js';
import { ConfigurationSecrets } from './configuration-secrets.js';
import { IConsole, SystemConsole } from './console.js';
import type { IServiceProvider, ServiceCollection } from './dependency-injection/index.js';
import { HostedServiceStates, HostTimeline, IHealthReporter, IHostHealth, IHostTimeline } from './diagnostics/index.js';
import type { IFileProvider } from './files/index.js';
import { GenericHost } from './generic-host.js';
import { IHost } from './host.js';
import { ApplicationLifetime, IHostApplicationLifetime } from './host-application-lifetime.js';
import { HostBuilderContext } from './host-builder-context.js';
import { IHostEnvironment } from './host-environment.js';
import { HostOptions } from './host-options.js';
import { IHostedServiceControl } from './hosted-service-control.js';
import { ConsoleLifetime, ConsoleLifetimeOptions, IHostLifetime, IProcessControl, SystemProcessControl } from './lifetimes/index.js';
import { ILoggerFactory, SecretRedactor } from './logging/index.js';
import { BoundSecrets } from './options/bound-secrets.js';
import { type AnyDisposable, ArgumentError, disposeAll, disposeAllSync, isDisposable } from './primitives/index.js';
import { TimeProvider } from './time/index.js';

/** Registers what every host has; what the program has registered itself stays. */
export function addHostServices(services: ServiceCollection, context: HostBuilderContext, redactor: SecretRedactor): void {
  services.addOptions(ConsoleLifetimeOptions);
  services
    .tryAddSingleton(IHostEnvironment, context.hostingEnvironment)
    .tryAddSingleton(HostBuilderContext, context)
    // By a factory, so that it is disposed with the host.
    .tryAddSingleton(IConfiguration, () => context.configuration)
    .addSingleton(ConfigurationSecrets, provider => {
      const bound = provider.getServices(BoundSecrets).map(({ configuration }) => configuration);
      return new ConfigurationSecrets(redactor, [provider.getRequiredService(IConfiguration), ...bound]);
    })
    .addSingleton(SecretRedactor, redactor)
    .tryAddSingleton(TimeProvider, TimeProvider.system)
    .tryAddSingleton(IConsole, SystemConsole)
    .tryAddSingleton(IProcessControl, SystemProcessControl)
    .tryAddSingleton(IHostLifetime, ConsoleLifetime)
    .tryAddSingleton(IHostApplicationLifetime, provider => {
      const logger = provider.getRequiredService(ILoggerFactory).createLogger('Microsoft.Extensions.Hosting.Internal.ApplicationLifetime');
      return new ApplicationLifetime(logger);
    })
    .addSingleton(HostedServiceStates, [TimeProvider])
    .addSingleton(HostTimeline, [TimeProvider])
    .addAlias<IHostTimeline>(IHostTimeline, HostTimeline)
    .tryAddTransient(IHealthReporter, (provider, { requester }) => provider.getRequiredService(HostedServiceStates).reporterFor(requester));
  if (!services.has(IHostHealth)) services.addAlias(IHostHealth, HostedServiceStates);
}

/** What a host is made of. */
export interface HostAssembly {
  readonly services: ServiceCollection;
  readonly context: HostBuilderContext;
  /** The files that the builder gave the environment; the program may have replaced them. */
  readonly contentRootFiles: IFileProvider;
  /** Called when the registrations are complete; `host.services` is what it returns. */
  readonly createProvider: () => IServiceProvider;
}

/**
 * Makes the host of the registrations.
 *
 * @throws ArgumentError when the registration of `IHostApplicationLifetime` was replaced
 */
export function assembleHost({ services, context, contentRootFiles, createProvider }: HostAssembly): IHost {
  const files = (): unknown[] => [context.hostingEnvironment.contentRootFileProvider, contentRootFiles];
  let provider: IServiceProvider | undefined;
  let host: GenericHost | undefined;
  services
    .addSingleton(IHost, () => (host = createHost(provider!, files)))
    .tryAddSingleton(IHostedServiceControl, asker => {
      // What needs it while the host is being made is told that it goes round in a circle.
      asker.getRequiredService(IHost);
      return host!.control;
    });
  try {
    provider = createProvider();
    // Before anything can be logged; and with it the configuration, because only what was asked for is disposed.
    provider.getService(ConfigurationSecrets);
    return provider.getRequiredService(IHost);
  } catch (error) {
    for (const part of [...files(), provider ?? context.configuration]) release(part);
    throw error;
  }
}

/** Disposes a part of a host that was not to be: nobody else does, and what it says to that is less than why there is no host. */
export function release(part: unknown): void {
  try {
    if (isDisposable(part)) disposeAllSync([part]);
  } catch {
    // The reason comes from elsewhere.
  }
}

function createHost(provider: IServiceProvider, files: () => unknown[]): GenericHost {
  const lifetime = provider.getRequiredService(IHostApplicationLifetime);
  if (!(lifetime instanceof ApplicationLifetime)) throw new ArgumentError('applicationLifetime', 'Replacing IHostApplicationLifetime is not supported.');
  return new GenericHost({
    services: provider,
    lifetime,
    hostLifetime: provider.getRequiredService(IHostLifetime),
    options: provider.getRequiredService(HostOptions.options).value,
    logger: provider.getRequiredService(ILoggerFactory).createLogger('Microsoft.Extensions.Hosting.Internal.Host'),
    timeProvider: provider.getRequiredService(TimeProvider),
    states: provider.getRequiredService(HostedServiceStates),
    timeline: provider.getRequiredService(HostTimeline),
    dispose: () => disposeAll(new Set([...files(), provider].filter((each): each is AnyDisposable => isDisposable(each)))),
  });
}
