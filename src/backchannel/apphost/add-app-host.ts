import type { ServiceCollection } from '../../hosting/dependency-injection/index.js';
import { ILoggerProvider } from '../../hosting/logging/index.js';
import { addBackchannelPlatform } from '../platform/index.js';
import { AppHostBackchannel } from './app-host-backchannel.js';
import { AppHostOptions } from './app-host-options.js';
import { ResourceLogs } from './resource-logs.js';

const defaultLogCapacity = 1_000;

/**
 * Makes the program an AppHost: `aspire ps`, `describe`, `logs`, `wait` and `stop` work against it, and every hosted service appears as a resource.
 *
 * Call it before the services are added that should be visible while they start.
 */
export function addAppHost(services: ServiceCollection, options: AppHostOptions): ServiceCollection {
  return addBackchannelPlatform(services)
    .addSingleton(AppHostOptions, options)
    .addSingleton(ResourceLogs, () => new ResourceLogs(options.logCapacity ?? defaultLogCapacity))
    .addAlias(ILoggerProvider, ResourceLogs)
    .addHostedService(AppHostBackchannel);
}
