import { BackgroundService } from './background-service.js';
import type { HostedServiceStates } from './diagnostics/index.js';
import type { IHostApplicationLifetime } from './host-application-lifetime.js';
import type { HostOptions } from './host-options.js';
import type { IHostedService } from './hosted-service.js';
import type { ILogger } from './logging/index.js';
import { isCancellation, raceAbort, toError } from './primitives/index.js';

/** What a {@link BackgroundServiceWatch} needs of its host. */
export interface BackgroundServiceWatchParts {
  readonly lifetime: IHostApplicationLifetime;
  readonly options: HostOptions;
  readonly logger: ILogger;
  readonly states: HostedServiceStates;
}

/**
 * Watches the work of the background services, and remembers the failures that stopped the host.
 *
 * @see Microsoft.Extensions.Hosting.Internal.Host.TryExecuteBackgroundServiceAsync (.NET 11)
 */
export class BackgroundServiceWatch {
  readonly #watched: Promise<void>[] = [];
  readonly #failures: Error[] = [];

  constructor(private readonly parts: BackgroundServiceWatchParts) {}

  /** Begins to watch a service that has just started. */
  add(service: IHostedService): void {
    const work = service instanceof BackgroundService ? service.executeTask : undefined;
    if (!work) return;
    this.#watched.push(
      work.then(
        () => this.#onFinished(service),
        (error: unknown) => this.#onFailed(service, toError(error)),
      ),
    );
  }

  /** Waits until all that is watched has ended, or until `signal` fires; then says what stopped the host. */
  async failures(signal: AbortSignal): Promise<readonly Error[]> {
    await raceAbort(Promise.all(this.#watched), signal).catch(() => undefined);
    return this.#failures;
  }

  #onFinished(service: IHostedService): void {
    const { states } = this.parts;
    states.set(service, states.statusOf(service) === 'stopping' ? 'stopped' : 'finished');
  }

  #onFailed(service: IHostedService, error: Error): void {
    const { lifetime, logger, options, states } = this.parts;
    if (lifetime.applicationStopping.aborted && isCancellation(error)) return this.#onFinished(service);
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
