import type { DependencyList } from './dependency.js';
import type { ServiceCollection } from './service-collection.js';
import type { Implementation, KeyedImplementation } from './service-descriptor.js';
import type { Class, ServiceToken } from './service-token.js';

/** Registers a service: a class under itself, or a class, a factory or an instance under a token. */
export interface Register {
  <T>(type: Class<T>): ServiceCollection;
  <T, const P extends readonly unknown[]>(type: new (...parameters: P) => T, dependencies: DependencyList<P>): ServiceCollection;
  <T>(serviceType: ServiceToken<T>, implementation: Implementation<T> & NoList<T>): ServiceCollection;
  <T, const P extends readonly unknown[]>(
    serviceType: ServiceToken<T>,
    implementation: (new (...parameters: P) => T) | ((...parameters: P) => T),
    dependencies: DependencyList<P>,
  ): ServiceCollection;
}

/** Registers a service for requests with a key: a class under itself, or a class, a factory or an instance under a token. A null key is none. */
export interface RegisterKeyed {
  <T>(type: Class<T>, serviceKey: unknown): ServiceCollection;
  <T, const P extends readonly unknown[]>(type: new (...parameters: P) => T, serviceKey: unknown, dependencies: DependencyList<P>): ServiceCollection;
  <T>(serviceType: ServiceToken<T>, serviceKey: unknown, implementation: KeyedImplementation<T> & NoList<T>): ServiceCollection;
  <T, const P extends readonly unknown[]>(
    serviceType: ServiceToken<T>,
    serviceKey: unknown,
    implementation: (new (...parameters: P) => T) | ((...parameters: P) => T),
    dependencies: DependencyList<P>,
  ): ServiceCollection;
}

/** Options of {@link ServiceCollection.addHostedService}. */
export interface HostedServiceOptions<P extends readonly unknown[] = readonly unknown[]> {
  /** What the constructor receives, for a class without decorators. */
  readonly dependencies?: DependencyList<P>;
  /** Tokens under which the same instance can be resolved; with at least one, the class itself is resolvable too. */
  readonly as?: readonly ServiceToken<unknown>[];
}

/** Keeps a dependency list from being taken for an instance of a class that has no members. */
type NoList<T> = unknown extends T ? unknown : T extends readonly unknown[] ? unknown : { readonly copyWithin?: never };
