import { type ServiceToken, serviceToken } from './dependency-injection/service-token.js';

/**
 * A part of the program that starts and stops with the host.
 *
 * Services start in the order of their registration and stop in reverse, one after the other unless the host's options say otherwise.
 *
 * @see Microsoft.Extensions.Hosting.IHostedService
 */
export interface IHostedService {
  /**
   * The hosted services that have to be started before this one, by class or by another token. Counts where `HostOptions.startOrder` is `dependencies`.
   *
   * Differs from .NET: an addition.
   */
  readonly startAfter?: readonly ServiceToken<unknown>[] | undefined;
  /** Starts the service. The signal fires when the start is given up: by the caller, by the startup timeout, or because the application is stopping. */
  start(signal: AbortSignal): Promise<void>;
  /** Stops the service. The signal fires when the stop should no longer be graceful. Called also when `start` never was or has failed. */
  stop(signal: AbortSignal): Promise<void>;
}

/** The token under which the host finds all hosted services. */
export const IHostedService: ServiceToken<IHostedService> = serviceToken('IHostedService');

/**
 * A hosted service that also takes part before and after the others start and stop.
 *
 * It is registered as {@link IHostedService}; the host recognises the four methods on the instance.
 *
 * @see Microsoft.Extensions.Hosting.IHostedLifecycleService
 */
export interface IHostedLifecycleService extends IHostedService {
  /** Called for all services before the first `start`. */
  starting(signal: AbortSignal): Promise<void>;
  /** Called for all services after the last `start`. */
  started(signal: AbortSignal): Promise<void>;
  /** Called for all services, last registered first, before the first `stop`. */
  stopping(signal: AbortSignal): Promise<void>;
  /** Called for all services, last registered first, after the last `stop`. */
  stopped(signal: AbortSignal): Promise<void>;
}

/** Whether a hosted service has all four lifecycle methods. */
export function isLifecycleService(service: IHostedService): service is IHostedLifecycleService {
  const candidate = service as Partial<IHostedLifecycleService>;
  return [candidate.starting, candidate.started, candidate.stopping, candidate.stopped].every(method => typeof method === 'function');
}
