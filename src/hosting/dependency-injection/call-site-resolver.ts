import type { CallSite } from './call-site.js';
import { stepName } from './call-site-chain.js';
import type { InstanceHooks } from './instance-hooks.js';
import { asyncFactory, circularDependency } from './resolution-errors.js';
import type { FactoryContext, ServiceDescriptor } from './service-descriptor.js';
import type { ServiceScope } from './service-scope.js';

/** From so many requests inside one another on, or so much in the making, a circle is looked for that would not end: of transients, or through new scopes. */
const suspicious = { requests: 200, depth: 1_000 };
/** So often a service may then be in the making inside itself: a transient factory may well ask for itself, if it ends. */
const maxRecursion = 100;

/**
 * Makes what is planned: walks call sites, keeps instances where they belong, and captures for disposal what it made.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceLookup.CallSiteRuntimeResolver
 */
export class CallSiteResolver {
  /** What is being made, outermost first. Resolution is synchronous, so one stack serves all scopes. */
  readonly #sites: CallSite[] = [];
  /** What of it is scoped, with its scope. */
  readonly #scoped: { readonly callSite: CallSite; readonly scope: ServiceScope }[] = [];
  /** The scope in which something is being made. */
  #scope: ServiceScope | undefined;
  /** How many requests are under way inside one another: more than one when a factory or a constructor asks. */
  #requests = 0;

  constructor(private readonly root: ServiceScope) {}

  /** The scope in which something is being made; the root when nothing is. */
  get currentScope(): ServiceScope {
    return this.#scope ?? this.root;
  }

  get isMaking(): boolean {
    return this.#sites.length > 0;
  }

  /** What is being made, outermost first. */
  get path(): string[] {
    return this.#sites.map(({ entry, implementation }) => stepName(entry, implementation));
  }

  /** Answers a request. */
  resolve(callSite: CallSite, scope: ServiceScope): unknown {
    const outer = this.#scope;
    const depth = this.#sites.length;
    const scopedDepth = this.#scoped.length;
    this.#scope = scope;
    this.#requests++;
    try {
      return this.#resolve(callSite, scope);
    } finally {
      this.#leave(outer, depth, scopedDepth);
    }
  }

  /** Constructs something that is nobody's, with what `make` finds for it. */
  activate(callSite: CallSite, scope: ServiceScope, make: () => unknown): unknown {
    this.#throwIfEndless(callSite);
    const outer = this.#scope;
    const depth = this.#sites.length;
    const scopedDepth = this.#scoped.length;
    this.#scope = scope;
    this.#requests++;
    this.#sites.push(callSite);
    try {
      return make();
    } finally {
      this.#leave(outer, depth, scopedDepth);
    }
  }

  #leave(outer: ServiceScope | undefined, depth: number, scopedDepth: number): void {
    this.#requests--;
    this.#scope = outer;
    // What is left on the stacks was being made when something failed.
    if (this.#scoped.length > scopedDepth) this.#scoped.length = scopedDepth;
    if (this.#sites.length > depth) for (const callSite of this.#sites.splice(depth)) callSite.isRunning = false;
  }

  #resolve(callSite: CallSite, scope: ServiceScope): unknown {
    if (callSite.hasInstance) return callSite.instance;
    if (callSite.cache === 'none') return this.#make(callSite, scope);
    if (callSite.cache === 'root') return this.#makeForRoot(callSite);
    const known = scope.instances.get(callSite);
    return known !== undefined || scope.instances.has(callSite) ? known : this.#makeForScope(callSite, scope);
  }

  #makeForRoot(callSite: CallSite): unknown {
    if (callSite.isRunning) throw this.#circular(callSite);
    const outer = this.#scope;
    callSite.isRunning = true;
    this.#scope = this.root;
    callSite.instance = this.#make(callSite, this.root);
    callSite.hasInstance = true;
    this.#scope = outer;
    callSite.isRunning = false;
    return callSite.instance;
  }

  #makeForScope(callSite: CallSite, scope: ServiceScope): unknown {
    if (this.#requests > 1 && this.#scoped.some(running => running.callSite === callSite && running.scope === scope)) throw this.#circular(callSite);
    this.#scoped.push({ callSite, scope });
    const instance = this.#make(callSite, scope);
    this.#scoped.pop();
    scope.instances.set(callSite, instance);
    return instance;
  }

  #make(callSite: CallSite, scope: ServiceScope): unknown {
    const { kind } = callSite;
    if (kind === 'provider') return scope;
    const instance =
      kind === 'construct' && callSite.cache === 'none' && callSite.parts.length === 0 && this.#requests === 1
        ? this.#construct(callSite, scope)
        : this.#makeNoted(callSite, scope);
    if (kind === 'list') return instance;
    scope.capture(instance);
    return callSite.hooks ? this.#withHooks(callSite, callSite.hooks, instance, scope) : instance;
  }

  /** A class that receives nothing asks for nothing: everything else is noted while it is being made. */
  #makeNoted(callSite: CallSite, scope: ServiceScope): unknown {
    if (this.#requests > 1) this.#throwIfEndless(callSite);
    this.#sites.push(callSite);
    const instance = callSite.kind === 'construct' ? this.#construct(callSite, scope) : this.#call(callSite, scope);
    this.#sites.pop();
    return instance;
  }

  /** Spreading a list costs as much as the rest: most constructors have few parameters. */
  #construct({ create, parts }: CallSite, scope: ServiceScope): unknown {
    const type = create as new (...parts: unknown[]) => unknown;
    switch (parts.length) {
      case 0:
        return new type();
      case 1:
        return new type(this.#resolve(parts[0]!, scope));
      case 2:
        return new type(this.#resolve(parts[0]!, scope), this.#resolve(parts[1]!, scope));
      case 3:
        return new type(this.#resolve(parts[0]!, scope), this.#resolve(parts[1]!, scope), this.#resolve(parts[2]!, scope));
      default:
        return new type(...this.#all(parts, scope));
    }
  }

  #call({ kind, cache, create, parts, entry, descriptor }: CallSite, scope: ServiceScope): unknown {
    if (kind === 'list') {
      const items = this.#all(parts, scope);
      return cache === 'none' ? items : Object.freeze(items);
    }
    const call = create as (...given: unknown[]) => unknown;
    const instance = kind === 'function' ? call(...this.#all(parts, scope)) : call(scope, ...this.#context(descriptor!, entry.key));
    if (instance instanceof Promise) throw unexpectedPromise(instance, entry.name, descriptor);
    return instance;
  }

  #withHooks({ entry, descriptor }: CallSite, { activate, deactivate }: InstanceHooks, made: unknown, scope: ServiceScope): unknown {
    const instance = activate ? activate(made) : made;
    if (instance instanceof Promise) throw unexpectedPromise(instance, entry.name, descriptor);
    if (deactivate) scope.capture(deactivate(instance));
    return instance;
  }

  #all(parts: readonly CallSite[], scope: ServiceScope): unknown[] {
    return parts.map(part => this.#resolve(part, scope));
  }

  /** What a factory receives beside the provider. */
  #context({ source }: ServiceDescriptor, key: unknown): unknown[] {
    const requester = this.#sites.findLast(({ kind }, index) => kind !== 'list' && index < this.#sites.length - 1)?.implementation;
    const context: FactoryContext = { requester };
    return source.kind === 'factory' && source.takesKey ? [key ?? null, context] : [context];
  }

  /** Plans have no circles, but factories and constructors may ask for what they are making. */
  #throwIfEndless(callSite: CallSite): void {
    if (this.#requests < suspicious.requests && this.#sites.length < suspicious.depth) return;
    const count = this.#sites.reduce((rounds, site) => rounds + (isSame(site, callSite) ? 1 : 0), 0);
    if (count >= maxRecursion) throw this.#circular(callSite, true);
  }

  /** @param isLastRound whether only the last of many rounds is worth mentioning */
  #circular(callSite: CallSite, isLastRound = false): Error {
    const { path } = this;
    const begin = isLastRound ? this.#sites.findLastIndex(site => isSame(site, callSite)) : 0;
    return circularDependency(callSite.entry, [...path.slice(begin), callSite.entry.name]);
  }
}

/** Whether both make the same, also without being registered. */
function isSame(a: CallSite, b: CallSite): boolean {
  return a === b || (a.descriptor === undefined && a.create !== undefined && a.create === b.create);
}

function unexpectedPromise(promise: Promise<unknown>, service: string, descriptor: ServiceDescriptor | undefined): Error {
  // Its failure is no news beside this one.
  promise.catch(() => undefined);
  return asyncFactory(service, descriptor?.registeredAt);
}
