import { DeadlineExceededError, HostwardError, isCancellation, markHandled, OperationCanceledError, toError } from '../../hosting/primitives/index.js';
import { CancellationSource, infiniteTimeSpan, withDeadline } from '../../hosting/time/index.js';
import { toTimerTicks } from '../../hosting/time/span.js';
import { capabilities, type ResourceSnapshot } from '../contract/index.js';
import { ConnectionLostError } from '../rpc/rpc-errors.js';
import { ResourceNotFoundError, ResourceWaitError, type ResourceWaitFailure } from './app-host-errors.js';
import { readLastLines } from './app-host-logs.js';
import { assertResourceExists, type ConnectedAppHost, describeResource, forExplanation, notFoundIn, resourcesNamed, summaryOf } from './app-host-resources.js';
import { asLine, listNames } from './app-host-text.js';
import { type ResourceStatus, verdictOn } from './app-host-status.js';

/** What a resource is waited to be: a status, or whatever a function says of its state. */
export type ResourceCondition = ResourceStatus | ((resource: ResourceSnapshot) => boolean);

/** Options of {@link AppHost.waitFor}. */
export interface WaitForOptions {
  /** Milliseconds until the wait has failed; 0 asks how it is now, -1 is never. Default: 120,000. */
  readonly timeout?: number | undefined;
  /** Ends the wait with `OperationCanceledError`. */
  readonly signal?: AbortSignal | undefined;
}

const defaultTimeout = 120_000;
/** The longest wait that an AppHost can measure, just under 50 days. */
const maxSeconds = 4_294_967;
/** So many lines of the log stand in the message. */
const linesShown = 20;

/** How a wait came out when it did not come out well. */
interface Failure {
  readonly reason: ResourceWaitFailure;
  /** What the AppHost says of it. */
  readonly because?: string | undefined;
  readonly cause?: unknown;
}

/**
 * One wait for one resource.
 *
 * An AppHost with `aux.v2` decides itself when a status is reached: only it knows whether what runs when a resource becomes healthy has run. A function, and an older AppHost,
 * are asked here, at each change. In either case the changes are watched, so that it can be told what was last seen even when the AppHost is gone.
 */
export class ResourceWait {
  readonly #seen = new Map<string, ResourceSnapshot>();
  /** What the caller's function has thrown: it is the caller's own. */
  #thrown: { readonly error: unknown } | undefined;

  constructor(
    private readonly appHost: ConnectedAppHost,
    private readonly resourceName: string,
    private readonly condition: ResourceCondition,
  ) {}

  /** @throws ResourceWaitError, ResourceNotFoundError, OperationCanceledError, ArgumentOutOfRangeError for the `timeout`, and whatever the condition throws */
  async run({ timeout = defaultTimeout, signal }: WaitForOptions): Promise<ResourceSnapshot> {
    toTimerTicks(timeout, 'timeout');
    const what = `the wait for '${this.resourceName}'`;
    try {
      // A wait of no time still asks once; its calls have limits of their own.
      const limit = timeout === 0 ? infiniteTimeSpan : timeout;
      const outcome = await withDeadline(what, limit, ending => this.#wait(timeout, ending), { timeProvider: this.appHost.timeProvider, signal });
      if ('name' in outcome) return outcome;
      throw await this.#explain(timeout, outcome);
    } catch (error) {
      if (error instanceof ResourceWaitError || error instanceof ResourceNotFoundError || error === this.#thrown?.error) throw error;
      if (isCancellation(error) && signal?.aborted)
        throw new OperationCanceledError(signal, `The wait for ${this.#goal} was canceled. ${this.#lastSeenText()}`);
      if (error instanceof DeadlineExceededError && error.what === what) throw await this.#explain(timeout, { reason: 'timedOut' });
      if (error instanceof ConnectionLostError) throw await this.#explain(timeout, { reason: 'connectionLost', because: error.message, cause: error });
      if (error instanceof HostwardError) throw await this.#explain(timeout, { reason: 'failed', because: error.message, cause: error });
      throw error;
    }
  }

  async #wait(timeout: number, ending: AbortSignal): Promise<ResourceSnapshot | Failure> {
    using watching = new CancellationSource({ linkedTo: [ending] });
    const { condition } = this;
    try {
      if (typeof condition === 'string' && this.appHost.connection.supports(capabilities.v2)) {
        markHandled(this.#watch(() => undefined, watching.signal));
        return await this.#ask(condition, timeout, ending);
      }
      return await this.#decide(timeout, watching.signal);
    } finally {
      watching.cancel();
    }
  }

  /** Lets the AppHost decide. */
  async #ask(status: ResourceStatus, timeout: number, ending: AbortSignal): Promise<ResourceSnapshot | Failure> {
    const { connection } = this.appHost;
    const timeoutSeconds = timeout < 0 ? maxSeconds : Math.min(Math.ceil(timeout / 1000), maxSeconds);
    // The limit of the wait is that of the call: it is over in time, and the AppHost is told.
    const callTimeout = timeout === 0 ? undefined : infiniteTimeSpan;
    const answer = await connection.waitForResource({ resourceName: this.resourceName, status, timeoutSeconds }, { signal: ending, timeout: callTimeout });
    await this.#refresh(ending);
    const [resource, ...others] = this.#named();
    if (answer.success && resource) return resource;
    if (answer.resourceNotFound) throw notFoundIn(this.appHost.name, this.resourceName, [...this.#seen.values()]);
    if (answer.timedOut) return { reason: 'timedOut' };
    return { reason: others.length > 0 ? 'ambiguous' : 'failed', because: answer.errorMessage ?? undefined };
  }

  /** Decides at each change. */
  async #decide(timeout: number, signal: AbortSignal): Promise<ResourceSnapshot | Failure> {
    const { connection } = this.appHost;
    if (connection.supports(capabilities.v2)) await assertResourceExists(this.appHost, this.resourceName, signal);
    await this.#refresh(signal);
    for (const resource of this.#named()) {
      const verdict = this.#judge(resource);
      if (verdict) return verdict;
    }
    if (timeout === 0) return { reason: 'timedOut' };
    const verdict = await this.#watch(resource => this.#judge(resource), signal);
    return verdict ?? { reason: 'failed', because: 'The AppHost does not tell of changes; it is too old, or it is stopping.' };
  }

  #judge(resource: ResourceSnapshot): ResourceSnapshot | Failure | undefined {
    const named = this.#named();
    if (named.length > 1) return { reason: 'ambiguous' };
    const { condition } = this;
    if (typeof condition === 'string') {
      const verdict = verdictOn(condition, resource);
      return verdict === 'failed' ? { reason: 'failed' } : verdict && resource;
    }
    try {
      return condition(resource) ? resource : undefined;
    } catch (error) {
      this.#thrown = { error };
      throw error;
    }
  }

  /** Keeps what is seen, until `judge` says of a state of the resource that the wait is over; undefined when the AppHost tells no more. */
  async #watch<T>(judge: (resource: ResourceSnapshot) => T | undefined, signal: AbortSignal): Promise<T | undefined> {
    for await (const resource of this.appHost.connection.watchResources({ signal })) {
      this.#seen.set(resource.name, resource);
      const verdict = this.#named().includes(resource) ? judge(resource) : undefined;
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  /** Looks how everything is now: the watch may lag behind an answer. */
  async #refresh(signal: AbortSignal): Promise<void> {
    for (const resource of await this.appHost.connection.getResources({ includeHidden: true, signal })) this.#seen.set(resource.name, resource);
  }

  #named(): readonly ResourceSnapshot[] {
    return resourcesNamed(this.resourceName, [...this.#seen.values()]);
  }

  get #goal(): string {
    const { condition } = this;
    return `'${asLine(this.resourceName)}' to be ${typeof condition === 'string' ? condition : 'as the condition says'}`;
  }

  #lastSeenText(): string {
    const named = this.#named();
    return named.length === 0 ? 'It was never seen in any state.' : `Last seen: ${named.slice(0, 5).map(describeResource).join('; ')}.`;
  }

  async #explain(timeout: number, { reason, because, cause }: Failure): Promise<Error> {
    const [resource, ...others] = this.#named();
    if (!resource && this.#seen.size > 0 && reason === 'timedOut' && !this.appHost.connection.supports(capabilities.v2))
      return notFoundIn(this.appHost.name, this.resourceName, [...this.#seen.values()]);
    const logs = (resource && (await forExplanation(this.appHost, signal => readLastLines(this.appHost, resource.name, linesShown, signal)))) ?? [];
    const sentences = [
      `${this.appHost.name.charAt(0).toUpperCase()}${this.appHost.name.slice(1)}: ${beginnings[reason](this.#goal, timeout)}`,
      because === undefined ? '' : asLine(because),
      reason === 'ambiguous' && others.length > 0 ? `Wait for one of its instances: ${listNames(this.#named().map(({ name }) => name))}.` : '',
      this.#lastSeenText(),
    ];
    const shown = logs.map(({ isError, text }) => `\n  ${isError ? '! ' : '| '}${asLine(text)}`).join('');
    const message = `${sentences.filter(sentence => sentence !== '').join(' ')}${shown === '' ? '' : ` The end of its log:${shown}`}`;
    const condition = typeof this.condition === 'string' ? this.condition : this.condition.name || 'condition';
    const facts = { resourceName: this.resourceName, condition, reason, lastSeen: resource && summaryOf(resource), logs };
    return new ResourceWaitError(message, facts, cause === undefined ? undefined : toError(cause));
  }
}

const beginnings: Readonly<Record<ResourceWaitFailure, (goal: string, timeout: number) => string>> = {
  timedOut: (goal, timeout) => `waited ${timeout} ms for ${goal}, in vain.`,
  failed: goal => `there is no use in waiting for ${goal}.`,
  ambiguous: goal => `cannot wait for ${goal}: it has several instances.`,
  connectionLost: goal => `it went away while waiting for ${goal}.`,
};
