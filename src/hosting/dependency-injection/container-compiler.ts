import { Container } from 'inversify';
import { Plugin, type PluginApi, type PluginContext } from '@inversifyjs/plugin';
import { decoratedDependenciesOf } from './inject.js';
import type { ServiceDescriptor, ServiceLifetime, ServiceSource } from './service-descriptor.js';
import type { ServiceTable } from './service-provider.js';
import { type ServiceToken, tokenName } from './service-token.js';

/** Changes the finished container before anything is resolved from it, with the full inversify API. */
export type ConfigureContainer = (container: Container) => void;

type BindingService = PluginContext['bindingService'];
type Binding = NonNullable<ReturnType<BindingService['getById']>> extends Iterable<infer B> ? B : never;

type ScopedBinding = Exclude<Binding, { type: 'ConstantValue' | 'ServiceRedirection' }>;

/** Resolves a token for inversify, in the scope that is being resolved. */
export type ResolveToken = (token: ServiceToken<unknown>) => unknown;

/** An inversify container in which every token leads to `resolve`, so that both ways of asking give the same instance. */
export function createContainer(tokens: Iterable<ServiceToken<unknown>>, resolve: ResolveToken): Container {
  const container = new Container();
  for (const token of tokens) bindToProvider(container, token, resolve);
  return container;
}

/**
 * Lets the application change the container, and takes over what it changed.
 *
 * A binding that it puts in the place of ours is moved behind a private identifier and becomes a registration like any other: it keeps the lifetime of what
 * it replaces and is disposed with it. A token that it unbinds is registered no more. A binding with a condition (`whenNamed` and its kin) stays inversify's alone.
 */
export function applyConfiguration(container: Container, table: ServiceTable, configure: readonly ConfigureContainer[], resolve: ResolveToken): void {
  const { bindingService, planResultCacheService } = contextOf(container);
  const boundTokens = () => [...bindingService.getBoundServices()] as ServiceToken<unknown>[];
  const registered = new Map(table);
  const ours = new Set(boundTokens().flatMap(token => bindingsOf(bindingService, token).map(binding => binding.id)));
  for (const change of configure) change(container);

  for (const token of new Set([...table.keys(), ...boundTokens()])) {
    const bindings = bindingsOf(bindingService, token).filter(isUnconditional);
    const theirs = bindings.filter(binding => !ours.has(binding.id));
    if (bindings.length === 1 && theirs.length === 0) continue;
    const replaced = table.get(token);
    const adopted = theirs.map(binding => adopt(binding, token, lifetimeOf(token, registered), bindingService, container));
    const remaining = bindings.length > theirs.length ? (replaced ?? []) : [];
    table.delete(token);
    if (remaining.length + adopted.length === 0) continue;
    table.set(token, [...remaining, ...adopted]);
    if (remaining.length === 0) bindToProvider(container, token, resolve);
  }
  planResultCacheService.clearCache();
}

function bindToProvider(container: Container, token: ServiceToken<unknown>, resolve: ResolveToken): void {
  container
    .bind(token)
    .toDynamicValue(() => resolve(token))
    .whenDefault();
}

function adopt(
  binding: Binding,
  token: ServiceToken<unknown>,
  replaced: ServiceLifetime | undefined,
  bindings: BindingService,
  container: Container,
): ServiceDescriptor {
  bindings.removeById(binding.id);
  if (binding.type === 'ConstantValue') return { serviceType: token, lifetime: 'singleton', source: { kind: 'instance', instance: binding.value } };
  if (binding.type === 'ServiceRedirection')
    return { serviceType: token, lifetime: 'transient', source: { kind: 'alias', target: binding.targetServiceIdentifier as ServiceToken<unknown> } };
  const lifetime = replaced ?? (binding.scope === 'Singleton' ? 'singleton' : 'transient');
  return { serviceType: token, lifetime, source: sourceOf(binding, token, bindings, container) };
}

function sourceOf(binding: ScopedBinding, token: ServiceToken<unknown>, bindings: BindingService, container: Container): ServiceSource {
  if (binding.type === 'Instance' && !binding.onActivation && !hasInjectedMembers(binding.implementationType)) {
    // Made as any other class: inversify would find one entry in each list, and nothing for a constructor that is inherited.
    const dependencies = decoratedDependenciesOf(binding.implementationType);
    if (dependencies) return { kind: 'type', type: binding.implementationType, dependencies };
  }
  const hidden = Symbol(`${tokenName(token)} (rebound)`);
  // Instances are kept by the provider and nobody else, or one that was disposed with its scope would be given out again.
  bindings.set({ ...binding, scope: 'Transient', serviceIdentifier: hidden });
  return { kind: 'factory', factory: () => container.get(hidden) };
}

/** Whether inversify's decorators ask for more than constructor arguments. They leave no public trace; a test fails when they leave another one. */
function hasInjectedMembers(type: object): boolean {
  const reflect = Reflect as unknown as { getOwnMetadata(key: string, target: object): InversifyMetadata | undefined };
  const metadata = reflect.getOwnMetadata('@inversifyjs/core/classMetadataReflectKey', type);
  return metadata !== undefined && metadata.properties.size + metadata.lifecycle.postConstructMethodNames.size > 0;
}

interface InversifyMetadata {
  readonly properties: ReadonlyMap<unknown, unknown>;
  readonly lifecycle: { readonly postConstructMethodNames: ReadonlySet<unknown> };
}

/** The lifetime of what the token stands for, behind all its aliases. */
function lifetimeOf(token: ServiceToken<unknown>, table: ServiceTable): ServiceLifetime | undefined {
  const seen = new Set<ServiceDescriptor>();
  let descriptor = table.get(token)?.at(-1);
  while (descriptor?.source.kind === 'alias' && !seen.has(descriptor)) {
    seen.add(descriptor);
    descriptor = table.get(descriptor.source.target)?.at(-1);
  }
  return descriptor?.lifetime;
}

/** Whether the binding answers a request that has neither name nor tags and comes from nowhere. */
function isUnconditional(binding: Binding): boolean {
  return binding.isSatisfiedBy({ name: undefined, tags: new Map(), serviceIdentifier: binding.serviceIdentifier, getAncestor: () => undefined });
}

function bindingsOf(bindings: BindingService, token: ServiceToken<unknown>): Binding[] {
  return [...(bindings.get(token) ?? [])] as Binding[];
}

/** What inversify shows to its plug-ins only: the bindings themselves. */
function contextOf(container: Container): PluginContext {
  let context: PluginContext | undefined;
  container.register(
    class extends Plugin<Container> {
      override load(_api: PluginApi): void {
        context = this._context;
      }
    },
  );
  return context!;
}
