import type { Container } from 'inversify';
import { InvalidOperationError, ObjectDisposedError } from '../primitives/index.js';
import type { CallSite } from './call-site.js';
import { CallSiteFactory } from './call-site-factory.js';
import { CallSiteResolver } from './call-site-resolver.js';
import { CallSiteValidator } from './call-site-validator.js';
import { applyConfiguration, type ConfigureContainer, type ContainerResolver, createContainer } from './container-compiler.js';
import type { DependencyList } from './dependency.js';
import type { InstanceHooks } from './instance-hooks.js';
import { anyKeyOfOne, notRegistered, unresolvableFor } from './resolution-errors.js';
import type { ServiceDescriptor } from './service-descriptor.js';
import { anyKey, normalizedKey } from './service-key.js';
import { IServiceProvider, IServiceProviderIsService, type IServiceScope, IServiceScopeFactory } from './service-provider-contract.js';
import { describeServices, type ServiceDescription } from './service-graph.js';
import { toMermaid } from './mermaid.js';
import { ServiceScope } from './service-scope.js';
import { ServiceTable } from './service-table.js';
import { type Class, type ServiceToken, tokenName } from './service-token.js';
import { validateServices } from './service-validation.js';

/** @see Microsoft.Extensions.DependencyInjection.ServiceProviderOptions */
export interface ServiceProviderOptions {
  /** Whether a scoped service in a singleton, or resolved from the root, is an error. Default: false. */
  readonly validateScopes?: boolean;
  /** Whether every registration is checked when the provider is built, and everything that is wrong is thrown at once. Default: false. */
  readonly validateOnBuild?: boolean;
  /** Changes the finished inversify container before anything is resolved from it. */
  readonly configureContainer?: readonly ConfigureContainer[];
}

/**
 * The built container: the registrations of a {@link ServiceCollection}, with an inversify container over them.
 *
 * `container.get(token)` and `getService(token)` give the same instance. Disposal runs in reverse order of construction, covers everything that the
 * provider created, and continues past failures; ready-made instances belong to whoever made them. Later changes of the collection have no effect.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceProvider
 */
export class ServiceProvider implements IServiceProvider, AsyncDisposable, Disposable {
  readonly #table: ServiceTable;
  readonly #root: ServiceScope;
  readonly #plans: CallSiteFactory;
  readonly #resolver: CallSiteResolver;
  readonly #validator: CallSiteValidator | undefined;
  #container: Container | undefined;
  #isBuilt = false;
  /** Singletons that have been resolved without a key: most requests are for them. Empty once the provider has been disposed. */
  readonly #singletons = new Map<ServiceToken<unknown>, unknown>();

  /** @throws ServiceValidationError when registrations cannot work: with `validateOnBuild` all of them, otherwise those whose parameters are not declared */
  constructor(
    services: Iterable<ServiceDescriptor>,
    { validateScopes = false, validateOnBuild = false, configureContainer = [] }: ServiceProviderOptions = {},
  ) {
    this.#root = new ServiceScope(this);
    this.#resolver = new CallSiteResolver(this.#root);
    this.#validator = validateScopes ? new CallSiteValidator() : undefined;
    const builtIns = new Map<ServiceToken<unknown>, unknown>([
      [IServiceScopeFactory, { createScope: () => this.createScope() }],
      [IServiceProviderIsService, { isService: this.isService.bind(this), isKeyedService: this.isKeyedService.bind(this) }],
    ]);
    let descriptors: readonly ServiceDescriptor[] = [...services];
    let hooks: ReadonlyMap<ServiceDescriptor, InstanceHooks> | undefined;
    if (configureContainer.length > 0) {
      this.#container = createContainer([IServiceProvider, ...builtIns.keys()], descriptors, this.#forContainer);
      ({ descriptors, hooks } = applyConfiguration(this.#container, descriptors, configureContainer, this.#forContainer));
    }
    this.#table = new ServiceTable(descriptors);
    this.#plans = new CallSiteFactory(this.#table, builtIns, IServiceProvider, hooks);
    this.#isBuilt = true;
    validateServices(this.#table.registrations, this.#plans, this.#validator, validateOnBuild);
  }

  /** The inversify container of this provider; made when it is first asked for, or before when the application configures it. */
  get container(): Container {
    const tokens = [IServiceProvider, IServiceScopeFactory, IServiceProviderIsService];
    return (this.#container ??= createContainer(
      tokens,
      this.#table.registrations.map(({ descriptor }) => descriptor),
      this.#forContainer,
    ));
  }

  getService<T>(token: ServiceToken<T>): T | undefined {
    return (this.#singletons.get(token) as T | undefined) ?? this.#root.getService(token);
  }

  getRequiredService<T>(token: ServiceToken<T>): T {
    return (this.#singletons.get(token) as T | undefined) ?? this.#root.getRequiredService(token);
  }

  getServices<T>(token: ServiceToken<T>): readonly T[] {
    return this.#root.getServices(token);
  }

  getKeyedService<T>(token: ServiceToken<T>, serviceKey: unknown): T | undefined {
    return this.#root.getKeyedService(token, serviceKey);
  }

  getRequiredKeyedService<T>(token: ServiceToken<T>, serviceKey: unknown): T {
    return this.#root.getRequiredKeyedService(token, serviceKey);
  }

  getKeyedServices<T>(token: ServiceToken<T>, serviceKey: unknown): readonly T[] {
    return this.#root.getKeyedServices(token, serviceKey);
  }

  createInstance<T, const P extends readonly unknown[]>(type: new (...parameters: P) => T, args?: readonly unknown[], dependencies?: DependencyList<P>): T {
    return this.#root.createInstance(type, args, dependencies);
  }

  getServiceOrCreateInstance<T>(type: Class<T>): T {
    return this.#root.getServiceOrCreateInstance(type);
  }

  describeServices(): ServiceDescription[] {
    return describeServices(this.#table);
  }

  toMermaid(): string {
    return toMermaid(this.describeServices());
  }

  isService(token: ServiceToken<unknown>): boolean {
    return this.isKeyedService(token, undefined);
  }

  isKeyedService(token: ServiceToken<unknown>, serviceKey: unknown): boolean {
    return this.#plans.isKnown(token, serviceKey);
  }

  createScope(): IServiceScope {
    this.throwIfDisposed();
    return new ServiceScope(this);
  }

  [Symbol.dispose](): void {
    this.#root[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#root[Symbol.asyncDispose]();
  }

  /** @internal Throws once the whole provider has been disposed. */
  throwIfDisposed(): void {
    if (this.#root.isDisposed) throw new ObjectDisposedError('IServiceProvider');
  }

  /** @internal Keeps a singleton at hand. */
  remember(token: ServiceToken<unknown>, singleton: unknown): void {
    if (!this.#root.isDisposed) this.#singletons.set(token, singleton);
  }

  /** @internal */
  onScopeDisposed(scope: ServiceScope): void {
    if (scope === this.#root) this.#singletons.clear();
  }

  /** @internal */
  get resolver(): CallSiteResolver {
    return this.#resolver;
  }

  /** @internal The plan for a service, checked for a request from `scope`; undefined when nothing is registered. */
  plan(token: ServiceToken<unknown>, serviceKey: unknown, scope: ServiceScope): CallSite | undefined {
    if (serviceKey === anyKey) throw anyKeyOfOne(tokenName(token), this.#resolver.path);
    const callSite = this.#plans.find(token, serviceKey);
    if (callSite && this.#validator) this.#validate(callSite, this.#validator, scope);
    return callSite;
  }

  /** @internal */
  planList(token: ServiceToken<unknown>, serviceKey: unknown, scope: ServiceScope): CallSite {
    const callSite = this.#plans.list(token, serviceKey);
    if (this.#validator) this.#validate(callSite, this.#validator, scope);
    return callSite;
  }

  /** @internal */
  notRegistered(token: ServiceToken<unknown>, serviceKey: unknown): Error {
    return notRegistered(token, normalizedKey(serviceKey), this.#resolver.path, this.#table);
  }

  /** @internal */
  unresolvable(token: ServiceToken<unknown>, serviceKey: unknown, type: Class<unknown>): Error {
    return unresolvableFor(token, serviceKey, tokenName(type), this.#resolver.path, this.#table);
  }

  #throwUnlessBuilt(): void {
    if (this.#isBuilt) return;
    throw new InvalidOperationError('Nothing can be resolved while the container is being configured: bind a dynamic value, which is asked for later.');
  }

  #validate(callSite: CallSite, validator: CallSiteValidator, scope: ServiceScope): void {
    if (callSite.firstScoped === undefined) validator.validate(callSite);
    if (scope === this.#root) validator.validateFromRoot(callSite);
  }

  readonly #forContainer: ContainerResolver = {
    one: (token, serviceKey) => {
      this.#throwUnlessBuilt();
      const scope = this.#resolver.currentScope;
      const service = scope.getKeyedService(token, serviceKey);
      if (service === undefined && !scope.isKeyedService(token, serviceKey)) throw this.notRegistered(token, serviceKey);
      return service;
    },
    all: (token, serviceKey) => {
      this.#throwUnlessBuilt();
      return this.#resolver.currentScope.getKeyedServices(token, serviceKey);
    },
  };
}
