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
  /** What is being made, outermost first, and in which scope. Resolution is synchronous, so one stack serves all scopes. */
  readonly #sites: CallSite[] = [];
  readonly #scopes: ServiceScope[] = [];
  /** How many requests are under way inside one another: more than one when a factory or a constructor asks. */
  #requests = 0;

  constructor(private readonly root: ServiceScope) {}

  /** The scope in which something is being made; the root when nothing is. */
  get currentScope(): ServiceScope {
    return this.#scopes.at(-1) ?? this.root;
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
    const depth = this.#sites.length;
    this.#requests++;
    try {
      return this.#resolve(callSite, scope);
    } finally {
      this.#requests--;
      if (this.#sites.length > depth) this.#abandon(depth);
    }
  }

  /** Constructs something that is nobody's, with what `make` finds for it. */
  activate(callSite: CallSite, scope: ServiceScope, make: () => unknown): unknown {
    const depth = this.#sites.length;
    this.#throwIfEndless(callSite, scope);
    this.#requests++;
    this.#push(callSite, scope);
    try {
      return make();
    } finally {
      this.#requests--;
      this.#abandon(depth);
    }
  }

  #resolve(callSite: CallSite, scope: ServiceScope): unknown {
    if (callSite.hasInstance) return callSite.instance;
    if (callSite.cache === 'none') return this.#make(callSite, scope);
    if (callSite.cache === 'root') return this.#makeForRoot(callSite);
    const known = scope.instances.get(callSite);
    if (known !== undefined || scope.instances.has(callSite)) return known;
    const instance = this.#make(callSite, scope);
    scope.instances.set(callSite, instance);
    return instance;
  }

  #makeForRoot(callSite: CallSite): unknown {
    if (callSite.isRunning) throw this.#circular(callSite);
    callSite.isRunning = true;
    callSite.instance = this.#make(callSite, this.root);
    callSite.hasInstance = true;
    callSite.isRunning = false;
    return callSite.instance;
  }

  #make(callSite: CallSite, scope: ServiceScope): unknown {
    const { kind } = callSite;
    if (kind === 'provider') return scope;
    if (this.#requests > 1 && callSite.cache !== 'root') this.#throwIfEndless(callSite, scope);
    this.#push(callSite, scope);
    const instance = kind === 'construct' ? this.#construct(callSite, scope) : this.#call(callSite, scope);
    this.#pop();
    if (kind === 'list') return instance;
    scope.capture(instance);
    return callSite.hooks ? this.#withHooks(callSite, callSite.hooks, instance, scope) : instance;
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

  #push(callSite: CallSite, scope: ServiceScope): void {
    this.#sites.push(callSite);
    this.#scopes.push(scope);
  }

  #pop(): void {
    this.#sites.pop();
    this.#scopes.pop();
  }

  /** Leaves what was being made when something failed. */
  #abandon(depth: number): void {
    for (const callSite of this.#sites.splice(depth)) callSite.isRunning = false;
    this.#scopes.length = depth;
  }

  /** Plans have no circles, but factories and constructors may ask for what they are making. */
  #throwIfEndless(callSite: CallSite, scope: ServiceScope): void {
    const isDeep = this.#requests >= suspicious.requests || this.#sites.length >= suspicious.depth;
    if (callSite.cache === 'none' && !isDeep) return;
    let count = 0;
    this.#sites.forEach((site, index) => {
      if (!isSame(site, callSite)) return;
      if (callSite.cache === 'scope' && this.#scopes[index] === scope) throw this.#circular(callSite);
      if (isDeep && ++count >= maxRecursion) throw this.#circular(callSite, true);
    });
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
