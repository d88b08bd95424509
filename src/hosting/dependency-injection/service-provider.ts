import type { Container } from 'inversify';
import { type AnyDisposable, disposeAll, isDisposable, ObjectDisposedError } from '../primitives/index.js';
import { applyConfiguration, type ConfigureContainer, createContainer } from './container-compiler.js';
import type { Dependency } from './inject.js';
import { circular, notRegistered } from './resolution-errors.js';
import type { ServiceCollection } from './service-collection.js';
import type { ServiceDescriptor, ServiceSource } from './service-descriptor.js';
import { type ServiceToken, serviceToken } from './service-token.js';

/**
 * Resolves services.
 *
 * @see System.IServiceProvider
 */
export interface IServiceProvider {
  /** The last registration of `token`, or undefined when there is none. */
  getService<T>(token: ServiceToken<T>): T | undefined;
  /** @throws ServiceResolutionError when nothing is registered, or when a dependency cannot be resolved */
  getRequiredService<T>(token: ServiceToken<T>): T;
  /** Every registration of `token` in order. */
  getServices<T>(token: ServiceToken<T>): T[];
  /** Whether `token` can be resolved. Nothing is constructed. */
  isService(token: ServiceToken<unknown>): boolean;
  /** Opens a scope, with instances of its own for scoped services. */
  createScope(): IServiceScope;
}

/** The token of the provider itself; inside a scope it is the scope's. */
export const IServiceProvider: ServiceToken<IServiceProvider> = serviceToken('IServiceProvider');

/** A unit of work with its own scoped services. Disposing it disposes what was created in it, last created first. */
export interface IServiceScope extends AsyncDisposable {
  readonly services: IServiceProvider;
}

/** The registrations of each token in order, as the provider resolves them. */
export type ServiceTable = Map<ServiceToken<unknown>, ServiceDescriptor[]>;

/**
 * The built container: the registrations of a {@link ServiceCollection}, frozen, with an inversify container over them.
 *
 * `container.get(token)` and `getService(token)` give the same instance. Disposal runs in reverse order of construction, covers everything that the
 * provider created, and continues past failures; ready-made instances belong to whoever made them.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceProvider
 */
export class ServiceProvider implements IServiceProvider, AsyncDisposable {
  readonly #table: ServiceTable;
  readonly #root: Scope;
  /** What is under construction, outermost first. Resolution is synchronous, so one stack serves all scopes. */
  readonly #path: ServiceDescriptor[] = [];
  #currentScope: Scope;
  #container: Container | undefined;
  readonly #resolveForContainer = (token: ServiceToken<unknown>): unknown => this.#currentScope.getRequiredService(token);

  constructor(services: ServiceCollection, configureContainer: readonly ConfigureContainer[] = []) {
    services.makeReadOnly();
    this.#root = new Scope(this, 'IServiceProvider');
    this.#currentScope = this.#root;
    this.#table = tableOf(services);
    if (configureContainer.length > 0) applyConfiguration(this.container, this.#table, configureContainer, this.#resolveForContainer);
  }

  /** The inversify container of this provider; made when it is first asked for, or before when the application configures it. */
  get container(): Container {
    return (this.#container ??= createContainer([IServiceProvider, ...this.#table.keys()], this.#resolveForContainer));
  }

  getService<T>(token: ServiceToken<T>): T | undefined {
    return this.#root.getService(token);
  }

  getRequiredService<T>(token: ServiceToken<T>): T {
    return this.#root.getRequiredService(token);
  }

  getServices<T>(token: ServiceToken<T>): T[] {
    return this.#root.getServices(token);
  }

  isService(token: ServiceToken<unknown>): boolean {
    return token === IServiceProvider || this.#table.has(token);
  }

  createScope(): IServiceScope {
    return this.#root.createScope();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#root[Symbol.asyncDispose]();
  }

  /** @internal Throws once the whole provider has been disposed. */
  throwIfDisposed(): void {
    if (this.#root.isDisposed) throw new ObjectDisposedError('IServiceProvider');
  }

  /** @internal What is under construction, outermost first, as errors name it. */
  get path(): readonly ServiceToken<unknown>[] {
    return this.#path.map(madeBy);
  }

  /** @internal */
  descriptorsOf(token: ServiceToken<unknown>): readonly ServiceDescriptor[] {
    return this.#table.get(token) ?? [];
  }

  /** @internal */
  resolve(descriptor: ServiceDescriptor, scope: Scope): unknown {
    const { source } = descriptor;
    if (source.kind === 'instance') return source.instance;
    if (source.kind === 'alias') return this.#within(scope, descriptor, () => this.#required(source.target, scope));
    if (descriptor.lifetime === 'transient') return this.#construct(descriptor, scope);
    const owner = descriptor.lifetime === 'singleton' ? this.#root : scope;
    if (owner.instances.has(descriptor)) return owner.instances.get(descriptor);
    const instance = this.#construct(descriptor, owner);
    owner.instances.set(descriptor, instance);
    return instance;
  }

  #construct(descriptor: ServiceDescriptor, scope: Scope): unknown {
    return this.#within(scope, descriptor, () => {
      const instance = this.#create(descriptor.source, scope);
      scope.capture(instance);
      return instance;
    });
  }

  #create(source: ServiceSource, scope: Scope): unknown {
    if (source.kind === 'type') return new source.type(...source.dependencies.map(dependency => this.#argument(dependency, scope)));
    if (source.kind !== 'factory') return undefined;
    // The innermost entry of the path is what is being made; whoever wants it stands before it, perhaps behind other names for it.
    const requester = this.#path.findLast((entry, index) => index < this.#path.length - 1 && entry.source.kind !== 'alias');
    return source.factory(scope, { requester: requester && madeBy(requester) });
  }

  #argument({ token, isOptional, isMultiple }: Dependency, scope: Scope): unknown {
    if (isMultiple) return scope.getServices(token);
    return isOptional ? scope.getService(token) : this.#required(token, scope);
  }

  #required(token: ServiceToken<unknown>, scope: Scope): unknown {
    if (!scope.isService(token)) throw notRegistered(token, this.path);
    return scope.getService(token);
  }

  #within<T>(scope: Scope, descriptor: ServiceDescriptor, create: () => T): T {
    const begin = this.#path.indexOf(descriptor);
    if (begin >= 0) throw circular(madeBy(descriptor), this.#path.slice(begin).map(madeBy));
    const outerScope = this.#currentScope;
    this.#currentScope = scope;
    this.#path.push(descriptor);
    try {
      return create();
    } finally {
      this.#path.pop();
      this.#currentScope = outerScope;
    }
  }
}

function tableOf(services: ServiceCollection): ServiceTable {
  const table: ServiceTable = new Map();
  for (const descriptor of services) {
    const known = table.get(descriptor.serviceType);
    if (known) known.push(descriptor);
    else table.set(descriptor.serviceType, [descriptor]);
  }
  return table;
}

/** What a registration makes, as it is named in paths and told to factories: the class where there is one. */
function madeBy({ serviceType, source }: ServiceDescriptor): ServiceToken<unknown> {
  return source.kind === 'type' ? source.type : serviceType;
}

/** The instances of one scope, the root included, and what of them has to be disposed. */
class Scope implements IServiceProvider, IServiceScope {
  readonly instances = new Map<ServiceDescriptor, unknown>();
  readonly #captured = new Set<AnyDisposable>();
  #isDisposed = false;

  constructor(
    private readonly provider: ServiceProvider,
    private readonly name: string,
  ) {}

  get services(): IServiceProvider {
    return this;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  getService<T>(token: ServiceToken<T>): T | undefined {
    this.#throwIfDisposed();
    if (token === IServiceProvider) return this as unknown as T;
    const descriptor = this.provider.descriptorsOf(token).at(-1);
    return descriptor && (this.provider.resolve(descriptor, this) as T);
  }

  getRequiredService<T>(token: ServiceToken<T>): T {
    this.#throwIfDisposed();
    if (!this.isService(token)) throw notRegistered(token, this.provider.path);
    return this.getService(token) as T;
  }

  getServices<T>(token: ServiceToken<T>): T[] {
    this.#throwIfDisposed();
    return this.provider.descriptorsOf(token).map(descriptor => this.provider.resolve(descriptor, this) as T);
  }

  isService(token: ServiceToken<unknown>): boolean {
    return this.provider.isService(token);
  }

  createScope(): IServiceScope {
    this.#throwIfDisposed();
    return new Scope(this.provider, 'IServiceScope');
  }

  /**
   * Remembers an instance for disposal, at the place of its first capture.
   *
   * @throws ObjectDisposedError when the scope was disposed while the instance was made; it is disposed with the others all the same
   */
  capture(instance: unknown): void {
    if (!isDisposable(instance) || instance === this) return;
    this.#captured.add(instance);
    if (this.#isDisposed) throw new ObjectDisposedError(this.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    // Called from a constructor: construction is synchronous, so what is under way is captured before we go on.
    if (this.provider.path.length > 0) await Promise.resolve();
    const captured = [...this.#captured].reverse();
    this.#captured.clear();
    this.instances.clear();
    await disposeAll(captured);
  }

  #throwIfDisposed(): void {
    if (this.#isDisposed) throw new ObjectDisposedError(this.name);
    this.provider.throwIfDisposed();
  }
}
