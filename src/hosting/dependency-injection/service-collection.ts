import { IHostedService } from '../hosted-service.js';
import type * as declared from '../options/options-declaration.js';
import { ArgumentError, InvalidOperationError } from '../primitives/index.js';
import type { DependencyList, DependencyListEntry } from './dependency.js';
import { describe, describeAlias, ServiceDescriptor, type ServiceFactory, type ServiceLifetime } from './service-descriptor.js';
import type { HostedServiceOptions, Register, RegisterKeyed } from './register.js';
import { normalizedKey } from './service-key.js';
import { type Class, type ServiceToken, throwUnlessServiceToken, tokenName } from './service-token.js';

/**
 * The registrations of an application, in order: the last one of a token is the one that is injected, `getServices` returns all of them.
 *
 * Registrations with a key and those without are separate worlds. It becomes read-only when a host is built from it.
 *
 * @see Microsoft.Extensions.DependencyInjection.IServiceCollection
 */
export class ServiceCollection implements Iterable<ServiceDescriptor> {
  readonly #descriptors: ServiceDescriptor[] = [];
  /** Of tokens that `tryAddEnumerable` has asked about, what is registered without a key: a thousand hosted services are not compared with one another. */
  readonly #implementations = new Map<ServiceToken<unknown>, Set<unknown>>();
  #isReadOnly = false;

  readonly addSingleton: Register = this.#register('singleton', 'add');
  readonly addScoped: Register = this.#register('scoped', 'add');
  readonly addTransient: Register = this.#register('transient', 'add');
  readonly addKeyedSingleton: RegisterKeyed = this.#registerKeyed('singleton', 'add');
  readonly addKeyedScoped: RegisterKeyed = this.#registerKeyed('scoped', 'add');
  readonly addKeyedTransient: RegisterKeyed = this.#registerKeyed('transient', 'add');
  /** The `tryAdd…` methods do nothing when the token is registered already, with the same key. */
  readonly tryAddSingleton: Register = this.#register('singleton', 'tryAdd');
  readonly tryAddScoped: Register = this.#register('scoped', 'tryAdd');
  readonly tryAddTransient: Register = this.#register('transient', 'tryAdd');
  readonly tryAddKeyedSingleton: RegisterKeyed = this.#registerKeyed('singleton', 'tryAdd');
  readonly tryAddKeyedScoped: RegisterKeyed = this.#registerKeyed('scoped', 'tryAdd');
  readonly tryAddKeyedTransient: RegisterKeyed = this.#registerKeyed('transient', 'tryAdd');
  /** The `replace…` methods take away the first registration of the token and the key, if there is one, and add the new one at the end. */
  readonly replaceSingleton: Register = this.#register('singleton', 'replace');
  readonly replaceScoped: Register = this.#register('scoped', 'replace');
  readonly replaceTransient: Register = this.#register('transient', 'replace');
  readonly replaceKeyedSingleton: RegisterKeyed = this.#registerKeyed('singleton', 'replace');
  readonly replaceKeyedScoped: RegisterKeyed = this.#registerKeyed('scoped', 'replace');
  readonly replaceKeyedTransient: RegisterKeyed = this.#registerKeyed('transient', 'replace');

  /** Options are declared by `optionsOf`; names tell several of one declaration apart. */
  readonly addOptions: declared.AddOptions = this.#options('addOptions');
  readonly addOptionsWithValidateOnStart: declared.AddOptionsWithValidateOnStart = this.#options('addOptionsWithValidateOnStart');
  readonly configure: declared.ConfigureOptions = this.#options('configure');
  readonly configureAll: declared.ConfigureAllOptions = this.#options('configureAll');
  readonly postConfigure: declared.PostConfigureOptions = this.#options('postConfigure');
  readonly postConfigureAll: declared.PostConfigureAllOptions = this.#options('postConfigureAll');

  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }

  get count(): number {
    return this.#descriptors.length;
  }

  /** Whether the token has a registration with the key; without one, whether it has one without. */
  has(serviceType: ServiceToken<unknown>, serviceKey?: unknown): boolean {
    return this.#descriptors.some(sameService({ serviceType, serviceKey: normalizedKey(serviceKey) }));
  }

  /** @throws InvalidOperationError when the collection is read-only, as every method that changes something */
  add(descriptor: ServiceDescriptor): this {
    return this.insert(this.count, descriptor);
  }

  tryAdd(descriptor: ServiceDescriptor): this {
    return this.#descriptors.some(sameService(descriptor)) ? this : this.add(descriptor);
  }

  /**
   * Adds the registration unless the token has one with the same key and the same class already.
   *
   * Differs from .NET: a factory without a declared `implementationType` is told from others by being another function.
   *
   * @throws ArgumentError for a class that says nothing beside the token itself
   */
  tryAddEnumerable(descriptor: ServiceDescriptor): this {
    const { serviceType, implementationType } = descriptor;
    if (implementationType === serviceType || implementationType === Object) {
      const name = tokenName(implementationType as ServiceToken<unknown>);
      throw new ArgumentError(
        'descriptor',
        `Implementation type cannot be '${name}' because it is indistinguishable from other services registered for '${tokenName(serviceType)}'.`,
      );
    }
    return this.#hasImplementation(descriptor) ? this : this.add(descriptor);
  }

  replace(descriptor: ServiceDescriptor): this {
    const index = this.#descriptors.findIndex(sameService(descriptor));
    if (index >= 0) this.removeAt(index);
    return this.add(descriptor);
  }

  /** Takes away the registrations without a key. */
  removeAll(serviceType: ServiceToken<unknown>): this {
    return this.removeAllKeyed(serviceType, undefined);
  }

  /** Takes away the registrations with exactly this key. */
  removeAllKeyed(serviceType: ServiceToken<unknown>, serviceKey: unknown): this {
    const isSame = sameService({ serviceType, serviceKey: normalizedKey(serviceKey) });
    for (let index = this.count - 1; index >= 0; index--) if (isSame(this.#descriptors[index]!)) this.removeAt(index);
    return this;
  }

  /** @throws ArgumentError for an index beyond the end */
  insert(index: number, descriptor: ServiceDescriptor): this {
    this.#throwIfReadOnly();
    if (!(descriptor instanceof ServiceDescriptor)) throw new ArgumentError('descriptor', 'A registration is what describeService returns.');
    if (!Number.isInteger(index) || index < 0 || index > this.count)
      throw new ArgumentError('index', `There are ${this.count} registrations, but the index is ${index}.`);
    if (index === this.count) this.#descriptors.push(descriptor);
    else this.#descriptors.splice(index, 0, descriptor);
    if (!descriptor.isKeyed) this.#implementations.get(descriptor.serviceType)?.add(descriptor.implementationType);
    return this;
  }

  removeAt(index: number): this {
    this.#throwIfReadOnly();
    if (!Number.isInteger(index) || index < 0 || index >= this.count)
      throw new ArgumentError('index', `There are ${this.count} registrations, but the index is ${index}.`);
    this.#descriptors.splice(index, 1);
    this.#implementations.clear();
    return this;
  }

  /** Takes one registration away. @returns whether it was there */
  remove(descriptor: ServiceDescriptor): boolean {
    const index = this.indexOf(descriptor);
    if (index >= 0) this.removeAt(index);
    return index >= 0;
  }

  clear(): this {
    this.#throwIfReadOnly();
    this.#descriptors.length = 0;
    this.#implementations.clear();
    return this;
  }

  /** The registration at `index`; undefined beyond the end. */
  at(index: number): ServiceDescriptor | undefined {
    return this.#descriptors[index];
  }

  indexOf(descriptor: ServiceDescriptor): number {
    return this.#descriptors.indexOf(descriptor);
  }

  /** Makes `alias` another name of `target`: whoever asks for it gets the target's service, with the target's lifetime. */
  addAlias<T>(alias: ServiceToken<T>, target: ServiceToken<T>): this {
    throwUnlessServiceToken(alias, 'alias');
    throwUnlessServiceToken(target, 'target');
    if (alias === target) throw new ArgumentError('alias', `${tokenName(alias)} cannot be another name of itself.`);
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is not called, but looked for in the stack
    return this.add(describeAlias(alias, target, this.addAlias));
  }

  /**
   * Registers a singleton that starts and stops with the host. A class that is registered already is not registered again.
   *
   * @see Microsoft.Extensions.Hosting, ServiceCollectionHostedServiceExtensions.AddHostedService
   */
  addHostedService(factory: ServiceFactory<IHostedService>): this;
  addHostedService<const P extends readonly unknown[]>(
    type: new (...parameters: P) => IHostedService,
    options: HostedServiceOptions<P> | DependencyList<P>,
  ): this;
  addHostedService(type: Class<IHostedService>): this;
  addHostedService(
    implementation: Class<IHostedService> | ServiceFactory<IHostedService>,
    options: HostedServiceOptions | readonly DependencyListEntry[] = {},
  ): this {
    const { dependencies, as = [] } = isList(options) ? { dependencies: options } : options;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is not called, but looked for in the stack
    const caller = this.addHostedService;
    const descriptor = describe<IHostedService>(IHostedService, 'singleton', implementation, { dependencies }, caller);
    if (as.length === 0) return this.tryAddEnumerable(descriptor);
    if (descriptor.source.kind !== 'type')
      throw new InvalidOperationError(`Only a class can be registered under further tokens, not a factory: ${as.map(tokenName).join(', ')}.`);
    for (const token of as) throwUnlessServiceToken(token, 'as');
    const { type } = descriptor.source;
    this.tryAdd(describe<IHostedService>(type, 'singleton', type, { dependencies }, caller));
    const own = this.#descriptors.findIndex(({ serviceType, source }) => serviceType === IHostedService && source.kind === 'type' && source.type === type);
    if (own >= 0) {
      this.#throwIfReadOnly();
      this.#descriptors[own] = describeAlias<IHostedService>(IHostedService, type, caller);
      this.#implementations.clear();
    }
    for (const alias of [IHostedService, ...as]) {
      if (alias !== type && !this.#descriptors.some(({ serviceType, source }) => serviceType === alias && source.kind === 'alias' && source.target === type))
        this.add(describeAlias<unknown>(alias, type, caller));
    }
    return this;
  }

  /** From now on every change is an error. Called by the builder of a host. */
  makeReadOnly(): void {
    this.#isReadOnly = true;
  }

  [Symbol.iterator](): Iterator<ServiceDescriptor> {
    return this.#descriptors[Symbol.iterator]();
  }

  #hasImplementation(descriptor: ServiceDescriptor): boolean {
    const { serviceType, implementationType, isKeyed } = descriptor;
    const isSame = sameService(descriptor);
    if (isKeyed) return this.#descriptors.some(other => isSame(other) && other.implementationType === implementationType);
    let known = this.#implementations.get(serviceType);
    if (!known) this.#implementations.set(serviceType, (known = new Set(this.#descriptors.filter(isSame).map(other => other.implementationType))));
    return known.has(implementationType);
  }

  #register(lifetime: ServiceLifetime, accept: Accept): Register {
    const register = (...given: [ServiceToken<unknown>, unknown?, (readonly DependencyListEntry[])?]): ServiceCollection => {
      const [serviceType, implementation, dependencies] = given;
      const isSelf = given.length === 1 || isList(implementation);
      return isSelf && typeof serviceType === 'function'
        ? this[accept](describe<unknown>(serviceType, lifetime, serviceType, { dependencies: isList(implementation) ? implementation : undefined }, register))
        : this[accept](describe<unknown>(serviceType, lifetime, implementation, { dependencies }, register));
    };
    return register;
  }

  #registerKeyed(lifetime: ServiceLifetime, accept: Accept): RegisterKeyed {
    const register = (...given: [ServiceToken<unknown>, unknown, unknown?, (readonly DependencyListEntry[])?]): ServiceCollection => {
      const [serviceType, serviceKey, implementation, dependencies] = given;
      if (serviceKey === undefined) throw new ArgumentError('serviceKey', `The key of ${tokenName(serviceType)} is undefined; is there a circular import?`);
      const isSelf = given.length === 2 || isList(implementation);
      return isSelf && typeof serviceType === 'function'
        ? this[accept](
            describe<unknown>(serviceType, lifetime, serviceType, { serviceKey, dependencies: isList(implementation) ? implementation : undefined }, register),
          )
        : this[accept](describe<unknown>(serviceType, lifetime, implementation, { serviceKey, dependencies }, register));
    };
    return register;
  }

  #options(method: declared.OptionsMethod): declared.RegisterOptions {
    return (options: declared.AnyOptionsDeclaration | undefined, ...given) => {
      if (!options?.addTo) throw new ArgumentError('options', `Options are declared by optionsOf, but this is ${typeof options}; is there a circular import?`);
      return options.addTo(this, method, given);
    };
  }

  #throwIfReadOnly(): void {
    if (this.#isReadOnly) throw new InvalidOperationError('The service collection cannot be modified because it is read-only.');
  }
}

type Accept = 'add' | 'tryAdd' | 'replace';

function sameService(wanted: { readonly serviceType: unknown; readonly serviceKey?: unknown }): (descriptor: ServiceDescriptor) => boolean {
  return ({ serviceType, serviceKey }) => serviceType === wanted.serviceType && Object.is(serviceKey, wanted.serviceKey);
}

function isList(value: unknown): value is readonly DependencyListEntry[] {
  return Array.isArray(value);
}
