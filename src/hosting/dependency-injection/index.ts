export { createFactory } from './activation.js';
export type { ConfigureContainer } from './container-compiler.js';
export type { Dependency, DependencyList, DependencyListEntry, Injection, ValueType } from './dependency.js';
export { all, argument, fromKeyed, inject, optional, serviceKey } from './inject.js';
export { type ResolutionFacts, type ServiceResolutionCode, ServiceResolutionError } from './resolution-errors.js';
export type { HostedServiceOptions, Register, RegisterKeyed } from './register.js';
export { ServiceCollection } from './service-collection.js';
export {
  describeService,
  type DescriptorOptions,
  type FactoryContext,
  type Implementation,
  type KeyedImplementation,
  type KeyedServiceFactory,
  ServiceDescriptor,
  type ServiceFactory,
  type ServiceLifetime,
  type ServiceSource,
} from './service-descriptor.js';
export type { DependencyDescription, ServiceDescription } from './service-graph.js';
export { anyKey, inheritedKey } from './service-key.js';
export { ServiceProvider, type ServiceProviderOptions } from './service-provider.js';
export { DefaultServiceProviderFactory, type IServiceProviderFactory } from './service-provider-factory.js';
export { IServiceProvider, IServiceProviderIsService, type IServiceScope, IServiceScopeFactory } from './service-provider-contract.js';
export { type AbstractClass, type Class, type InterfaceToken, type ServiceToken, serviceToken, tokenName } from './service-token.js';
export { InvalidServiceError, ServiceValidationError } from './service-validation.js';
