import type { IServiceProvider, ServiceCollection } from '../../../hosting/dependency-injection/index.js';
import { TimeProvider } from '../../../hosting/time/index.js';
import { LogBook } from '../logs/log-book.js';
import { ResourceLog } from '../logs/resource-log.js';
import { CustomResource } from './custom-resource.js';
import { assertCustomResource, type CustomResourceOptions, IResourceHandle } from './custom-resource-options.js';
import { declareResource } from './declare-resource.js';
import { AppHostResource } from './resource.js';

/**
 * Adds a resource of which the program says itself what it is: a queue, a tenant, a device, a job that somebody else runs.
 *
 * With a `start` it is started and stopped with the host, whose start does not wait for it, and by the commands. The program publishes its state, health, addresses
 * and properties through an {@link IResourceHandle}, which `start` gets, and which is injected by the resource's name.
 *
 * ```ts
 * addResource(builder.services, 'queue', { resourceType: 'Queue', start: async ({ resource, stopping }) => watchQueue(resource, stopping) });
 * ```
 *
 * @param name unique among the resources
 * @throws ResourceDeclarationError for a name that is none, or that another resource has
 * @throws ArgumentError, ArgumentOutOfRangeError for options that make no sense
 * @see Aspire.Hosting.ApplicationModel.ResourceNotificationService.PublishUpdateAsync
 */
export function addResource(services: ServiceCollection, name: string, options: CustomResourceOptions = {}): ServiceCollection {
  assertCustomResource(name, options);
  return declareResource(services, name, provider => create(provider, name, options)).addKeyedSingleton(IResourceHandle, name, (provider: IServiceProvider) =>
    handleOf(provider.getRequiredKeyedService(AppHostResource, name.toLowerCase())),
  );
}

function create(services: IServiceProvider, name: string, options: CustomResourceOptions): CustomResource {
  return new CustomResource({
    name,
    displayName: options.displayName ?? name,
    options,
    services,
    timeProvider: services.getRequiredService(TimeProvider),
    log: services.getService(LogBook)?.logOf(name) ?? new ResourceLog(),
  });
}

function handleOf(resource: AppHostResource): IResourceHandle {
  return (resource as CustomResource).handle;
}
