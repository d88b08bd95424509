import { Container, type GetAllOptions, type ServiceIdentifier } from 'inversify';
import { Plugin, type PluginApi, type PluginContext } from '@inversifyjs/plugin';
import { dependenciesOf, hasDeclaredDependencies } from './dependency.js';
import { type Activation, type Deactivation, deactivationsOf, hasInjectedMembers, hooksOf, type InstanceHooks } from './instance-hooks.js';
import { describe, describeAlias, type ServiceDescriptor, type ServiceLifetime } from './service-descriptor.js';
import { isBindingName } from './service-key.js';
import { type AbstractClass, type Class, isServiceToken, type ServiceToken, tokenName } from './service-token.js';

/** Changes the finished container before anything is resolved from it, with the full inversify API. */
export type ConfigureContainer = (container: Container) => void;

/** Resolves for inversify, in the scope that is being resolved. */
export interface ContainerResolver {
  one(token: ServiceToken<unknown>, serviceKey: unknown): unknown;
  all(token: ServiceToken<unknown>, serviceKey: unknown): readonly unknown[];
}

type BindingService = PluginContext['bindingService'];
type Binding = NonNullable<ReturnType<BindingService['getById']>> extends Iterable<infer B> ? B : never;
type MadeBinding = Exclude<Binding, { type: 'ConstantValue' | 'ServiceRedirection' }>;

/** An inversify container in which every token leads to `resolver`, so that both ways of asking give the same instance. */
export function createContainer(tokens: Iterable<ServiceToken<unknown>>, descriptors: Iterable<ServiceDescriptor>, resolver: ContainerResolver): Container {
  const container = new ProviderContainer(resolver);
  const bound = new Map<ServiceToken<unknown>, Set<unknown>>();
  const bindOnce = (token: ServiceToken<unknown>, serviceKey: unknown): void => {
    const keys = bound.get(token) ?? new Set();
    if (keys.has(serviceKey)) return;
    bound.set(token, keys.add(serviceKey));
    bindToProvider(container, token, serviceKey, resolver);
  };
  for (const token of tokens) bindOnce(token, undefined);
  for (const { serviceType, serviceKey } of descriptors) bindOnce(serviceType, serviceKey);
  return container;
}

/** inversify finds one binding for a token, however many registrations there are: it cannot have several and choose the last. */
class ProviderContainer extends Container {
  constructor(private readonly resolver: ContainerResolver) {
    super();
  }

  override getAll<T>(token: ServiceIdentifier<T>, options?: GetAllOptions): T[] {
    const isOurs = typeof token !== 'string' && options?.tag === undefined && this.isBound(token, options);
    return isOurs ? [...(this.resolver.all(token, options?.name) as T[])] : super.getAll(token, options);
  }
}

/**
 * Lets the application change the container, and takes over what it changed.
 *
 * A binding that it puts in the place of ours is moved behind a private identifier and becomes a registration like any other: it keeps the lifetime of what
 * it replaces, and is validated and disposed with it. A token that it unbinds is registered no more; keyed registrations stay until their name is bound
 * again. A binding with any other condition (`whenTagged` and its kin) stays inversify's alone.
 */
export function applyConfiguration(
  container: Container,
  descriptors: readonly ServiceDescriptor[],
  configure: readonly ConfigureContainer[],
  resolver: ContainerResolver,
): ConfiguredServices {
  const { bindingService, planResultCacheService, activationService, deactivationService } = contextOf(container);
  // Identifiers that are texts are no tokens: they stay inversify's alone.
  const boundTokens = () => [...bindingService.getBoundServices()].filter(isServiceToken);
  const ours = new Set(boundTokens().flatMap(token => bindingsOf(bindingService, token).map(binding => binding.id)));
  for (const change of configure) change(container);

  const result = new Map<ServiceToken<unknown>, ServiceDescriptor[]>();
  const deactivations = new Map<ServiceDescriptor, readonly Deactivation[]>();
  for (const descriptor of descriptors) result.set(descriptor.serviceType, [...(result.get(descriptor.serviceType) ?? []), descriptor]);
  for (const token of new Set([...result.keys(), ...boundTokens()])) {
    const registered = result.get(token) ?? [];
    const bindings = bindingsOf(bindingService, token);
    const keys = new Set([undefined, ...registered.map(({ serviceKey }) => serviceKey)]);
    const changed = [...keys].map(serviceKey => {
      const before = registered.filter(descriptor => descriptor.serviceKey === serviceKey);
      const answering = bindings.filter(binding => answers(binding, serviceKey));
      const theirs = answering.filter(binding => !ours.has(binding.id));
      const isOursLeft = answering.length > theirs.length || (serviceKey !== undefined && theirs.length === 0);
      const adopted = theirs.map(binding => {
        const descriptor = adopt(binding, token, serviceKey, lifetimeOf(before.at(-1), descriptors), bindingService, container);
        deactivations.set(descriptor, deactivationsOf(binding));
        return descriptor;
      });
      if (!isOursLeft && adopted.length > 0) bindToProvider(container, token, serviceKey, resolver);
      return [...(isOursLeft ? before : []), ...adopted];
    });
    result.set(token, changed.flat());
  }
  const hooks = new Map<ServiceDescriptor, InstanceHooks>();
  for (const [token, registered] of result) {
    const handlers = {
      activations: [...(activationService.get(token) ?? [])] as Activation[],
      deactivations: [...(deactivationService.get(token) ?? [])] as Deactivation[],
    };
    // From now on they are the provider's to call: once for each instance, not at each request.
    activationService.removeAllByServiceId(token);
    deactivationService.removeAllByServiceId(token);
    for (const descriptor of registered) {
      const own = deactivations.get(descriptor) ?? [];
      const hook = hooksOf(handlers.activations, [...own, ...handlers.deactivations], container);
      if (hook) hooks.set(descriptor, hook);
    }
  }
  planResultCacheService.clearCache();
  return { descriptors: inOrder([...result.values()].flat(), descriptors), hooks };
}

/** What is left of the registrations, in order, with what the container's handlers ask for. */
export interface ConfiguredServices {
  readonly descriptors: readonly ServiceDescriptor[];
  readonly hooks: ReadonlyMap<ServiceDescriptor, InstanceHooks>;
}

/** Registrations as they were, then what is new. */
function inOrder(result: readonly ServiceDescriptor[], before: readonly ServiceDescriptor[]): ServiceDescriptor[] {
  const [left, known] = [new Set(result), new Set(before)];
  return [...before.filter(descriptor => left.has(descriptor)), ...result.filter(descriptor => !known.has(descriptor))];
}

function bindToProvider(container: Container, token: ServiceToken<unknown>, serviceKey: unknown, resolver: ContainerResolver): void {
  if (serviceKey !== undefined && !isBindingName(serviceKey)) return;
  const binding = container.bind(token).toDynamicValue(() => resolver.one(token, serviceKey));
  if (serviceKey === undefined) binding.whenDefault();
  else binding.whenNamed(serviceKey);
}

function adopt(
  binding: Binding,
  token: ServiceToken<unknown>,
  serviceKey: unknown,
  replaced: ServiceLifetime | undefined,
  bindings: BindingService,
  container: Container,
): ServiceDescriptor {
  bindings.removeById(binding.id);
  if (binding.type === 'ConstantValue') return describe<unknown>(token, 'singleton', binding.value, { serviceKey }, undefined);
  if (binding.type === 'ServiceRedirection') return describeAlias(token, binding.targetServiceIdentifier as ServiceToken<unknown>, undefined, serviceKey);
  const lifetime = replaced ?? (binding.scope === 'Singleton' ? 'singleton' : 'transient');
  return describe<unknown>(token, lifetime, implementationOf(binding, token, bindings, container), { serviceKey: serviceKey ?? null }, undefined);
}

/** A class of ours is made as any other: inversify would find one entry in each list, and nothing for a constructor that is inherited. */
function implementationOf(
  binding: MadeBinding,
  token: ServiceToken<unknown>,
  bindings: BindingService,
  container: Container,
): Class<unknown> | (() => unknown) {
  if (binding.type === 'Instance' && !binding.onActivation && isOurs(binding.implementationType)) return binding.implementationType;
  const hidden = Symbol(`${tokenName(token)} (rebound)`);
  // Instances are kept by the provider and nobody else, or one that was disposed with its scope would be given out again.
  bindings.set({ ...binding, isSatisfiedBy: () => true, scope: 'Transient', serviceIdentifier: hidden });
  return () => container.get(hidden);
}

/** Whether hostward's decorators alone say what the class receives. */
function isOurs(type: AbstractClass<unknown>): boolean {
  if (!hasDeclaredDependencies(type) || hasInjectedMembers(type)) return false;
  try {
    return dependenciesOf(type).length >= 0;
  } catch {
    return false;
  }
}

/** The lifetime of what a registration stands for, behind all its aliases. */
function lifetimeOf(descriptor: ServiceDescriptor | undefined, descriptors: readonly ServiceDescriptor[]): ServiceLifetime | undefined {
  const seen = new Set<ServiceDescriptor>();
  let behind = descriptor;
  while (behind?.source.kind === 'alias' && !seen.has(behind)) {
    seen.add(behind);
    const { target } = behind.source;
    behind = descriptors.findLast(({ serviceType, isKeyed }) => serviceType === target && !isKeyed);
  }
  return behind?.lifetime;
}

/** Whether the binding answers a request with this key, or without one, that has no tags and comes from nowhere. A binding without a condition answers no key. */
function answers(binding: Binding, serviceKey: unknown): boolean {
  const answersTo = (name: unknown): boolean =>
    binding.isSatisfiedBy({ name: name as string | undefined, tags: new Map(), serviceIdentifier: binding.serviceIdentifier, getAncestor: () => undefined });
  if (serviceKey === undefined) return answersTo(undefined);
  return isBindingName(serviceKey) && answersTo(serviceKey) && !answersTo(undefined);
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
