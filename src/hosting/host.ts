import { type IServiceProvider, type ServiceToken, serviceToken } from './dependency-injection/index.js';
import type { IHostTimeline } from './diagnostics/index.js';
import type { TimeSpan } from './time/index.js';

/**
 * A built program: its services, and the way to start and stop them.
 *
 * @see Microsoft.Extensions.Hosting.IHost
 */
export interface IHost extends AsyncDisposable {
  readonly services: IServiceProvider;
  /** Who took how long in which phase. Differs from .NET: an addition. */
  readonly timeline: IHostTimeline;
  /**
   * Starts the hosted services.
   *
   * @throws whatever the first failing service threw; an `AggregateError` when several failed
   * @throws OperationCanceledError when the start was given up
   */
  start(signal?: AbortSignal): Promise<void>;
  /**
   * Stops the hosted services, all of them even when some fail.
   *
   * @param limit until when the stop is graceful, within the time that `HostOptions.shutdownTimeout` gives it: a signal, or a span of time
   * @throws the failure, or an `AggregateError` of several; failures of background services that stopped the host are among them
   */
  stop(limit?: AbortSignal | TimeSpan): Promise<void>;
  /** Starts, waits until the application is to stop, stops and disposes. `signal` firing begins a graceful stop. Keeps the process alive meanwhile. */
  run(signal?: AbortSignal): Promise<void>;
  /** Waits until the application is to stop, then stops. Keeps the process alive meanwhile. */
  waitForShutdown(signal?: AbortSignal): Promise<void>;
}

export const IHost: ServiceToken<IHost> = serviceToken('IHost');
