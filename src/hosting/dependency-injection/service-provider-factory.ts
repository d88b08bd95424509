import type { ServiceCollection } from './service-collection.js';
import { ServiceProvider, type ServiceProviderOptions } from './service-provider.js';
import type { IServiceProvider } from './service-provider-contract.js';

/**
 * Makes the service provider of a host: the place for a container other than hostward's.
 *
 * @see Microsoft.Extensions.DependencyInjection.IServiceProviderFactory
 */
export interface IServiceProviderFactory<TBuilder> {
  /** What `configureContainer` of a builder may change before the provider is made of it. */
  createBuilder(services: ServiceCollection): TBuilder;
  /** A provider that has a `Symbol.asyncDispose` or `Symbol.dispose` is disposed with the host. */
  createServiceProvider(builder: TBuilder): IServiceProvider;
}

/**
 * hostward's own provider; what is changed before it is made is the collection itself.
 *
 * @see Microsoft.Extensions.DependencyInjection.DefaultServiceProviderFactory
 */
export class DefaultServiceProviderFactory implements IServiceProviderFactory<ServiceCollection> {
  constructor(private readonly options: ServiceProviderOptions = {}) {}

  createBuilder(services: ServiceCollection): ServiceCollection {
    return services;
  }

  createServiceProvider(services: ServiceCollection): IServiceProvider {
    return new ServiceProvider(services, this.options);
  }
}
