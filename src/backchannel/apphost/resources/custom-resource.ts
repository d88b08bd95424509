import type { IServiceProvider } from '../../../hosting/dependency-injection/index.js';
import { toError } from '../../../hosting/primitives/index.js';
import { CancellationSource, type TimeProvider, withDeadline } from '../../../hosting/time/index.js';
import type { ResourceLog } from '../logs/resource-log.js';
import { maxLineLength } from '../processes/index.js';
import { customTimeouts, type CustomResourceOptions, initialFacts, type IResourceHandle, type ResourceContext } from './custom-resource-options.js';
import { isEndState, type ResourceUpdate } from './custom-resource-update.js';
import { DeclaredLifecycle } from './declared-lifecycle.js';
import { DeclaredResource, notWaiting } from './declared-resource.js';
import { factsOfUpdate } from './facts-of-update.js';

/** What a {@link CustomResource} is made of. */
export interface CustomResourceParts {
  readonly name: string;
  readonly displayName: string;
  readonly options: CustomResourceOptions;
  readonly services: IServiceProvider;
  readonly timeProvider: TimeProvider;
  readonly log: ResourceLog;
}

/** A resource of which the program itself says what it is, and how it starts and stops. */
export class CustomResource extends DeclaredResource {
  readonly lifecycle: DeclaredLifecycle | undefined;
  readonly handle: IResourceHandle;
  /** From the start to the end of one run. */
  #run: CancellationSource | undefined;

  constructor(private readonly parts: CustomResourceParts) {
    const { options, displayName } = parts;
    super(parts, { resourceType: 'Custom' });
    this.update(initialFacts(parts.name, options));
    this.handle = new ResourceHandle(this);
    const work = { isUp: () => this.#isUp, start: (signal: AbortSignal) => this.#start(signal), stop: (hurry: AbortSignal) => this.#stop(hurry) };
    const hasExplicitStart = options.explicitStart ?? false;
    this.lifecycle = options.start && new DeclaredLifecycle({ displayName, waitFor: this.dependencies.waitFor, hasExplicitStart }, work);
  }

  /** @throws ArgumentError for what makes no sense */
  publish(update: ResourceUpdate): void {
    this.update(factsOfUpdate(this.name, update, this.facts, this.now()));
  }

  /** What has said of itself that it has ended can be started again. */
  get #isUp(): boolean {
    return this.#run !== undefined && !isEndState(this.facts.state);
  }

  async #start(signal: AbortSignal): Promise<void> {
    const { start } = customTimeouts(this.parts.options);
    this.#run?.cancel();
    const run = new CancellationSource();
    this.#run = run;
    this.update({ ...notWaiting, state: 'Starting', exitCode: null, startedAt: null, stoppedAt: null, createdAt: this.now() });
    try {
      await this.#call('start', start, signal, run);
    } catch (error) {
      run.cancel();
      this.#run = undefined;
      this.giveUp(`It failed to start: ${toError(error).message}`);
      throw error;
    }
    if (this.facts.state === 'Starting') this.publish({ state: 'Running' });
  }

  async #stop(hurry: AbortSignal): Promise<void> {
    const run = this.#run;
    if (!run || isEndState(this.facts.state)) {
      run?.cancel();
      this.#run = undefined;
      if (this.facts.state === 'Waiting') this.update({ ...notWaiting, state: 'NotStarted' });
      return;
    }
    this.update({ state: 'Stopping' });
    run.cancel();
    try {
      await this.#call('stop', customTimeouts(this.parts.options).stop, hurry, run);
    } catch (error) {
      this.say(`Its stop failed: ${toError(error).message}`, true);
      throw error;
    } finally {
      this.#run = undefined;
      if (!isEndState(this.facts.state)) this.publish({ state: 'Finished' });
    }
  }

  /** Calls a function of the program; who does not heed the signal is left behind, and its end is said. */
  async #call(phase: 'start' | 'stop', milliseconds: number, signal: AbortSignal, run: CancellationSource): Promise<void> {
    const { options, services, timeProvider } = this.parts;
    let isLeftBehind = false;
    const work = async (limit: AbortSignal) => {
      const context: ResourceContext = { resource: this.handle, services, signal: limit, stopping: run.signal };
      try {
        await options[phase]?.(context);
        if (isLeftBehind) this.say(`Its ${phase} has ended after all`);
      } catch (error) {
        if (isLeftBehind) this.say(`Its ${phase} has ended after all: ${toError(error).message}`, true);
        throw error;
      }
    };
    try {
      await withDeadline(`The ${phase} of '${this.displayName}'`, milliseconds, work, { timeProvider, signal });
    } catch (error) {
      isLeftBehind = true;
      throw error;
    }
  }
}

class ResourceHandle implements IResourceHandle {
  constructor(private readonly resource: CustomResource) {}

  get name(): string {
    return this.resource.name;
  }

  get facts(): IResourceHandle['facts'] {
    return this.resource.facts;
  }

  update(update: ResourceUpdate): void {
    this.resource.publish(update);
  }

  log(text: string, isError: boolean = false): void {
    const line = String(text);
    this.resource.write(line.length > maxLineLength ? `${line.slice(0, maxLineLength)}… [cut: a line may have ${maxLineLength} characters]` : line, isError);
  }
}
