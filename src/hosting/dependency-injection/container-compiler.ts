import { Container } from 'inversify';
import { Plugin, type PluginApi, type PluginContext } from '@inversifyjs/plugin';
import type { ServiceCollection } from './service-collection.js';
import type { ServiceDescriptor, ServiceLifetime } from './service-descriptor.js';
import type { ServiceTable } from './service-provider.js';
import { type ServiceToken, tokenName } from './service-token.js';

/** Changes the finished container before anything is resolved from it, with the full inversify API. */
export type ConfigureContainer = (container: Container) => void;

/** A built container and the table of registrations that stands behind it. */
export interface CompiledContainer {
  readonly container: Container;
  readonly table: ServiceTable;
}

type BindingService = PluginContext['bindingService'];
type Binding = NonNullable<ReturnType<BindingService['getById']>> extends Iterable<infer B> ? B : never;

/**
 * Turns the registrations into an inversify container and hands it to the application for rebinding.
 *
 * Each token of the table, and each of `builtIn`, is bound to `resolve`, so that both ways of asking give the same instance. A binding that the application puts in the place of ours is moved
 * behind a private identifier and becomes a registration like any other: it keeps the lifetime of what it replaces and is disposed with it.
 */
export function compileContainer(
  services: ServiceCollection,
  builtIn: readonly ServiceToken<unknown>[],
  configure: readonly ConfigureContainer[],
  resolve: (token: ServiceToken<unknown>) => unknown,
): CompiledContainer {
  const table: ServiceTable = new Map();
  for (const descriptor of services) {
    const known = table.get(descriptor.serviceType);
    if (known) known.push(descriptor);
    else table.set(descriptor.serviceType, [descriptor]);
  }

  const container = new Container();
  const bindToProvider = (token: ServiceToken<unknown>) =>
    container
      .bind(token)
      .toDynamicValue(() => resolve(token))
      .whenDefault();
  for (const token of [...builtIn, ...table.keys()]) bindToProvider(token);
  if (configure.length === 0) return { container, table };

  const { bindingService, planResultCacheService } = contextOf(container);
  const ours = new Set([...builtIn, ...table.keys()].flatMap(token => bindingsOf(bindingService, token).map(binding => binding.id)));
  for (const change of configure) change(container);

  for (const token of new Set([...table.keys(), ...(bindingService.getBoundServices() as Iterable<ServiceToken<unknown>>)])) {
    const bindings = bindingsOf(bindingService, token);
    const theirs = bindings.filter(binding => !ours.has(binding.id));
    if (bindings.length === 1 && theirs.length === 0) continue;
    const replaced = table.get(token);
    const adopted = theirs.map(binding => adopt(binding, token, replaced?.at(-1)?.lifetime, bindingService, container));
    const remaining = bindings.length > theirs.length ? (replaced ?? []) : [];
    table.delete(token);
    if (remaining.length + adopted.length === 0) continue;
    table.set(token, [...remaining, ...adopted]);
    if (remaining.length === 0) bindToProvider(token);
  }
  planResultCacheService.clearCache();
  return { container, table };
}

function adopt(binding: Binding, token: ServiceToken<unknown>, replaced: ServiceLifetime | undefined, bindings: BindingService, container: Container): ServiceDescriptor {
  const hidden = Symbol(`${tokenName(token)} (rebound)`);
  bindings.removeById(binding.id);
  bindings.set({ ...binding, serviceIdentifier: hidden } as Binding);
  if (binding.type === 'ConstantValue') return { serviceType: token, lifetime: 'singleton', source: { kind: 'instance', instance: binding.value } };
  const lifetime = replaced ?? ('scope' in binding && binding.scope === 'Singleton' ? 'singleton' : 'transient');
  return { serviceType: token, lifetime, source: { kind: 'factory', factory: () => container.get(hidden) } };
}

function bindingsOf(bindings: BindingService, token: ServiceToken<unknown>): Binding[] {
  return [...(bindings.get(token as never) ?? [])] as Binding[];
}

/** What inversify shows to its plug-ins only: the bindings themselves. */
function contextOf(container: Container): PluginContext {
  let context: PluginContext | undefined;
  container.register(
    class extends Plugin<Container> {
      override load(_api: PluginApi): void {
        context = this._context;
      }
    } as never,
  );
  return context!;
}
