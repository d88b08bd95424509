import type { IServiceProvider, ServiceCollection } from '../../../hosting/dependency-injection/index.js';
import { ResourceDeclarationError } from './declared-error.js';
import type { DeclaredResource } from './declared-resource.js';
import { AppHostResource } from './resource.js';
import { ResourceOrchestrator } from './resource-orchestrator.js';

/** What a command line can type without quotes, and a file name can be. */
const namePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;

/**
 * Registers a resource of this AppHost, which is started and stopped with the host.
 *
 * @throws ResourceDeclarationError for a name that is none, or that another resource has
 */
export function declareResource(services: ServiceCollection, name: string, create: (provider: IServiceProvider) => DeclaredResource): ServiceCollection {
  if (typeof name !== 'string' || !namePattern.test(name))
    throw new ResourceDeclarationError(
      String(name),
      'its name must have 1 to 64 letters, digits, dots, hyphens and underscores, and begin and end with a letter or digit.',
    );
  // Whoever types a name need not care for its case.
  const key = name.toLowerCase();
  if (services.has(AppHostResource, key))
    throw new ResourceDeclarationError(name, 'there is one of this name already; names differ in more than their letter case.');
  services.addKeyedSingleton(AppHostResource, key, (provider: IServiceProvider) => create(provider));
  services.addSingleton(AppHostResource, (provider: IServiceProvider) => provider.getRequiredKeyedService(AppHostResource, key));
  return services.has(ResourceOrchestrator) ? services : services.addHostedService(ResourceOrchestrator, { as: [ResourceOrchestrator] });
}
