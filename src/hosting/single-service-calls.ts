import { BackgroundService } from './background-service.js';
import type { BackgroundServiceWatch } from './background-service-watch.js';
import type { ControlLimits } from './control-limits.js';
import type { HostedServiceStates, HostPhase, HostTimeline } from './diagnostics/index.js';
import type { HostOptions } from './host-options.js';
import { HostedServiceCalls } from './hosted-service-calls.js';
import { type IHostedService, isLifecycleService } from './hosted-service.js';
import type { ILogger } from './logging/index.js';
import { isCancellation, throwIfAborted, toError } from './primitives/index.js';
import { CancellationSource, type TimeProvider } from './time/index.js';

/** What {@link SingleServiceCalls} needs of its host. */
export interface SingleServiceCallsParts {
  readonly options: HostOptions;
  readonly logger: ILogger;
  readonly timeProvider: TimeProvider;
  readonly states: HostedServiceStates;
  readonly timeline: HostTimeline;
  readonly watch: BackgroundServiceWatch;
}

/** The calls that start and stop one hosted service on its own, each with a limit. What is left behind is known until it ends. */
export class SingleServiceCalls {
  readonly #open = new Set<Promise<void>>();

  constructor(
    private readonly service: IHostedService,
    private readonly parts: SingleServiceCallsParts,
  ) {}

  /** Whether calls have not ended: between one start or stop and the next, those that were left behind. */
  get areOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Starts the service, and has its work watched. @throws what the first of the calls threw; a cancellation when `signal` has fired by their end */
  async start(signal: AbortSignal, limits: ControlLimits): Promise<void> {
    const { service } = this;
    const { states, watch } = this.parts;
    const call = (phase: HostPhase, work: () => Promise<void>): Promise<void> => {
      throwIfAborted(signal);
      return this.#call(phase, signal, limits, work);
    };
    if (isLifecycleService(service)) await call('starting', () => service.starting(signal));
    await call('start', () => this.#startWork(signal));
    states.set(service, 'running');
    watch.add(service);
    if (isLifecycleService(service)) await call('started', () => service.started(signal));
    throwIfAborted(signal);
  }

  /** The work of a background service ends with the signal of its start: it gets one that does not fire any more when the start has ended. */
  async #startWork(signal: AbortSignal): Promise<void> {
    using source = new CancellationSource({ linkedTo: [signal] });
    await this.service.start(source.signal);
    throwIfAborted(signal);
  }

  /** Stops the service and waits for the end of its work; all of the calls are made, unless a restart does not end. @returns what failed */
  async stop(signal: AbortSignal, limits: ControlLimits): Promise<Error[]> {
    const { service } = this;
    const errors = new Set<Error>();
    const attempt = async (phase: HostPhase, work: () => Promise<void>): Promise<void> => {
      await this.#call(phase, signal, limits, work).catch((thrown: unknown) => errors.add(toError(thrown)));
    };
    // From now on the end of the work is ours, also of one that ends before its stop is called.
    const released = this.parts.watch.release(service);
    if (released?.start) await attempt('start', () => settled(released.start));
    if (this.areOpen) return [...errors];
    if (isLifecycleService(service)) await attempt('stopping', () => service.stopping(signal));
    await attempt('stop', () => this.#stopWork(signal, released?.ended, errors));
    if (isLifecycleService(service)) await attempt('stopped', () => service.stopped(signal));
    return [...errors];
  }

  /** `stop` of a background service gives up with its signal, and the work goes on. @param errors gets what the stop threw, also when the work never ends */
  async #stopWork(signal: AbortSignal, work: Promise<Error | undefined> | undefined, errors: Set<Error>): Promise<void> {
    const { service } = this;
    const failures: Error[] = [];
    const note = (failure: Error): void => {
      failures.push(failure);
      errors.add(failure);
    };
    try {
      await service.stop(signal);
    } catch (thrown) {
      note(toError(thrown));
    }
    const failure = await work;
    if (failure) note(failure);
    if (service instanceof BackgroundService) await settled(service.executeTask);
    if (failures[0]) throw failures[0];
  }

  /** Whether neither a call nor the work of the service is under way. */
  async isAtRest(): Promise<boolean> {
    const { service } = this;
    return !this.areOpen && (!(service instanceof BackgroundService) || isSettled(service.executeTask));
  }

  /** Waits for the end of the calls that are open. */
  ended(): Promise<PromiseSettledResult<void>[]> {
    return Promise.allSettled(this.#open);
  }

  /** Waits for what was left behind, and says that it has ended. */
  async endOfLeftBehind(): Promise<void> {
    const { logger, states } = this.parts;
    const name = states.nameOf(this.service);
    for (const result of await this.ended()) {
      if (result.status === 'fulfilled' || isCancellation(result.reason)) logger.information('{Service} was left behind, and has come to an end', name);
      else logger.warning(toError(result.reason), '{Service} was left behind, and has failed since', name);
    }
  }

  #call(phase: HostPhase, signal: AbortSignal, limits: ControlLimits, work: () => Promise<void>): Promise<void> {
    const { options, logger, timeProvider, states, timeline } = this.parts;
    const calls = new HostedServiceCalls({
      options: { ...options, hungServiceTimeout: limits.hung },
      logger,
      timeProvider,
      states,
      timeline: { begin: (name, calledPhase) => timeline.begin(name, calledPhase, { isIndividual: true }) },
      slowText: 'has been at work',
    });
    return calls.supervise(phase, signal, () => this.#opened(work))(this.service);
  }

  #opened(work: () => Promise<void>): Promise<void> {
    const call = (async () => work())();
    const close = (): void => void this.#open.delete(call);
    this.#open.add(call);
    call.then(close, close);
    return call;
  }
}

async function settled(promise: Promise<void> | undefined): Promise<void> {
  await promise?.catch(() => undefined);
}

/** Whether a promise is settled now: then its reaction comes within the turn of the queue that is given it. */
async function isSettled(promise: Promise<unknown> | undefined): Promise<boolean> {
  let hasSettled = promise === undefined;
  const settle = (): void => void (hasSettled = true);
  promise?.then(settle, settle);
  await Promise.resolve();
  return hasSettled;
}
