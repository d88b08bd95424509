import { BackgroundServiceWatch } from './background-service-watch.js';
import type { ServiceProvider } from './dependency-injection/index.js';
import type { HostedServiceStates } from './diagnostics/index.js';
import type { IHost } from './host.js';
import type { ApplicationLifetime } from './host-application-lifetime.js';
import type { HostOptions } from './host-options.js';
import { IHostedService, isLifecycleService } from './hosted-service.js';
import { runPhase } from './hosted-service-phase.js';
import type { IHostLifetime } from './lifetimes/index.js';
import type { ILogger } from './logging/index.js';
import { Deferred, onAbort, throwCollected, throwIfAborted, toError } from './primitives/index.js';
import { CancellationSource, TimeProvider } from './time/index.js';
import { maxTimerMilliseconds } from './time/span.js';

/** What a {@link GenericHost} is made of. */
export interface GenericHostParts {
  readonly services: ServiceProvider;
  readonly lifetime: ApplicationLifetime;
  readonly hostLifetime: IHostLifetime;
  readonly options: HostOptions;
  readonly logger: ILogger;
  readonly timeProvider: TimeProvider;
  readonly states: HostedServiceStates;
}

/**
 * The host: phases, signals, collected failures and log events as in .NET.
 *
 * Differs from .NET: with `rollbackFailedStart` a failed start stops what had started.
 *
 * @see Microsoft.Extensions.Hosting.Internal.Host (.NET 11)
 */
export class GenericHost implements IHost {
  readonly #parts: GenericHostParts;
  readonly #watch: BackgroundServiceWatch;
  #hasBegunToStart = false;
  #hostedServices: readonly IHostedService[] | undefined;

  constructor(parts: GenericHostParts) {
    this.#parts = parts;
    this.#watch = new BackgroundServiceWatch(parts);
  }

  get services(): ServiceProvider {
    return this.#parts.services;
  }

  async start(signal?: AbortSignal): Promise<void> {
    const { logger, lifetime, hostLifetime, options, timeProvider } = this.#parts;
    logger.log('debug', { id: 1, name: 'Starting' }, undefined, 'Hosting starting');
    using source = new CancellationSource({ timeProvider, delay: options.startupTimeout, linkedTo: [signal, lifetime.applicationStopping] });
    await hostLifetime.waitForStart(source.signal);
    throwIfAborted(source.signal);
    this.#hasBegunToStart = true;
    const started: IHostedService[] = [];
    try {
      await this.#startServices(source.signal, started);
    } catch (error) {
      logger.log('error', { id: 11, name: 'HostedServiceStartupFaulted' }, toError(error), 'Hosting failed to start');
      if (options.rollbackFailedStart) await this.#rollBack(started);
      throw error;
    }
    lifetime.notifyStarted();
    logger.log('debug', { id: 2, name: 'Started' }, undefined, 'Hosting started');
  }

  async #startServices(signal: AbortSignal, started: IHostedService[]): Promise<void> {
    const { services, states } = this.#parts;
    const hosted = (this.#hostedServices ??= services.getServices(IHostedService));
    states.add(hosted);
    const lifecycle = hosted.filter(isLifecycleService);
    await this.#startPhase(lifecycle, service => service.starting(signal));
    await this.#startPhase(hosted, async service => {
      states.set(service, 'starting');
      try {
        await service.start(signal);
      } catch (error) {
        states.set(service, 'failed', toError(error));
        throw error;
      }
      started.push(service);
      states.set(service, 'running');
      this.#watch.add(service);
    });
    await this.#startPhase(lifecycle, service => service.started(signal));
  }

  async #startPhase<T>(services: readonly T[], call: (service: T) => Promise<void>): Promise<void> {
    const errors = await runPhase(services, { concurrently: this.#parts.options.servicesStartConcurrently, abortOnFirstFailure: true }, call);
    throwCollected(errors, 'One or more hosted services failed to start.');
  }

  async #rollBack(started: readonly IHostedService[]): Promise<void> {
    const { logger, options, timeProvider } = this.#parts;
    using source = new CancellationSource({ timeProvider, delay: options.shutdownTimeout });
    for (const error of await this.#stopPhase([...started].reverse(), service => this.#stopService(service, source.signal)))
      logger.error(error, 'A service that had started failed to stop after the failed start');
  }

  async stop(signal?: AbortSignal): Promise<void> {
    const { logger, lifetime, hostLifetime, options, timeProvider } = this.#parts;
    logger.log('debug', { id: 3, name: 'Stopping' }, undefined, 'Hosting stopping');
    using source = new CancellationSource({ timeProvider, delay: options.shutdownTimeout, linkedTo: [signal] });
    const errors = this.#hasBegunToStart && this.#hostedServices ? await this.#stopServices(this.#hostedServices, source.signal) : [];
    // Does nothing when it has been called: a host that never started has this moment, too.
    lifetime.stopApplication();
    lifetime.notifyStopped();
    try {
      await hostLifetime.stop(source.signal);
    } catch (error) {
      errors.push(toError(error));
    }
    errors.push(...(await this.#watch.failures(source.signal)));
    this.#reportStopped(errors);
  }

  async #stopServices(hosted: readonly IHostedService[], signal: AbortSignal): Promise<Error[]> {
    const reversed = [...hosted].reverse();
    const lifecycle = reversed.filter(isLifecycleService);
    const errors = await this.#stopPhase(lifecycle, service => service.stopping(signal));
    this.#parts.lifetime.stopApplication();
    errors.push(...(await this.#stopPhase(reversed, service => this.#stopService(service, signal))));
    errors.push(...(await this.#stopPhase(lifecycle, service => service.stopped(signal))));
    return errors;
  }

  async #stopService(service: IHostedService, signal: AbortSignal): Promise<void> {
    const { states } = this.#parts;
    const before = states.statusOf(service);
    const wasAlive = before === 'running' || before === 'starting';
    if (wasAlive) states.set(service, 'stopping');
    try {
      await service.stop(signal);
      // A service that had finished or failed before keeps that state: it says more.
      if (wasAlive && states.statusOf(service) === 'stopping') states.set(service, 'stopped');
    } catch (error) {
      states.set(service, 'failed', toError(error));
      throw error;
    }
  }

  #stopPhase<T>(services: readonly T[], call: (service: T) => Promise<void>): Promise<Error[]> {
    return runPhase(services, { concurrently: this.#parts.options.servicesStopConcurrently, abortOnFirstFailure: false }, call);
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
    // A pending promise does not keep Node alive. The real clock, because this measures nothing.
    using _keepAlive = TimeProvider.system.createTimer(() => undefined, undefined, maxTimerMilliseconds, maxTimerMilliseconds);
    await stopping.promise;
    await this.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.services[Symbol.asyncDispose]();
  }
}
