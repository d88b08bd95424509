import type { HostedServiceState, IHostHealth } from '../../../hosting/diagnostics/index.js';
import type { IHostedServiceControl } from '../../../hosting/hosted-service-control.js';
import { onDispose } from '../../../hosting/primitives/index.js';
import type { LogBook } from '../logs/log-book.js';
import { isAbout, optionsFor, type ResourceConfiguration } from './configure-resource.js';
import { HostedServiceResource } from './hosted-service-resource.js';
import { ResourceWatch } from './resource-watch.js';
import type { AppHostResource } from './resource.js';

/** What a name leads to. A name that several replicas share is ambiguous: each has a name of its own. */
export type ResourceLookup =
  | { readonly kind: 'found'; readonly resource: AppHostResource }
  | { readonly kind: 'ambiguous'; readonly resources: readonly AppHostResource[] }
  | { readonly kind: 'unknown' };

/** What a {@link ResourceCatalog} is made of. */
export interface ResourceCatalogParts {
  readonly health: IHostHealth;
  readonly declared: readonly AppHostResource[];
  readonly configurations: readonly ResourceConfiguration[];
  readonly logs: LogBook;
  readonly appHostPath: string;
  /** Starts and stops hosted services; without it they cannot be. */
  readonly control?: IHostedServiceControl | undefined;
  /** Which hosted services are none: those that make this process an AppHost. */
  readonly isInternal: (service: object) => boolean;
}

/** All resources of this AppHost: the hosted services in the order in which they start, then what was declared, in the order of its registration. */
export class ResourceCatalog implements Disposable {
  readonly #hosted = new Map<object, HostedServiceResource>();
  readonly #listeners = new Set<(resource: AppHostResource) => void>();
  readonly #subscriptions: Disposable[] = [];

  constructor(private readonly parts: ResourceCatalogParts) {
    this.#subscriptions.push(parts.health.onChange(state => this.#follow(state)));
    for (const resource of parts.declared) this.#subscribe(resource);
  }

  get resources(): readonly AppHostResource[] {
    for (const state of this.parts.health.services) this.#resourceOf(state);
    return [...this.#hosted.values(), ...this.parts.declared];
  }

  /** What was said of hosted services that there are not: a misspelt name, or a class that was not added. */
  get unmatchedConfigurations(): readonly ResourceConfiguration[] {
    const states = this.parts.health.services.filter(({ service }) => !this.parts.isInternal(service));
    return this.parts.configurations.filter(configuration => !states.some(({ service, name }) => isAbout(configuration, service, name)));
  }

  /**
   * The resource that a client means: the one of exactly that name, else the only one of that display name, else the only one of that name, the last two in any
   * letter case.
   */
  find(name: string): ResourceLookup {
    const { resources } = this;
    const exact = resources.find(resource => resource.name === name);
    return exact ? { kind: 'found', resource: exact } : toLookup(this.instancesOf(name));
  }

  /** All instances of what has that display name, in any letter case; else those of that name. Empty for a name that there is not. */
  instancesOf(name: string): readonly AppHostResource[] {
    const wanted = name.toLowerCase();
    const { resources } = this;
    const instances = resources.filter(({ displayName }) => displayName.toLowerCase() === wanted);
    return instances.length > 0 ? instances : resources.filter(resource => resource.name.toLowerCase() === wanted);
  }

  /** Calls back with each resource that changes, also with one that appears. */
  onChange(listener: (resource: AppHostResource) => void): Disposable {
    this.#listeners.add(listener);
    return onDispose(() => this.#listeners.delete(listener));
  }

  /** What `select` makes of every resource, then of each that changes, undefined left out, until the reader leaves. */
  watch<T extends object>(select: (resource: AppHostResource) => T | undefined): ResourceWatch<T> {
    return new ResourceWatch(this, select);
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription[Symbol.dispose]();
    this.#listeners.clear();
  }

  #follow(state: HostedServiceState): void {
    const isNew = !this.#hosted.has(state.service);
    const resource = this.#resourceOf(state);
    if (isNew && resource) this.#tell(resource);
    else resource?.follow(state);
  }

  #resourceOf(state: HostedServiceState): HostedServiceResource | undefined {
    const { service } = state;
    const known = this.#hosted.get(service);
    if (known || this.parts.isInternal(service)) return known;
    const { configurations, logs, appHostPath, control } = this.parts;
    const parts = {
      name: this.#freeName(state.name),
      options: optionsFor(service, state.name, configurations),
      log: logs.logOf(state.name),
      appHostPath,
      control,
    };
    const resource = new HostedServiceResource(parts, state);
    this.#hosted.set(service, resource);
    this.#subscribe(resource);
    return resource;
  }

  /** What was declared keeps its name: a hosted service of the same one gets the next free number, as a further instance of its class does. */
  #freeName(name: string): string {
    const taken = new Set([...this.#hosted.values(), ...this.parts.declared].map(resource => resource.name));
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
    return free;
  }

  #subscribe(resource: AppHostResource): void {
    this.#subscriptions.push(resource.onChange(() => this.#tell(resource)));
  }

  #tell(resource: AppHostResource): void {
    for (const listener of [...this.#listeners]) listener(resource);
  }
}

function toLookup(resources: readonly AppHostResource[]): ResourceLookup {
  const [resource] = resources;
  if (!resource) return { kind: 'unknown' };
  return resources.length === 1 ? { kind: 'found', resource } : { kind: 'ambiguous', resources };
}
