import type { IServiceProvider, ServiceCollection } from '../../hosting/dependency-injection/index.js';
import { IHostHealth } from '../../hosting/diagnostics/index.js';
import { IHostedServiceControl } from '../../hosting/hosted-service-control.js';
import { ILoggerProvider } from '../../hosting/logging/index.js';
import { InvalidOperationError } from '../../hosting/primitives/index.js';
import { addBackchannelPlatform } from '../platform/index.js';
import { AppHostBackchannel } from './app-host-backchannel.js';
import { AppHostOptions, assertAppHostOptions, logLimitsOf } from './app-host-options.js';
import { LogBook } from './logs/log-book.js';
import { ResourceConfiguration } from './resources/configure-resource.js';
import { PlumbingService } from './resources/plumbing.js';
import { AppHostResource } from './resources/resource.js';
import { ResourceCatalog } from './resources/resource-catalog.js';

/**
 * Makes the program an AppHost: `aspire ps`, `describe`, `logs`, `wait`, `resource` and `stop` work against it, and every hosted service appears as a resource.
 *
 * Call it before the services are added that should be visible while they start.
 *
 * @throws ArgumentError, ArgumentOutOfRangeError for options that make no sense
 * @throws InvalidOperationError when it has been called for these services before
 */
export function addAppHost(services: ServiceCollection, options: AppHostOptions): ServiceCollection {
  assertAppHostOptions(options);
  if (services.has(AppHostOptions)) throw new InvalidOperationError('This program is an AppHost already, and a process is only one: call addAppHost once.');
  return addBackchannelPlatform(services)
    .addSingleton(AppHostOptions, options)
    .addSingleton(LogBook, () => new LogBook(logLimitsOf(options)))
    .addAlias(ILoggerProvider, LogBook)
    .addSingleton(ResourceCatalog, provider => createCatalog(provider, options))
    .addHostedService(AppHostBackchannel, { as: [AppHostBackchannel] });
}

function createCatalog(provider: IServiceProvider, { appHostPath, internalServices = [] }: AppHostOptions): ResourceCatalog {
  return new ResourceCatalog({
    health: provider.getRequiredService(IHostHealth),
    declared: provider.getServices(AppHostResource),
    configurations: provider.getServices(ResourceConfiguration),
    logs: provider.getRequiredService(LogBook),
    appHostPath,
    control: provider.getRequiredService(IHostedServiceControl),
    isInternal: service => service instanceof PlumbingService || internalServices.some(type => service instanceof type),
  });
}
