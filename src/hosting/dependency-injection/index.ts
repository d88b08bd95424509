export type { ConfigureContainer } from './container-compiler.js';
export { all, type Dependency, type DependencyListEntry, inject, type Injection, optional } from './inject.js';
export { ServiceResolutionError } from './resolution-errors.js';
export { type HostedServiceOptions, type Register, ServiceCollection } from './service-collection.js';
export {
  describeService,
  type FactoryContext,
  type Implementation,
  type ServiceDescriptor,
  type ServiceFactory,
  type ServiceLifetime,
  type ServiceSource,
} from './service-descriptor.js';
export { IServiceProvider, type IServiceScope, ServiceProvider } from './service-provider.js';
export { type AbstractClass, type Class, type InterfaceToken, type ServiceToken, serviceToken, tokenName } from './service-token.js';
