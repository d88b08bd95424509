import { ArgumentError } from '../primitives/index.js';
import { isClass } from './class-source.js';
import { dependenciesOf, type Dependency, type DependencyList, type DependencyListEntry, toDependencies } from './dependency.js';
import { keyName, normalizedKey } from './service-key.js';
import { type Class, type ServiceToken, throwUnlessServiceToken, tokenName } from './service-token.js';
import type { IServiceProvider } from './service-provider-contract.js';

/** How long an instance lives: as long as the provider, as long as its scope, or as long as whoever asked for it keeps it. */
export type ServiceLifetime = 'singleton' | 'scoped' | 'transient';

/** What a factory is told beside the provider. */
export interface FactoryContext {
  /** The class, or the token of the factory, for which the service is being created; undefined when it was asked for directly. */
  readonly requester: ServiceToken<unknown> | undefined;
}

/** Creates a service. It must be synchronous: asynchronous preparation belongs into a hosted service's start. */
export type ServiceFactory<T> = (services: IServiceProvider, context: FactoryContext) => T;

/** Creates a keyed service; `key` is the one that was asked for. */
export type KeyedServiceFactory<T> = (services: IServiceProvider, key: unknown, context: FactoryContext) => T;

/** What a service is made from: a class, a factory or a ready-made object. */
export type Implementation<T> = Class<T> | ServiceFactory<T> | T;

/** What a keyed service is made from. */
export type KeyedImplementation<T> = Class<T> | KeyedServiceFactory<T> | T;

/** Where the instance of a registration comes from. */
export type ServiceSource<T = unknown> =
  /** Without a list, its decorators say what it receives. */
  | { readonly kind: 'type'; readonly type: Class<T>; readonly dependencies?: readonly Dependency[] | undefined }
  /** A function that receives its dependencies, and nothing else. */
  | { readonly kind: 'function'; readonly create: (...dependencies: never[]) => T; readonly dependencies: readonly Dependency[] }
  /** `takesKey`: whether the key stands between the provider and the context. */
  | { readonly kind: 'factory'; readonly factory: ServiceFactory<T> | KeyedServiceFactory<T>; readonly takesKey: boolean }
  /** Owned by whoever made it: never disposed by the container. */
  | { readonly kind: 'instance'; readonly instance: T }
  /** Another token's service, whatever its lifetime. */
  | { readonly kind: 'alias'; readonly target: ServiceToken<T> };

/** Options of {@link describeService}. */
export interface DescriptorOptions {
  /** Registers for requests with this key only. Null or absent: for requests without one. */
  readonly serviceKey?: unknown;
  /** What the constructor or the function receives. */
  readonly dependencies?: readonly DependencyListEntry[] | undefined;
  /** For a factory: the class of what it makes, by which `tryAddEnumerable` tells it from others. Default: the factory itself. */
  readonly implementationType?: ServiceToken<unknown>;
}

/** A place in the program, taken when something is registered and read only when somebody wants to know. */
type Place = { readonly stack?: string };

/**
 * One registration.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceDescriptor
 */
export class ServiceDescriptor<T = unknown> {
  readonly #place: Place | undefined;
  #dependencies: readonly Dependency[] | undefined;

  /** @internal */
  constructor(
    readonly serviceType: ServiceToken<T>,
    readonly lifetime: ServiceLifetime,
    readonly source: ServiceSource<T>,
    /** Undefined for a registration without a key. */
    readonly serviceKey?: unknown,
    /** What `tryAddEnumerable` compares: the class, the class of the instance, what a factory is declared to make, or the factory. */
    readonly implementationType?: unknown,
    place?: Place,
  ) {
    this.#place = place;
  }

  get isKeyed(): boolean {
    return this.serviceKey !== undefined;
  }

  /** What a constructor or a function receives. @throws ArgumentError when a constructor has a parameter of which nothing is known */
  get dependencies(): readonly Dependency[] {
    const { source } = this;
    if (source.kind !== 'type' && source.kind !== 'function') return [];
    return (this.#dependencies ??= source.dependencies ?? dependenciesOf((source as { type: Class<T> }).type));
  }

  /** The file, line and column where it was registered, where that is known. */
  get registeredAt(): string | undefined {
    const frame = this.#place?.stack?.split('\n').find(line => /^\s+at /.test(line));
    return frame && /(?:^\s+at | \()((?:file:\/\/|\/|[A-Za-z]:\\).+:\d+:\d+)\)?$/.exec(frame)?.[1];
  }

  /** As .NET prints it. */
  toString(): string {
    const lifetime = this.lifetime.replace(/^./, first => first.toUpperCase());
    const key = this.isKeyed ? `ServiceKey: ${keyName(this.serviceKey)} Keyed` : '';
    return `ServiceType: ${tokenName(this.serviceType)} Lifetime: ${lifetime} ${key}${describeSource(this.source)}`;
  }
}

/**
 * Describes a registration.
 *
 * A function is taken for a class when it is one; with a list of dependencies it receives them, otherwise it is a factory and receives the provider. Anything
 * else is the instance itself.
 *
 * @throws ArgumentError for a token that is none, an asynchronous factory, and an instance that is no singleton
 */
export function describeService<T>(serviceType: ServiceToken<T>, lifetime: ServiceLifetime, implementation: Implementation<T>): ServiceDescriptor<T>;
export function describeService<T, const P extends readonly unknown[]>(
  serviceType: ServiceToken<T>,
  lifetime: ServiceLifetime,
  implementation: (new (...parameters: P) => T) | ((...parameters: P) => T),
  dependencies: DependencyList<P>,
): ServiceDescriptor<T>;
export function describeService<T>(
  serviceType: ServiceToken<T>,
  lifetime: ServiceLifetime,
  implementation: KeyedImplementation<T>,
  options: DescriptorOptions,
): ServiceDescriptor<T>;
export function describeService(
  serviceType: ServiceToken<unknown>,
  lifetime: ServiceLifetime,
  implementation: unknown,
  options: DescriptorOptions | readonly DependencyListEntry[] = {},
): ServiceDescriptor {
  return describe<unknown>(serviceType, lifetime, implementation, isList(options) ? { dependencies: options } : options, describeService);
}

/** @internal @param caller the function whose caller registers; undefined where that is nobody's place in the program */
export function describe<T>(
  serviceType: ServiceToken<T>,
  lifetime: ServiceLifetime,
  implementation: KeyedImplementation<T> | Implementation<T>,
  { serviceKey, dependencies, implementationType }: DescriptorOptions,
  caller: ((...args: never[]) => unknown) | undefined,
): ServiceDescriptor<T> {
  throwUnlessServiceToken(serviceType, 'serviceType');
  if (implementation === undefined || implementation === null)
    throw new ArgumentError('implementation', `${tokenName(serviceType)} is registered with ${String(implementation)}; is there a circular import?`);
  const source = toSource(implementation, dependencies && toDependencies(dependencies), serviceKey !== undefined);
  if (source.kind === 'instance' && lifetime !== 'singleton')
    throw new ArgumentError('implementation', `${tokenName(serviceType)} is registered as ${lifetime}, but with an instance, which is always a singleton.`);
  return new ServiceDescriptor(
    serviceType,
    lifetime,
    source,
    normalizedKey(serviceKey),
    implementationType ?? implementationOf(source),
    caller && placeOf(caller),
  );
}

/** @internal A registration that leads to another token. */
export function describeAlias<T>(
  alias: ServiceToken<T>,
  target: ServiceToken<T>,
  caller: ((...args: never[]) => unknown) | undefined,
  serviceKey?: unknown,
): ServiceDescriptor<T> {
  return new ServiceDescriptor(alias, 'transient', { kind: 'alias', target }, serviceKey, target, caller && placeOf(caller));
}

function toSource<T>(
  implementation: KeyedImplementation<T> | Implementation<T>,
  dependencies: readonly Dependency[] | undefined,
  takesKey: boolean,
): ServiceSource<T> {
  if (isClass(implementation)) return { kind: 'type', type: implementation as Class<T>, dependencies };
  if (typeof implementation !== 'function') return { kind: 'instance', instance: implementation };
  if (implementation.constructor.name === 'AsyncFunction')
    throw new ArgumentError('implementation', 'A factory must be synchronous. Asynchronous preparation belongs into the start of a hosted service.');
  return dependencies
    ? { kind: 'function', create: implementation as (...dependencies: never[]) => T, dependencies }
    : { kind: 'factory', factory: implementation as ServiceFactory<T>, takesKey };
}

function implementationOf(source: ServiceSource): unknown {
  switch (source.kind) {
    case 'type':
      return source.type;
    case 'alias':
      return source.target;
    case 'function':
      return source.create;
    case 'factory':
      return source.factory;
    case 'instance': {
      const type: unknown = (source.instance as object).constructor;
      return type === undefined || type === Object || type === Function ? source.instance : type;
    }
  }
}

function describeSource(source: ServiceSource): string {
  switch (source.kind) {
    case 'type':
      return `ImplementationType: ${tokenName(source.type)}`;
    case 'alias':
      return `ImplementationAlias: ${tokenName(source.target)}`;
    case 'instance':
      return `ImplementationInstance: ${(source.instance as object).constructor?.name ?? 'Object'}`;
    default:
      return `ImplementationFactory: ${(source.kind === 'factory' ? source.factory : source.create).name || '(anonymous function)'}`;
  }
}

function placeOf(caller: (...args: never[]) => unknown): Place {
  const { stackTraceLimit } = Error;
  const place: Place = {};
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(place, caller);
  Error.stackTraceLimit = stackTraceLimit;
  return place;
}

function isList(options: DescriptorOptions | readonly DependencyListEntry[]): options is readonly DependencyListEntry[] {
  return Array.isArray(options);
}
