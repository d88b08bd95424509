import {
  type ConfigureContainer,
  type IServiceProvider,
  type IServiceProviderFactory,
  type ServiceCollection,
  ServiceProvider,
} from './dependency-injection/index.js';
import { InvalidOperationError } from './primitives/index.js';

/** What is checked of the registrations. @see Microsoft.Extensions.DependencyInjection.ServiceProviderOptions */
export interface ServiceValidationOptions {
  validateScopes: boolean;
  validateOnBuild: boolean;
}

/** How a builder makes the service provider: hostward's own with changes to its container, or that of a factory with changes to what the factory makes it of. */
export class ContainerPlan<TContext> {
  readonly #changes: ((context: TContext, container: never) => void)[] = [];
  #factory: ((context: TContext) => IServiceProviderFactory<never> | null | undefined) | undefined;

  /** The last factory counts. */
  useFactory<T>(factory: (context: TContext) => IServiceProviderFactory<T>): void {
    this.#factory = factory as unknown as (context: TContext) => IServiceProviderFactory<never>;
  }

  change<T>(change: (context: TContext, container: T) => void): void {
    this.#changes.push(change);
  }

  /** Forgets the changes that were asked for. */
  clearChanges(): void {
    this.#changes.length = 0;
  }

  /** @throws InvalidOperationError when a factory gives nothing */
  createProvider(services: ServiceCollection, context: TContext, validation: ServiceValidationOptions): IServiceProvider {
    if (!this.#factory) {
      const configureContainer = this.#changes.map(
        (change): ConfigureContainer =>
          container =>
            change(context, container as never),
      );
      services.makeReadOnly();
      return new ServiceProvider(services, { ...validation, configureContainer });
    }
    const factory = this.#factory(context);
    if (!factory) throw new InvalidOperationError('The resolver returned a null IServiceProviderFactory');
    const builder = factory.createBuilder(services);
    for (const change of this.#changes) change(context, builder);
    const provider = factory.createServiceProvider(builder) as IServiceProvider | null | undefined;
    services.makeReadOnly();
    if (!provider) throw new InvalidOperationError('The IServiceProviderFactory returned a null IServiceProvider');
    return provider;
  }
}
