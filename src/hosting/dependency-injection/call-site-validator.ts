import type { CallSite } from './call-site.js';
import { stepName } from './call-site-chain.js';
import { captiveDependency, scopedFromRoot } from './resolution-errors.js';
import type { ServiceEntry } from './service-table.js';

/**
 * Finds scoped services that would be kept beyond their scope. Factories, instances and the provider itself are opaque to it.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceLookup.CallSiteValidator
 */
export class CallSiteValidator {
  /** From what is validated down to what is being visited. */
  readonly #steps: CallSite[] = [];

  /** @throws ServiceResolutionError when a singleton below needs a scoped service */
  validate(callSite: CallSite): void {
    this.#steps.length = 0;
    this.#visit(callSite, undefined);
  }

  /** What is wrong with each part of something, where the check of the whole stops at the first. */
  problemsOf(callSite: CallSite): unknown[] {
    const problems: unknown[] = [];
    for (const part of callSite.cache === 'root' ? callSite.parts : []) {
      this.#steps.splice(0, Infinity, callSite);
      try {
        this.#visit(part, callSite);
      } catch (error) {
        problems.push(error);
      }
    }
    return problems;
  }

  /** @throws ServiceResolutionError for something scoped, or that needs something scoped; to be called for requests from the root */
  validateFromRoot(callSite: CallSite): void {
    const { firstScoped, entry } = callSite;
    if (!firstScoped) return;
    const isItself = firstScoped.token === entry.token && firstScoped.element === entry.element;
    throw scopedFromRoot(entry.name, isItself ? undefined : firstScoped.name);
  }

  #visit(callSite: CallSite, singleton: CallSite | undefined): ServiceEntry | null {
    this.#steps.push(callSite);
    if (callSite.firstScoped === undefined) callSite.firstScoped = this.#firstScoped(callSite, callSite.cache === 'root' ? callSite : singleton);
    if (callSite.firstScoped && singleton) {
      const path = this.#steps.map(({ entry, implementation }) => stepName(entry, implementation));
      throw captiveDependency(callSite.entry.name, singleton.entry.name, path, singleton.descriptor?.registeredAt);
    }
    this.#steps.pop();
    return callSite.firstScoped;
  }

  #firstScoped({ cache, entry, parts }: CallSite, singleton: CallSite | undefined): ServiceEntry | null {
    let first: ServiceEntry | null = null;
    for (const part of parts) {
      const found = this.#visit(part, singleton);
      first ??= found;
    }
    return cache === 'scope' ? entry : first;
  }
}
