import { CallSite, type CacheLocation, constantCallSite } from './call-site.js';
import { CallSiteChain } from './call-site-chain.js';
import type { Dependency } from './dependency.js';
import type { InstanceHooks } from './instance-hooks.js';
import { serviceKeyType, unresolvable } from './resolution-errors.js';
import { anyKey, inheritedKey, normalizedKey } from './service-key.js';
import type { ServiceDescriptor, ServiceLifetime } from './service-descriptor.js';
import { type Registration, ServiceEntry, type ServiceTable } from './service-table.js';
import { type ServiceToken, throwUnlessServiceToken } from './service-token.js';
import { acceptsValue } from './value-type.js';

/**
 * Plans how services are made, each when it is asked for the first time. Nothing is constructed; a plan that fails is not kept.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceLookup.CallSiteFactory
 */
export class CallSiteFactory {
  /** @param builtIns what can be asked for without having been registered */
  constructor(
    private readonly table: ServiceTable,
    builtIns: ReadonlyMap<ServiceToken<unknown>, unknown>,
    providerToken: ServiceToken<unknown>,
    private readonly hooks?: ReadonlyMap<ServiceDescriptor, InstanceHooks>,
  ) {
    for (const [token, value] of builtIns) {
      const entry = table.intern(token, undefined);
      entry.callSite = constantCallSite(entry, value);
    }
    const entry = table.intern(providerToken, undefined);
    entry.callSite = new CallSite('provider', 'none', entry, undefined, undefined);
  }

  /** The plan for one service; undefined when nothing is registered. @throws ServiceResolutionError when it cannot be made */
  find(token: ServiceToken<unknown>, key: unknown, chain: CallSiteChain = new CallSiteChain()): CallSite | undefined {
    const known = this.table.find(token, key);
    if (known?.callSite) return known.callSite;
    if (known) chain.throwIfCircular(known);
    else throwUnlessServiceToken(token, 'token');
    const registration = known ? this.table.answering(known) : this.#forAnyKey(token, key);
    if (!registration) return undefined;
    const entry = this.table.intern(token, key);
    return (entry.callSite = this.ofRegistration(registration, chain, entry));
  }

  /** The plan for the list of all registrations; an empty one when there are none. */
  list(token: ServiceToken<unknown>, key: unknown, chain: CallSiteChain = new CallSiteChain()): CallSite {
    const known = this.table.find(token, key);
    if (!known) throwUnlessServiceToken(token, 'token');
    if (!known && key !== anyKey) return new CallSite('list', 'root', new ServiceEntry(token, normalizedKey(key)).list, undefined, undefined);
    const entry = (known ?? this.table.intern(token, key)).list;
    if (entry.callSite) return entry.callSite;
    chain.throwIfCircular(entry);
    chain.add(entry);
    try {
      // Of several that cannot be made, .NET reports the last here, and the first in every other list.
      const items =
        entry.key === anyKey
          ? this.table.keyedRegistrations(token).reduceRight<CallSite[]>((rest, registration) => [this.ofRegistration(registration, chain), ...rest], [])
          : (known?.registrations ?? []).map(registration => this.ofRegistration(registration, chain));
      return (entry.callSite = new CallSite('list', commonCacheOf(items), entry, undefined, undefined, items));
    } finally {
      chain.remove(entry);
    }
  }

  /** Whether a request would find something. Nothing is planned. */
  isKnown(token: ServiceToken<unknown>, serviceKey: unknown): boolean {
    const key = normalizedKey(serviceKey);
    const entry = this.table.find(token, key);
    if (entry && (entry.callSite ?? entry.registrations.length > 0)) return key !== anyKey || entry.registrations.length > 0;
    return key !== anyKey && this.#forAnyKey(token, key) !== undefined;
  }

  /** The plan for one registration, for the key of the request where it serves any. */
  ofRegistration(registration: Registration, chain: CallSiteChain, entry: ServiceEntry = registration.entry): CallSite {
    if (entry !== registration.entry) return this.#hooked(registration, chain, entry);
    return (registration.callSite ??= this.#hooked(registration, chain, entry));
  }

  /** What is wrong with each of the dependencies of a registration, where a plan stops at the first. */
  problemsOf({ descriptor, entry }: Registration): unknown[] {
    const problems: unknown[] = [];
    for (const dependency of descriptor.dependencies) {
      const chain = new CallSiteChain();
      chain.add(entry, descriptor.source.kind === 'type' ? descriptor.source.type : undefined);
      try {
        this.#part(dependency, entry, descriptor, chain);
      } catch (error) {
        problems.push(error);
      }
    }
    return problems;
  }

  #forAnyKey(token: ServiceToken<unknown>, key: unknown): Registration | undefined {
    return normalizedKey(key) === undefined ? undefined : this.table.find(token, anyKey)?.registrations.at(-1);
  }

  #hooked(registration: Registration, chain: CallSiteChain, entry: ServiceEntry): CallSite {
    const callSite = this.#plan(registration, chain, entry);
    const hooks = this.hooks?.get(registration.descriptor);
    if (!hooks) return callSite;
    if (callSite.kind === 'constant') callSite.instance = hooks.activate ? hooks.activate(callSite.instance) : callSite.instance;
    else if (registration.descriptor.source.kind !== 'alias') callSite.hooks = hooks;
    return callSite;
  }

  #plan({ descriptor }: Registration, chain: CallSiteChain, entry: ServiceEntry): CallSite {
    const { source } = descriptor;
    const cache = cacheOf[descriptor.lifetime];
    switch (source.kind) {
      case 'instance':
        return constantCallSite(entry, source.instance, descriptor);
      case 'factory':
        return new CallSite('factory', cache, entry, descriptor, source.factory);
      case 'alias':
        return within(chain, entry, undefined, () => this.#part({ token: source.target }, entry, descriptor, chain));
      case 'function':
        return within(chain, entry, undefined, () => new CallSite('function', cache, entry, descriptor, source.create, this.#parts(entry, descriptor, chain)));
      case 'type':
        return within(chain, entry, source.type, () => new CallSite('construct', cache, entry, descriptor, source.type, this.#parts(entry, descriptor, chain)));
    }
  }

  #parts(owner: ServiceEntry, descriptor: ServiceDescriptor, chain: CallSiteChain): CallSite[] {
    return descriptor.dependencies.map(dependency => this.#part(dependency, owner, descriptor, chain));
  }

  #part(dependency: Dependency, owner: ServiceEntry, descriptor: ServiceDescriptor, chain: CallSiteChain): CallSite {
    const { token, isOptional, isMultiple, isServiceKey, accepts } = dependency;
    if (isServiceKey && owner.key !== undefined) {
      if (owner.key !== anyKey && !acceptsValue(accepts, owner.key)) throw serviceKeyType(owner, accepts, chain.path);
      return constantCallSite(owner, owner.key);
    }
    if (token !== undefined) {
      const key = dependency.key === inheritedKey ? owner.key : dependency.key;
      if (isMultiple) return this.list(token, key, chain);
      const callSite = this.find(token, key, chain);
      if (callSite) return callSite;
    }
    if (isOptional) return constantCallSite(owner, undefined);
    throw unresolvable(dependency, owner, descriptor, chain.path, this.table);
  }
}

const cacheOf: Readonly<Record<ServiceLifetime, CacheLocation>> = { singleton: 'root', scoped: 'scope', transient: 'none' };

/** Where the list itself can be kept: not longer than any of its items. */
function commonCacheOf(items: readonly CallSite[]): CacheLocation {
  if (items.some(({ cache }) => cache === 'none')) return 'none';
  return items.some(({ cache }) => cache === 'scope') ? 'scope' : 'root';
}

function within(chain: CallSiteChain, entry: ServiceEntry, implementation: ServiceToken<unknown> | undefined, plan: () => CallSite): CallSite {
  chain.add(entry, implementation);
  try {
    return plan();
  } finally {
    chain.remove(entry);
  }
}
