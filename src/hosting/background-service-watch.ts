import { BackgroundService } from './background-service.js';
import type { IServiceProvider } from './dependency-injection/index.js';
import type { HostedServiceStates, HostTimeline } from './diagnostics/index.js';
import type { IHostApplicationLifetime } from './host-application-lifetime.js';
import type { HostOptions } from './host-options.js';
import type { ILogger } from './logging/index.js';
import { isCancellation, onDispose, raceAbort, toError } from './primitives/index.js';
import { RestartBudget, RestartLimitError, RestartPolicy } from './restart-policy.js';
import { CancellationSource, delay, type TimeProvider } from './time/index.js';

/** What a {@link BackgroundServiceWatch} needs of its host. */
export interface BackgroundServiceWatchParts {
  readonly services: IServiceProvider;
  readonly lifetime: IHostApplicationLifetime;
  readonly options: HostOptions;
  readonly logger: ILogger;
  readonly timeProvider: TimeProvider;
  readonly states: HostedServiceStates;
  readonly timeline: HostTimeline;
}

/** What is under way of one background service: its work, or its restart. */
interface Tenure {
  /** Whether somebody else has taken over what becomes of it: its end neither fails nor restarts the service any more. */
  isReleased: boolean;
  /** Cuts short a restart that is waited for or under way. */
  restart?: CancellationSource | undefined;
  /** The start of that restart, when it has begun. */
  start?: Promise<void> | undefined;
  /** How it has failed since it was released. */
  failure?: Error | undefined;
  /** Settles when it has ended. */
  ended: Promise<void>;
}

/** What was under way of a service when it was released. */
export interface ReleasedService {
  /** The start of a restart, whose signal has fired. */
  readonly start: Promise<void> | undefined;
  /** Settles when all has ended, with how the work has failed since, unless it was cancelled. */
  readonly ended: Promise<Error | undefined>;
}

/**
 * Watches the work of the background services, restarts what has a policy, and remembers the failures that stopped the host.
 *
 * @see Microsoft.Extensions.Hosting.Internal.Host.TryExecuteBackgroundServiceAsync (.NET 11)
 */
export class BackgroundServiceWatch {
  readonly #watched = new Set<Promise<void>>();
  readonly #tenures = new Map<object, Tenure>();
  readonly #failures: Error[] = [];
  readonly #budgets = new Map<object, RestartBudget>();

  constructor(private readonly parts: BackgroundServiceWatchParts) {}

  /** Notes the policies of the services that will be watched: their end may come when the provider has been disposed. */
  prepare(hosted: readonly object[]): void {
    const { services, timeProvider } = this.parts;
    for (const service of hosted) {
      if (!(service instanceof BackgroundService)) continue;
      const policy = services.getKeyedService(RestartPolicy, service.constructor) ?? service.restartPolicy;
      if (policy) this.#budgets.set(service, new RestartBudget(policy, timeProvider));
    }
  }

  /** Begins to watch a service that has just started. */
  add(service: object): void {
    if (!(service instanceof BackgroundService)) return;
    const work = service.executeTask;
    if (!work) return;
    const end = this.parts.timeline.begin(this.parts.states.nameOf(service), 'execute');
    const tenure: Tenure = { isReleased: false, ended: Promise.resolve() };
    const watched = work.then(
      () => {
        end('done');
        return this.#onEnded(service, tenure, undefined);
      },
      (thrown: unknown) => {
        const error = toError(thrown);
        if ((tenure.isReleased || this.parts.lifetime.applicationStopping.aborted) && isCancellation(error)) end('done');
        else end('failed', error);
        return this.#onEnded(service, tenure, error);
      },
    );
    tenure.ended = watched;
    this.#tenures.set(service, tenure);
    this.#watched.add(watched);
    // A service that restarts for months does not fill the memory.
    void watched.finally(() => {
      this.#watched.delete(watched);
      if (this.#tenures.get(service) === tenure) this.#tenures.delete(service);
    });
  }

  /**
   * Takes a service out of the watch's hands until it is added again: how its work ends neither fails nor restarts it any more, and a restart is given up.
   *
   * @returns undefined when nothing is under way
   */
  release(service: object): ReleasedService | undefined {
    const tenure = this.#tenures.get(service);
    if (!tenure) return undefined;
    tenure.isReleased = true;
    tenure.restart?.cancel();
    return { start: tenure.start, ended: tenure.ended.then(() => tenure.failure) };
  }

  /** Forgets the restarts that there were, for a service that somebody starts anew. */
  renewBudget(service: object): void {
    this.#budgets.get(service)?.reset();
  }

  /** Waits until all that is watched has ended, or until `signal` fires; then says what stopped the host. */
  async failures(signal: AbortSignal): Promise<readonly Error[]> {
    await raceAbort(Promise.all(this.#watched), signal).catch(() => undefined);
    return this.#failures;
  }

  #onEnded(service: BackgroundService, tenure: Tenure, error: Error | undefined): Promise<void> | undefined {
    if (tenure.isReleased) return noteFailure(tenure, error);
    const isStopping = this.parts.lifetime.applicationStopping.aborted;
    const isCancelled = isStopping && isCancellation(error);
    const budget = isStopping ? undefined : this.#budgets.get(service);
    if (budget?.applies(error !== undefined)) return this.#restart(service, tenure, budget, error);
    if (error === undefined || isCancelled) this.#onFinished(service);
    else this.#onFailed(service, error);
    return undefined;
  }

  #restart(service: BackgroundService, tenure: Tenure, budget: RestartBudget, error: Error | undefined): Promise<void> | undefined {
    const { logger, states } = this.parts;
    const milliseconds = budget.next();
    const name = states.nameOf(service);
    if (milliseconds === undefined) {
      this.#onFailed(service, new RestartLimitError(name, budget.count, error));
      return undefined;
    }
    states.set(service, 'restarting', error);
    const args = ['{Service} has ended, and is restarted in {Milliseconds} ms; restart {Count}', name, milliseconds, budget.count] as const;
    if (error) logger.error(error, ...args);
    else logger.information(...args);
    return this.#startAgain(service, tenure, milliseconds, error);
  }

  async #startAgain(service: BackgroundService, tenure: Tenure, milliseconds: number, error: Error | undefined): Promise<void> {
    const { lifetime, states, timeProvider } = this.parts;
    using source = new CancellationSource({ timeProvider, linkedTo: [lifetime.applicationStopping] });
    using _restart = restartOf(tenure, source);
    try {
      await delay(milliseconds, { timeProvider, signal: source.signal });
    } catch (thrown) {
      if (tenure.isReleased) return;
      if (!isCancellation(thrown)) return this.#onFailed(service, toError(thrown));
      // It will not come back, but what ended it has been said.
      return states.set(service, error ? 'failed' : 'finished');
    }
    if (tenure.isReleased) return;
    states.set(service, 'starting');
    try {
      tenure.start = service.start(source.signal);
      await tenure.start;
    } catch (thrown) {
      return this.#onEnded(service, tenure, toError(thrown));
    }
    // Its signal had fired in the middle of the start; whoever has taken over waits until it is at rest.
    if (tenure.isReleased) return noteFailure(tenure, await failureOf(service.executeTask));
    // The host may have stopped it meanwhile.
    if (states.statusOf(service) === 'starting') states.set(service, 'running');
    this.add(service);
  }

  #onFinished(service: BackgroundService): void {
    const { states } = this.parts;
    states.set(service, states.statusOf(service) === 'stopping' ? 'stopped' : 'finished');
  }

  #onFailed(service: BackgroundService, error: Error): void {
    const { lifetime, logger, options, states } = this.parts;
    states.set(service, 'failed', error);
    logger.log('error', { id: 9, name: 'BackgroundServiceFaulted' }, error, 'BackgroundService failed');
    if (options.backgroundServiceExceptionBehavior !== 'stopHost') return;
    logger.log(
      'critical',
      { id: 10, name: 'BackgroundServiceStoppingHost' },
      error,
      'The HostOptions.BackgroundServiceExceptionBehavior is configured to StopHost. A BackgroundService has thrown an unhandled exception, and the IHost instance is stopping. ' +
        'To avoid this behavior, configure this to Ignore; however the BackgroundService will not be restarted.',
    );
    this.#failures.push(error);
    lifetime.stopApplication();
  }
}

function noteFailure(tenure: Tenure, error: Error | undefined): undefined {
  if (error && !isCancellation(error)) tenure.failure = error;
  return undefined;
}

/** Whoever releases the tenure cuts its restart short, for as long as that is under way. */
function restartOf(tenure: Tenure, source: CancellationSource): Disposable {
  tenure.restart = source;
  return onDispose(() => (tenure.restart = undefined));
}

function failureOf(work: Promise<void> | undefined): Promise<Error | undefined> {
  return (work ?? Promise.resolve()).then(() => undefined, toError);
}
