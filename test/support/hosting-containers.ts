import { type IServiceProviderFactory, type ServiceCollection, ServiceProvider } from 'hostward';

/** What a container other than hostward's would be made of. */
export class FakeContainer {
  state = '';

  constructor(readonly services: ServiceCollection) {}
}

/** Makes a service provider that also gives the {@link FakeContainer} it was made of. */
export class FakeServiceProviderFactory implements IServiceProviderFactory<FakeContainer> {
  created: ServiceProvider | undefined;

  createBuilder(services: ServiceCollection): FakeContainer {
    return new FakeContainer(services);
  }

  createServiceProvider(container: FakeContainer): ServiceProvider {
    container.services.addSingleton(FakeContainer, container);
    return (this.created = new ServiceProvider(container.services));
  }
}
