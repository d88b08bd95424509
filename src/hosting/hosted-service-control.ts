import { type ServiceToken, serviceToken } from './dependency-injection/index.js';
import { HostwardError } from './primitives/index.js';

/** What a start has done: nothing when the service is at work, or is being started by its restart policy. */
export type HostedServiceStartOutcome = 'started' | 'alreadyRunning';

/** What a stop has done: nothing when the service has not started, was stopped, or has finished. */
export type HostedServiceStopOutcome = 'stopped' | 'alreadyStopped';

/** What a restart has done: `started` when there was nothing to stop. */
export type HostedServiceRestartOutcome = 'restarted' | 'started';

/**
 * Starts and stops one hosted service while the host runs; the others, also those that depend on it, go on.
 *
 * Calls for one service take turns, in their order; those for different services know nothing of each other. Every call ends: the start of a service has
 * `HostOptions.startupTimeout`, or 60 s where that is infinite, its stop has `shutdownTimeout`, or 30 s; then its signal fires, and what has not ended
 * `hungServiceTimeout` later, or 1 s, is left behind with a `HungServiceError`.
 *
 * Where the service stands is in `IHostHealth`, which calls the whole unhealthy while a service is stopped. A failure here never stops the host; work that fails
 * by itself after a start counts as ever. A service that stops or restarts itself must not wait for it: the call waits for the service.
 *
 * Differs from .NET: an addition.
 */
export interface IHostedServiceControl {
  /**
   * Starts a service that is not at work: `starting`, `start`, `started`. One that waits for its restart is started at once.
   *
   * What fails is taken back with `stopping`, `stop` and `stopped`. Its restart policy counts from the beginning.
   *
   * @param signal gives the start up
   * @throws what the service threw
   * @throws HostedServiceControlError outside of the life of the application, and when the host ends it; or when an earlier call has left it at work
   * @throws DeadlineExceededError when the service gave up because its time was over
   * @throws HungServiceError when it did not
   * @throws ArgumentError (`service`) for what is no hosted service of this host
   */
  start(service: object, signal?: AbortSignal): Promise<HostedServiceStartOutcome>;
  /**
   * Stops a service: `stopping`, `stop`, `stopped`. A restart that it waits for is given up. The host does not stop it again.
   *
   * All three are called even if one fails. The work of a background service has ended afterwards; that it ends with an `AbortError` is no failure.
   *
   * @param signal ends the wait for the turn; from then on, ends what is graceful of the stop and not the stop
   * @throws as {@link start}; what the work threw while it was stopped, too; an `AggregateError` of several
   */
  stop(service: object, signal?: AbortSignal): Promise<HostedServiceStopOutcome>;
  /**
   * Stops a service and starts it again, in one turn; a stop that fails is the end of it.
   *
   * @throws as {@link stop} and {@link start}
   */
  restart(service: object, signal?: AbortSignal): Promise<HostedServiceRestartOutcome>;
}

export const IHostedServiceControl: ServiceToken<IHostedServiceControl> = serviceToken('IHostedServiceControl');

/** Why a call of {@link IHostedServiceControl} is refused: see the errors' codes. */
export type HostedServiceControlErrorCode = 'ERR_HOST_NOT_RUNNING' | 'ERR_SERVICE_LEFT_BEHIND';

/** A hosted service cannot be started or stopped now. */
export class HostedServiceControlError extends HostwardError {
  override readonly name = 'HostedServiceControlError';

  constructor(
    code: HostedServiceControlErrorCode,
    /** The service's name. */
    readonly service: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}
