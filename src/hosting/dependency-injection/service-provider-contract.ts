import type { DependencyList } from './dependency.js';
import type { ServiceDescription } from './service-graph.js';
import { type Class, type ServiceToken, serviceToken } from './service-token.js';

/** Says what can be resolved. Nothing is constructed. @see Microsoft.Extensions.DependencyInjection.IServiceProviderIsKeyedService */
export interface IServiceProviderIsService {
  isService(token: ServiceToken<unknown>): boolean;
  /** With `anyKey`: whether there is a registration for any key. */
  isKeyedService(token: ServiceToken<unknown>, serviceKey: unknown): boolean;
}

/** Opens scopes. @see Microsoft.Extensions.DependencyInjection.IServiceScopeFactory */
export interface IServiceScopeFactory {
  createScope(): IServiceScope;
}

/**
 * Resolves services. A null or undefined key is none; with `anyKey`, lists hold all keyed registrations.
 *
 * @see System.IServiceProvider
 */
export interface IServiceProvider extends IServiceProviderIsService, IServiceScopeFactory {
  /** The last registration of `token`, or undefined when there is none. */
  getService<T>(token: ServiceToken<T>): T | undefined;
  /** @throws ServiceResolutionError when nothing is registered, or when a dependency cannot be resolved */
  getRequiredService<T>(token: ServiceToken<T>): T;
  /** Every registration of `token` in order. */
  getServices<T>(token: ServiceToken<T>): readonly T[];
  getKeyedService<T>(token: ServiceToken<T>, serviceKey: unknown): T | undefined;
  getRequiredKeyedService<T>(token: ServiceToken<T>, serviceKey: unknown): T;
  getKeyedServices<T>(token: ServiceToken<T>, serviceKey: unknown): readonly T[];
  /**
   * Constructs a class that need not be registered, from services and `args`: each argument goes to the first free parameter that takes it, which is one that is
   * declared by `argument`, or not at all, or of which it is an instance. The object belongs to the caller and is not disposed.
   *
   * @param dependencies what the constructor receives, for a class without decorators
   * @throws ServiceResolutionError when an argument fits nowhere, or a dependency cannot be resolved
   * @see Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance
   */
  createInstance<T, const P extends readonly unknown[]>(type: new (...parameters: P) => T, args?: readonly unknown[], dependencies?: DependencyList<P>): T;
  /** The registrations with what leads from one to the other, as data. Nothing is constructed. */
  describeServices(): ServiceDescription[];
  /** The same as the text of a Mermaid flow chart, for people who would rather look. */
  toMermaid(): string;
  /** The service `type`, or where there is none a new instance that belongs to the caller. */
  getServiceOrCreateInstance<T>(type: Class<T>): T;
}

/** The token of the provider itself; inside a scope it is the scope's. */
export const IServiceProvider: ServiceToken<IServiceProvider> = serviceToken('IServiceProvider');

export const IServiceScopeFactory: ServiceToken<IServiceScopeFactory> = serviceToken('IServiceScopeFactory');

export const IServiceProviderIsService: ServiceToken<IServiceProviderIsService> = serviceToken('IServiceProviderIsService');

/** A unit of work with its own scoped services. Disposing it disposes what was created in it, last created first. */
export interface IServiceScope extends AsyncDisposable, Disposable {
  readonly services: IServiceProvider;
}
