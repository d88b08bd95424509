import { IHostedService } from '../hosted-service.js';
import { InvalidOperationError } from '../primitives/index.js';
import type { DependencyListEntry } from './inject.js';
import { describeService, type Implementation, type ServiceDescriptor, type ServiceFactory, type ServiceLifetime } from './service-descriptor.js';
import { type Class, type ServiceToken, throwUnlessServiceToken, tokenName } from './service-token.js';

/** Registers a service: a class under itself, or anything that {@link describeService} takes under a token. */
export interface Register {
  <T>(type: Class<T>, dependencies?: readonly DependencyListEntry[]): ServiceCollection;
  <T>(serviceType: ServiceToken<T>, implementation: Implementation<T>, dependencies?: readonly DependencyListEntry[]): ServiceCollection;
}

/** Options of {@link ServiceCollection.addHostedService}. */
export interface HostedServiceOptions {
  /** What the constructor receives, for a class without decorators. */
  readonly dependencies?: readonly DependencyListEntry[];
  /** Tokens under which the same instance can be resolved; with at least one, the class itself is resolvable too. */
  readonly as?: readonly ServiceToken<unknown>[];
}

/**
 * The registrations of an application, in order: the last one of a token is the one that is injected, `getServices` returns all of them.
 *
 * It becomes read-only when the provider is built.
 *
 * @see Microsoft.Extensions.DependencyInjection.IServiceCollection
 */
export class ServiceCollection implements Iterable<ServiceDescriptor> {
  readonly #descriptors: ServiceDescriptor[] = [];
  #isReadOnly = false;

  readonly addSingleton: Register = this.#register('singleton', descriptor => this.add(descriptor));
  readonly addScoped: Register = this.#register('scoped', descriptor => this.add(descriptor));
  readonly addTransient: Register = this.#register('transient', descriptor => this.add(descriptor));
  /** The `tryAdd…` methods do nothing when the token is registered already. */
  readonly tryAddSingleton: Register = this.#register('singleton', descriptor => this.tryAdd(descriptor));
  readonly tryAddScoped: Register = this.#register('scoped', descriptor => this.tryAdd(descriptor));
  readonly tryAddTransient: Register = this.#register('transient', descriptor => this.tryAdd(descriptor));
  /** The `replace…` methods take away the first registration of the token, if there is one, and add the new one at the end. */
  readonly replaceSingleton: Register = this.#register('singleton', descriptor => this.replace(descriptor));
  readonly replaceScoped: Register = this.#register('scoped', descriptor => this.replace(descriptor));
  readonly replaceTransient: Register = this.#register('transient', descriptor => this.replace(descriptor));

  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }

  get count(): number {
    return this.#descriptors.length;
  }

  /** Whether the token has a registration. */
  has(serviceType: ServiceToken<unknown>): boolean {
    return this.#descriptors.some(descriptor => descriptor.serviceType === serviceType);
  }

  /** @throws InvalidOperationError after the provider was built */
  add(descriptor: ServiceDescriptor): this {
    this.#throwIfReadOnly();
    this.#descriptors.push(descriptor);
    return this;
  }

  tryAdd(descriptor: ServiceDescriptor): this {
    this.#throwIfReadOnly();
    return this.has(descriptor.serviceType) ? this : this.add(descriptor);
  }

  /** Adds the registration unless the token has one with the same class already. */
  tryAddEnumerable(descriptor: ServiceDescriptor): this {
    this.#throwIfReadOnly();
    const implementation = implementationOf(descriptor);
    const isKnown = this.#descriptors.some(other => other.serviceType === descriptor.serviceType && implementationOf(other) === implementation);
    return isKnown ? this : this.add(descriptor);
  }

  replace(descriptor: ServiceDescriptor): this {
    this.#throwIfReadOnly();
    const index = this.#descriptors.findIndex(other => other.serviceType === descriptor.serviceType);
    if (index >= 0) this.#descriptors.splice(index, 1);
    return this.add(descriptor);
  }

  removeAll(serviceType: ServiceToken<unknown>): this {
    this.#throwIfReadOnly();
    for (let index = this.#descriptors.length - 1; index >= 0; index--) {
      if (this.#descriptors[index]?.serviceType === serviceType) this.#descriptors.splice(index, 1);
    }
    return this;
  }

  /** Makes `alias` another name of `target`: whoever asks for it gets the target's service, with the target's lifetime. */
  addAlias<T>(alias: ServiceToken<T>, target: ServiceToken<T>): this {
    throwUnlessServiceToken(alias, 'alias');
    throwUnlessServiceToken(target, 'target');
    return this.add(aliasOf(alias, target));
  }

  /**
   * Registers a singleton that starts and stops with the host. A class that is registered already is not registered again.
   *
   * @see Microsoft.Extensions.Hosting, ServiceCollectionHostedServiceExtensions.AddHostedService
   */
  addHostedService(factory: ServiceFactory<IHostedService>): this;
  addHostedService(type: Class<IHostedService>, options?: HostedServiceOptions | readonly DependencyListEntry[]): this;
  addHostedService(
    implementation: Class<IHostedService> | ServiceFactory<IHostedService>,
    options: HostedServiceOptions | readonly DependencyListEntry[] = {},
  ): this {
    const { dependencies, as = [] } = isDependencyList(options) ? { dependencies: options } : options;
    const descriptor = describeService(IHostedService, 'singleton', implementation, dependencies);
    const type = implementationOf(descriptor) as Class<IHostedService>;
    if (as.length === 0) return this.tryAddEnumerable(descriptor);
    if (descriptor.source.kind !== 'type')
      throw new InvalidOperationError(`Only a class can be registered under further tokens, not a factory: ${as.map(tokenName).join(', ')}.`);
    for (const token of as) throwUnlessServiceToken(token, 'as');
    this.tryAdd({ ...descriptor, serviceType: type });
    const own = this.#descriptors.findIndex(({ serviceType, source }) => serviceType === IHostedService && source.kind === 'type' && source.type === type);
    if (own >= 0) this.#descriptors[own] = aliasOf(IHostedService, type);
    for (const alias of [IHostedService, ...as]) {
      if (!this.#descriptors.some(({ serviceType, source }) => serviceType === alias && source.kind === 'alias' && source.target === type))
        this.add(aliasOf(alias, type));
    }
    return this;
  }

  /** Called by the build: from now on every change is an error. */
  makeReadOnly(): void {
    this.#isReadOnly = true;
  }

  [Symbol.iterator](): Iterator<ServiceDescriptor> {
    return this.#descriptors[Symbol.iterator]();
  }

  #register(lifetime: ServiceLifetime, accept: (descriptor: ServiceDescriptor) => void): Register {
    return (serviceType: ServiceToken<unknown>, implementation?: unknown, dependencies?: readonly DependencyListEntry[]) => {
      const isSelf = typeof serviceType === 'function' && (implementation === undefined || isDependencyList(implementation));
      accept(
        isSelf
          ? describeService<unknown>(serviceType, lifetime, serviceType, implementation)
          : describeService<unknown>(serviceType, lifetime, implementation, dependencies),
      );
      return this;
    };
  }

  #throwIfReadOnly(): void {
    if (this.#isReadOnly) throw new InvalidOperationError('The service collection cannot be modified because it is read-only.');
  }
}

function aliasOf(alias: ServiceToken<unknown>, target: ServiceToken<unknown>): ServiceDescriptor {
  return { serviceType: alias, lifetime: 'transient', source: { kind: 'alias', target } };
}

function implementationOf({ source }: ServiceDescriptor): unknown {
  if (source.kind === 'type') return source.type;
  return source.kind === 'alias' ? source.target : source.kind === 'factory' ? source.factory : source.instance;
}

function isDependencyList(value: unknown): value is readonly DependencyListEntry[] {
  return Array.isArray(value);
}
