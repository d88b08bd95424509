import { inject, IServiceProvider } from '../../../hosting/dependency-injection/index.js';
import { ILogger } from '../../../hosting/logging/index.js';
import { isCancellation, raceAbort, throwCollected, toError } from '../../../hosting/primitives/index.js';
import { CancellationSource } from '../../../hosting/time/index.js';
import { DeclaredResource } from './declared-resource.js';
import { PlumbingService } from './plumbing.js';
import { AppHostResource } from './resource.js';
import { ResourceCatalog } from './resource-catalog.js';
import { assertDependencies, dependentsOf, type FindInstances, waitForDependencies } from './resource-dependencies.js';

/**
 * Starts the declared resources with the host, each as soon as what it waits for is up, and ends them with it.
 *
 * The host's start does not wait for them, and one that fails harms no other but those that wait for it.
 */
export class ResourceOrchestrator extends PlumbingService implements AsyncDisposable {
  readonly #stopping = new CancellationSource();
  #dependents: ReturnType<typeof dependentsOf> = new Map();

  constructor(
    @inject(IServiceProvider) private readonly services: IServiceProvider,
    @inject(ILogger) private readonly logger: ILogger,
  ) {
    super();
  }

  /** @throws ResourceDeclarationError when something waits for a resource that there is not, or for itself */
  async start(): Promise<void> {
    const catalog = this.services.getService(ResourceCatalog);
    const all = catalog?.resources ?? this.services.getServices(AppHostResource);
    const declared = this.services.getServices(AppHostResource).filter(resource => resource instanceof DeclaredResource);
    if (!catalog) this.#warnOfMissingAppHost(declared);
    const find = finder(all);
    assertDependencies(declared, all, find);
    this.#dependents = dependentsOf(declared, find);
    for (const resource of declared) if (resource.lifecycle && !resource.lifecycle.hasExplicitStart) void this.#bringUp(resource, find);
  }

  /** Stops all at the same time, but what others wait for only after those; when `signal` fires, all that are left at once, and without further delay. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#cancel();
    const resources = [...this.#dependents.keys()];
    for (const resource of resources) resource.lifecycle?.refuseStarts();
    const errors: Error[] = [];
    const closings = new Map<DeclaredResource, Promise<void>>();
    const close = (resource: DeclaredResource): Promise<void> => {
      const closing = closings.get(resource) ?? this.#close(resource, close, signal).catch((error: unknown) => void errors.push(toError(error)));
      closings.set(resource, closing);
      return closing;
    };
    await Promise.all(resources.map(close));
    throwCollected(errors, 'Resources could not be stopped.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancel();
    this.#stopping[Symbol.dispose]();
  }

  #warnOfMissingAppHost(declared: readonly DeclaredResource[]): void {
    const names = declared.map(({ displayName }) => displayName).join(', ');
    this.logger.warning('This program is no AppHost, so that no client can see its resources ({Resources}): call addAppHost', names);
  }

  async #bringUp(resource: DeclaredResource, find: FindInstances): Promise<void> {
    const { lifecycle } = resource;
    if (!lifecycle) return;
    // Who starts or stops it by hand has decided for himself.
    using untouched = new CancellationSource({ linkedTo: [this.#stopping.signal, lifecycle.touched] });
    try {
      const failure = await waitForDependencies(resource, find, untouched.signal);
      if (untouched.isCancellationRequested) return;
      if (failure === undefined) return await lifecycle.start(this.#stopping.signal);
      resource.giveUp(failure);
      this.logger.error('Resource {Resource} failed to start. {Reason}', resource.displayName, failure);
    } catch (error) {
      if (isCancellation(error) && untouched.isCancellationRequested) return;
      this.logger.error(toError(error), 'Resource {Resource} failed to start', resource.displayName);
    }
  }

  async #close(resource: DeclaredResource, close: (dependent: DeclaredResource) => Promise<void>, signal: AbortSignal): Promise<void> {
    const dependents = this.#dependents.get(resource) ?? [];
    await raceAbort(Promise.all(dependents.map(close)), signal).catch(() => undefined);
    await resource.lifecycle?.close(signal);
  }

  #cancel(): void {
    if (!this.#stopping.isCancellationRequested) this.#stopping.cancel();
  }
}

/** By display name, or else by name, in any letter case. */
function finder(all: readonly AppHostResource[]): FindInstances {
  return name => {
    const wanted = name.toLowerCase();
    const instances = all.filter(({ displayName }) => displayName.toLowerCase() === wanted);
    return instances.length > 0 ? instances : all.filter(resource => resource.name.toLowerCase() === wanted);
  };
}
