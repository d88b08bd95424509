import { circularDependency } from './resolution-errors.js';
import type { ServiceEntry } from './service-table.js';
import { type ServiceToken, tokenName } from './service-token.js';

/**
 * What is being planned at the moment, from the request down.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceLookup.CallSiteChain
 */
export class CallSiteChain {
  readonly #steps = new Map<ServiceEntry, { readonly order: number; readonly implementation: ServiceToken<unknown> | undefined }>();

  /** @throws ServiceResolutionError when the service is being planned already */
  throwIfCircular(entry: ServiceEntry): void {
    if (this.#steps.has(entry)) throw circularDependency(entry, [...this.path, entry.name]);
  }

  /** Notes that a service is about to be planned, with the class that will be constructed for it. */
  add(entry: ServiceEntry, implementation?: ServiceToken<unknown>): void {
    this.#steps.set(entry, { order: this.#steps.size, implementation });
  }

  remove(entry: ServiceEntry): void {
    this.#steps.delete(entry);
  }

  /** What leads here: `IMailer(SmtpMailer)`, or `SmtpMailer` for a class under itself. */
  get path(): string[] {
    return [...this.#steps].sort(([, a], [, b]) => a.order - b.order).map(([entry, { implementation }]) => stepName(entry, implementation));
  }
}

/** A step of a path. */
export function stepName(entry: ServiceEntry, implementation: ServiceToken<unknown> | undefined): string {
  return implementation === undefined || implementation === entry.token ? entry.name : `${entry.name}(${tokenName(implementation)})`;
}
