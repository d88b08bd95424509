import type { InstanceHooks } from './instance-hooks.js';
import type { ServiceDescriptor } from './service-descriptor.js';
import type { ServiceEntry } from './service-table.js';
import type { ServiceToken } from './service-token.js';

/** Where an instance is kept: in the root, in the scope that asked, or nowhere. */
export type CacheLocation = 'root' | 'scope' | 'none';

/** What makes the instance of a call site of that kind. */
export type CallSiteKind = 'constant' | 'provider' | 'construct' | 'function' | 'factory' | 'list';

/**
 * How one service is made: a node of the graph that a request walks. All of them have one shape, so that walking stays fast.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceLookup.ServiceCallSite
 */
export class CallSite {
  /** The instance of the root, or a constant. */
  instance: unknown = undefined;
  hasInstance = false;
  /** Whether the instance of the root is being made. */
  isRunning = false;
  /** The first scoped service below, for the check of scopes; null for none, undefined while it is not known. */
  firstScoped: ServiceEntry | null | undefined = undefined;
  /** What is to happen with each instance beside its disposal. */
  hooks: InstanceHooks | undefined = undefined;

  constructor(
    readonly kind: CallSiteKind,
    readonly cache: CacheLocation,
    readonly entry: ServiceEntry,
    readonly descriptor: ServiceDescriptor | undefined,
    /** The class, the function or the factory. */
    readonly create: unknown,
    /** What a constructor or a function receives, or the items of a list. */
    readonly parts: readonly CallSite[] = [],
  ) {}

  /** The class that is made, or the token where it is not known. */
  get implementation(): ServiceToken<unknown> {
    return this.kind === 'construct' ? (this.create as ServiceToken<unknown>) : this.entry.token;
  }
}

/** A call site whose instance is known already. */
export function constantCallSite(entry: ServiceEntry, value: unknown, descriptor?: ServiceDescriptor): CallSite {
  const callSite = new CallSite('constant', 'root', entry, descriptor, undefined);
  callSite.instance = value;
  callSite.hasInstance = true;
  return callSite;
}
