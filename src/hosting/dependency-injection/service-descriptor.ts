import { ArgumentError } from '../primitives/index.js';
import { dependenciesOf, type Dependency, type DependencyListEntry, toDependencies } from './inject.js';
import { type Class, type ServiceToken, throwUnlessServiceToken, tokenName } from './service-token.js';
import type { IServiceProvider } from './service-provider.js';

/** How long an instance lives: as long as the provider, as long as its scope, or as long as whoever asked for it keeps it. */
export type ServiceLifetime = 'singleton' | 'scoped' | 'transient';

/** What a factory is told beside the provider. */
export interface FactoryContext {
  /** The class, or the token of the factory, for which the service is being created; undefined when it was asked for directly. */
  readonly requester: ServiceToken<unknown> | undefined;
}

/** Creates a service. It must be synchronous: asynchronous preparation belongs into a hosted service's start. */
export type ServiceFactory<T> = (services: IServiceProvider, context: FactoryContext) => T;

/** What a service is made from: a class, a factory or a ready-made object. */
export type Implementation<T> = Class<T> | ServiceFactory<T> | T;

/**
 * One registration.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceDescriptor
 */
export interface ServiceDescriptor<T = unknown> {
  readonly serviceType: ServiceToken<T>;
  readonly lifetime: ServiceLifetime;
  readonly source: ServiceSource<T>;
}

/** Where the instance of a registration comes from. */
export type ServiceSource<T = unknown> =
  | { readonly kind: 'type'; readonly type: Class<T>; readonly dependencies: readonly Dependency[] }
  | { readonly kind: 'factory'; readonly factory: ServiceFactory<T> }
  /** Owned by whoever made it: never disposed by the container. */
  | { readonly kind: 'instance'; readonly instance: T }
  /** Another token's service, whatever its lifetime. */
  | { readonly kind: 'alias'; readonly target: ServiceToken<T> };

/**
 * Describes a registration.
 *
 * A function is taken for a class when it is one, otherwise for a factory; anything else is the instance itself.
 *
 * @throws ArgumentError for a token that is none, and for a class with a parameter of which nothing is known
 */
export function describeService<T>(
  serviceType: ServiceToken<T>,
  lifetime: ServiceLifetime,
  implementation: Implementation<T>,
  dependencies?: readonly DependencyListEntry[],
): ServiceDescriptor<T> {
  throwUnlessServiceToken(serviceType, 'serviceType');
  if (implementation === undefined || implementation === null)
    throw new ArgumentError('implementation', `${tokenName(serviceType)} is registered with ${String(implementation)}; is there a circular import?`);
  return { serviceType, lifetime, source: toSource(implementation, dependencies) };
}

function toSource<T>(implementation: Implementation<T>, list: readonly DependencyListEntry[] | undefined): ServiceSource<T> {
  if (isClass(implementation)) {
    const type = implementation as Class<T>;
    return { kind: 'type', type, dependencies: list ? toDependencies(list) : dependenciesOf(type) };
  }
  return typeof implementation === 'function'
    ? { kind: 'factory', factory: implementation as ServiceFactory<T> }
    : { kind: 'instance', instance: implementation };
}

/** Classes keep their keyword in the source text; older constructors show by what their prototype carries. */
function isClass(value: unknown): boolean {
  if (typeof value !== 'function' || value.prototype === undefined) return false;
  return /^class\b/.test(Function.prototype.toString.call(value)) || Object.getOwnPropertyNames(value.prototype).length > 1;
}
