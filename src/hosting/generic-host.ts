import { BackgroundServiceWatch, type BackgroundServiceWatchParts } from './background-service-watch.js';
import type { IServiceProvider } from './dependency-injection/index.js';
import type { HostPhase, HostTimeline } from './diagnostics/index.js';
import type { IHost } from './host.js';
import type { ApplicationLifetime } from './host-application-lifetime.js';
import { throwIfUnusable } from './host-options.js';
import { HostedServiceCalls } from './hosted-service-calls.js';
import type { IHostedServiceControl } from './hosted-service-control.js';
import { HostedServiceController } from './hosted-service-controller.js';
import { IHostedService, isLifecycleService } from './hosted-service.js';
import { inStartOrder } from './hosted-service-order.js';
import { type PhaseObserver, runPhase } from './hosted-service-phase.js';
import { keepProcessAlive } from './keep-process-alive.js';
import type { IHostLifetime } from './lifetimes/index.js';
import { runStartupValidation } from './options/index.js';
import { Deferred, isCancellation, onAbort, throwCollected, throwIfAborted, toError } from './primitives/index.js';
import { CancellationSource, delay, infiniteTimeSpan, type TimeSpan } from './time/index.js';

/** What a {@link GenericHost} is made of. */
export interface GenericHostParts extends BackgroundServiceWatchParts {
  readonly lifetime: ApplicationLifetime;
  readonly hostLifetime: IHostLifetime;
  /** Disposes the services, and what of the builder the host has taken over. */
  readonly dispose: () => Promise<void>;
}

/**
 * The host: phases, signals, collected failures and log events as in .NET.
 *
 * Differs from .NET: with `rollbackFailedStart` a failed start stops what had started; with `hungServiceTimeout` the host moves on without what does not react.
 *
 * @see Microsoft.Extensions.Hosting.Internal.Host (.NET 11)
 */
export class GenericHost implements IHost {
  readonly #parts: GenericHostParts;
  readonly #watch: BackgroundServiceWatch;
  readonly #calls: HostedServiceCalls;
  readonly #control: HostedServiceController;
  #hostedServices: readonly IHostedService[] | undefined;
  #isDisposed = false;

  constructor(parts: GenericHostParts) {
    this.#parts = parts;
    this.#watch = new BackgroundServiceWatch(parts);
    this.#calls = new HostedServiceCalls(parts);
    this.#control = new HostedServiceController({ ...parts, watch: this.#watch }, parts.lifetime);
    parts.states.follow(parts.lifetime, parts.logger);
  }

  get services(): IServiceProvider {
    return this.#parts.services;
  }

  get timeline(): HostTimeline {
    return this.#parts.timeline;
  }

  /** Starts and stops single services while the host runs. */
  get control(): IHostedServiceControl {
    return this.#control;
  }

  async start(signal?: AbortSignal): Promise<void> {
    const { logger, lifetime, hostLifetime, options, timeProvider } = this.#parts;
    logger.log('debug', { id: 1, name: 'Starting' }, undefined, 'Hosting starting');
    using source = new CancellationSource({ timeProvider, linkedTo: [signal, lifetime.applicationStopping] });
    source.cancelAfter(options.startupTimeout);
    await this.#timed('waitForStart', () => hostLifetime.waitForStart(source.signal));
    throwIfAborted(source.signal);
    const started = new Set<IHostedService>();
    try {
      await this.#startServices(source.signal, started);
    } catch (error) {
      // What gives up while it is being constructed, because the start is given up, has not failed.
      if (!this.#hostedServices && source.isCancellationRequested && isCancellation(error)) throw error;
      logger.log('error', { id: 11, name: 'HostedServiceStartupFaulted' }, toError(error), 'Hosting failed to start');
      if (options.rollbackFailedStart) await this.#rollBack(started);
      throw error;
    }
    lifetime.notifyStarted();
    logger.log('debug', { id: 2, name: 'Started' }, undefined, 'Hosting started');
  }

  async #startServices(signal: AbortSignal, started: Set<IHostedService>): Promise<void> {
    const { services, states, options } = this.#parts;
    throwIfUnusable(options);
    await runStartupValidation(services, signal);
    const hosted = (this.#hostedServices ??= this.#prepare(services.getServices(IHostedService)));
    states.add(hosted);
    const lifecycle = hosted.filter(isLifecycleService);
    await this.#startPhase('starting', signal, lifecycle, service => service.starting(signal));
    const start = (service: IHostedService) => {
      states.set(service, 'starting');
      return service.start(signal);
    };
    await this.#startPhase('start', signal, hosted, start, {
      onSuccess: service => {
        started.add(service);
        states.set(service, 'running');
        this.#watch.add(service);
      },
      onFailure: (service, error) => states.set(service, 'failed', error),
    });
    await this.#startPhase('started', signal, lifecycle, service => service.started(signal));
  }

  #prepare(registered: readonly IHostedService[]): readonly IHostedService[] {
    const { services, options } = this.#parts;
    const hosted = options.startOrder === 'dependencies' ? inStartOrder(registered, token => services.getService(token)) : registered;
    this.#watch.prepare(hosted);
    return hosted;
  }

  async #startPhase<T extends IHostedService>(
    phase: HostPhase,
    signal: AbortSignal,
    services: readonly T[],
    call: (service: T) => Promise<void>,
    observer?: PhaseObserver<T>,
  ): Promise<void> {
    const order = { concurrently: this.#parts.options.servicesStartConcurrently, abortOnFirstFailure: true };
    const errors = await runPhase(services, order, this.#calls.supervise(phase, signal, call), observer);
    throwCollected(errors, 'One or more hosted services failed to start.');
  }

  /** In reverse of the order in which services start, whichever of them was ready first. */
  async #rollBack(started: ReadonlySet<IHostedService>): Promise<void> {
    const { logger, options, timeProvider } = this.#parts;
    using source = new CancellationSource({ timeProvider });
    source.cancelAfter(options.shutdownTimeout);
    const reversed = (this.#hostedServices ?? []).filter(service => started.has(service)).reverse();
    for (const error of await this.#stopInOrder(reversed, source.signal))
      logger.error(error, 'A service that had started failed to stop after the failed start');
  }

  async stop(limit?: AbortSignal | TimeSpan): Promise<void> {
    const { logger, lifetime, hostLifetime, options, timeProvider } = this.#parts;
    logger.log('debug', { id: 3, name: 'Stopping' }, undefined, 'Hosting stopping');
    using patience = new CancellationSource({ timeProvider, linkedTo: [isSignal(limit) ? limit : undefined] });
    if (!isSignal(limit)) patience.cancelAfter(limit ?? infiniteTimeSpan);
    using source = new CancellationSource({ timeProvider, linkedTo: [patience.signal] });
    source.cancelAfter(options.shutdownTimeout);
    const control = this.#control.close(source.signal);
    if (control) await control;
    const errors = this.#hostedServices ? await this.#stopServices(this.#hostedServices, source.signal) : [];
    // Does nothing when it has been called: a host that never started has this moment, too.
    lifetime.stopApplication();
    lifetime.notifyStopped();
    try {
      await this.#timed('stopLifetime', () => hostLifetime.stop(source.signal));
    } catch (error) {
      errors.push(toError(error));
    }
    errors.push(...(await this.#watch.failures(source.signal)));
    this.#reportStopped(errors);
  }

  async #stopServices(hosted: readonly IHostedService[], signal: AbortSignal): Promise<Error[]> {
    const reversed = hosted.filter(service => !this.#control.isStopped(service)).reverse();
    const lifecycle = reversed.filter(isLifecycleService);
    const errors = await this.#stopPhase('stopping', signal, lifecycle, service => service.stopping(signal));
    this.#parts.lifetime.stopApplication();
    errors.push(...(await this.#stopInOrder(reversed, signal)));
    errors.push(...(await this.#stopPhase('stopped', signal, lifecycle, service => service.stopped(signal))));
    return errors;
  }

  /** Stops the services in this order. A service that had finished or failed before keeps that state: it says more. */
  #stopInOrder(services: readonly IHostedService[], signal: AbortSignal): Promise<Error[]> {
    const { states } = this.#parts;
    const stop = (service: IHostedService) => {
      const status = states.statusOf(service);
      if (status === 'running' || status === 'degraded' || status === 'starting') states.set(service, 'stopping');
      return service.stop(signal);
    };
    return this.#stopPhase('stop', signal, services, stop, {
      onSuccess: service => {
        if (states.statusOf(service) === 'stopping') states.set(service, 'stopped');
      },
      onFailure: (service, error) => states.set(service, 'failed', error),
    });
  }

  #stopPhase<T extends IHostedService>(
    phase: HostPhase,
    signal: AbortSignal,
    services: readonly T[],
    call: (service: T) => Promise<void>,
    observer?: PhaseObserver<T>,
  ): Promise<Error[]> {
    const order = { concurrently: this.#parts.options.servicesStopConcurrently, abortOnFirstFailure: false };
    return runPhase(services, order, this.#calls.supervise(phase, signal, call), observer);
  }

  async #timed(phase: HostPhase, call: () => Promise<void>): Promise<void> {
    const end = this.#parts.timeline.begin('IHostLifetime', phase);
    try {
      await call();
      end('done');
    } catch (error) {
      end('failed', toError(error));
      throw error;
    }
  }

  #reportStopped(errors: readonly Error[]): void {
    const { logger } = this.#parts;
    try {
      throwCollected(errors, 'One or more hosted services failed to stop or one or more background services threw an exception.');
    } catch (error) {
      logger.log('debug', { id: 5, name: 'StoppedWithException' }, toError(error), 'Hosting shutdown exception');
      throw error;
    }
    logger.log('debug', { id: 4, name: 'Stopped' }, undefined, 'Hosting stopped');
  }

  async run(signal?: AbortSignal): Promise<void> {
    using _alive = keepProcessAlive();
    try {
      await this.start(signal);
      await this.waitForShutdown(signal);
    } finally {
      await this[Symbol.asyncDispose]();
    }
  }

  async waitForShutdown(signal?: AbortSignal): Promise<void> {
    const { lifetime } = this.#parts;
    const stopping = new Deferred<void>();
    using _registration = onAbort(signal, () => lifetime.stopApplication());
    using _waiter = lifetime.onStopping(() => stopping.resolve());
    using _alive = keepProcessAlive();
    await stopping.promise;
    const { options, timeProvider } = this.#parts;
    await delay(options.shutdownDelay, { timeProvider });
    await this.stop();
  }

  /** Does nothing the second time; the container disposes the host as well, because it has made it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    // Nobody waits for a service that is disposed.
    const control = this.#control.close(AbortSignal.abort());
    if (control) await control;
    await this.#parts.dispose();
  }
}

function isSignal(limit: AbortSignal | TimeSpan | undefined): limit is AbortSignal {
  return typeof limit === 'object' && 'aborted' in limit;
}
