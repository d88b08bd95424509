import { type AnyDisposable, disposeAll, disposeAllSync, isDisposable, markHandled, ObjectDisposedError } from '../primitives/index.js';
import type { CallSite } from './call-site.js';
import type { ServiceDescription } from './service-graph.js';
import type { ServiceProvider } from './service-provider.js';
import type { IServiceProvider, IServiceScope } from './service-provider-contract.js';
import { createInstance } from './activation.js';
import type { DependencyList } from './dependency.js';
import type { Class, ServiceToken } from './service-token.js';

/**
 * The instances of one scope, the root included, and what of them has to be disposed.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceLookup.ServiceProviderEngineScope
 */
export class ServiceScope implements IServiceProvider, IServiceScope {
  /** Those of scoped services; singletons stand in their call sites. */
  readonly instances: Map<CallSite, unknown> = new Map<CallSite, unknown>();
  readonly #captured = new Set<AnyDisposable>();
  #isDisposed = false;
  /** Whether what was captured has been taken for disposal. */
  #isReleased = false;

  constructor(private readonly provider: ServiceProvider) {}

  get services(): IServiceProvider {
    return this;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  getService<T>(token: ServiceToken<T>): T | undefined {
    return this.#get(token, undefined) as T | undefined;
  }

  getRequiredService<T>(token: ServiceToken<T>): T {
    return this.#getRequired(token, undefined) as T;
  }

  getServices<T>(token: ServiceToken<T>): readonly T[] {
    return this.#getAll(token, undefined) as readonly T[];
  }

  getKeyedService<T>(token: ServiceToken<T>, serviceKey: unknown): T | undefined {
    return this.#get(token, serviceKey) as T | undefined;
  }

  getRequiredKeyedService<T>(token: ServiceToken<T>, serviceKey: unknown): T {
    return this.#getRequired(token, serviceKey) as T;
  }

  getKeyedServices<T>(token: ServiceToken<T>, serviceKey: unknown): readonly T[] {
    return this.#getAll(token, serviceKey) as readonly T[];
  }

  isService(token: ServiceToken<unknown>): boolean {
    return this.provider.isService(token);
  }

  isKeyedService(token: ServiceToken<unknown>, serviceKey: unknown): boolean {
    return this.provider.isKeyedService(token, serviceKey);
  }

  createInstance<T, const P extends readonly unknown[]>(type: new (...parameters: P) => T, args: readonly unknown[] = [], dependencies?: DependencyList<P>): T {
    this.#throwIfDisposed();
    return createInstance(this, type, args, dependencies) as T;
  }

  getServiceOrCreateInstance<T>(type: Class<T>): T {
    return this.getService(type) ?? this.createInstance(type);
  }

  describeServices(): ServiceDescription[] {
    return this.provider.describeServices();
  }

  toMermaid(): string {
    return this.provider.toMermaid();
  }

  createScope(): IServiceScope {
    this.#throwIfDisposed();
    return this.provider.createScope();
  }

  /** Constructs something that is nobody's. */
  activate(callSite: CallSite, make: () => unknown): unknown {
    this.#throwIfDisposed();
    return this.provider.resolver.activate(callSite, this, make);
  }

  /** Why something that is being made here cannot be. */
  unresolvable(token: ServiceToken<unknown>, key: unknown, type: Class<unknown>): Error {
    return this.provider.unresolvable(token, key, type);
  }

  /**
   * Remembers an instance for disposal, at the place of its first capture.
   *
   * @throws ObjectDisposedError when the scope was disposed while the instance was made; it is disposed all the same
   */
  capture(instance: unknown): void {
    if (!isDisposable(instance) || instance === this) return;
    if (this.#isReleased) disposeLate(instance);
    else this.#captured.add(instance);
    if (this.#isDisposed) throw new ObjectDisposedError('IServiceProvider');
  }

  /** Disposes what was created here, the last first. @throws InvalidOperationError for what can be disposed asynchronously only; the rest is disposed */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#begin();
    disposeAllSync(this.#release());
  }

  /** Disposes what was created here, the last first, asynchronously where it can be. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#begin();
    // Called from a constructor: construction is synchronous, so what is under way is captured before we go on.
    if (this.provider.resolver.isMaking) await Promise.resolve();
    await disposeAll(this.#release());
  }

  #get(token: ServiceToken<unknown>, key: unknown): unknown {
    this.#throwIfDisposed();
    const callSite = this.provider.plan(token, key, this);
    if (callSite === undefined) return undefined;
    const service = callSite.hasInstance ? callSite.instance : this.provider.resolver.resolve(callSite, this);
    if (key === undefined && callSite.hasInstance) this.provider.remember(token, service);
    return service ?? undefined;
  }

  #getRequired(token: ServiceToken<unknown>, key: unknown): unknown {
    const service = this.#get(token, key);
    if (service === undefined) throw this.provider.notRegistered(token, key);
    return service;
  }

  #getAll(token: ServiceToken<unknown>, key: unknown): unknown {
    this.#throwIfDisposed();
    return this.provider.resolver.resolve(this.provider.planList(token, key, this), this);
  }

  #begin(): void {
    this.#isDisposed = true;
    this.provider.onScopeDisposed(this);
  }

  #release(): AnyDisposable[] {
    this.#isReleased = true;
    const captured = [...this.#captured].reverse();
    this.#captured.clear();
    this.instances.clear();
    return captured;
  }

  #throwIfDisposed(): void {
    if (this.#isDisposed) throw new ObjectDisposedError('IServiceProvider');
    this.provider.throwIfDisposed();
  }
}

/** Disposes what came too late for the disposal of its scope, synchronously where it can be; nobody is left to hear of a failure that comes later. */
function disposeLate(instance: AnyDisposable): void {
  const { [Symbol.dispose]: dispose, [Symbol.asyncDispose]: disposeAsync } = instance as Partial<Disposable & AsyncDisposable>;
  if (dispose) dispose.call(instance as Disposable);
  else markHandled(Promise.resolve(disposeAsync!.call(instance as AsyncDisposable)));
}
