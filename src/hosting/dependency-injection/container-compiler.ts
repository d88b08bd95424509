import { Container } from 'inversify';
import { Plugin, type PluginApi, type PluginContext } from '@inversifyjs/plugin';
import type { ServiceDescriptor, ServiceLifetime } from './service-descriptor.js';
import type { ServiceTable } from './service-provider.js';
import { type ServiceToken, tokenName } from './service-token.js';

/** Changes the finished container before anything is resolved from it, with the full inversify API. */
export type ConfigureContainer = (container: Container) => void;

type BindingService = PluginContext['bindingService'];
type Binding = NonNullable<ReturnType<BindingService['getById']>> extends Iterable<infer B> ? B : never;

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
 * it replaces and is disposed with it. A token that it unbinds is registered no more.
 */
export function applyConfiguration(container: Container, table: ServiceTable, configure: readonly ConfigureContainer[], resolve: ResolveToken): void {
  const { bindingService, planResultCacheService } = contextOf(container);
  const boundTokens = () => [...bindingService.getBoundServices()] as ServiceToken<unknown>[];
  const ours = new Set(boundTokens().flatMap(token => bindingsOf(bindingService, token).map(binding => binding.id)));
  for (const change of configure) change(container);

  for (const token of new Set([...table.keys(), ...boundTokens()])) {
    const bindings = bindingsOf(bindingService, token);
    const theirs = bindings.filter(binding => !ours.has(binding.id));
    if (bindings.length === 1 && theirs.length === 0) continue;
    const replaced = table.get(token);
    const adopted = theirs.map(binding => adopt(binding, token, replaced?.at(-1)?.lifetime, bindingService, container));
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
  const hidden = Symbol(`${tokenName(token)} (rebound)`);
  bindings.removeById(binding.id);
  bindings.set({ ...binding, serviceIdentifier: hidden });
  if (binding.type === 'ConstantValue') return { serviceType: token, lifetime: 'singleton', source: { kind: 'instance', instance: binding.value } };
  const lifetime = replaced ?? ('scope' in binding && binding.scope === 'Singleton' ? 'singleton' : 'transient');
  return { serviceType: token, lifetime, source: { kind: 'factory', factory: () => container.get(hidden) } };
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
