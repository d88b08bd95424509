import { type ServiceToken, serviceToken } from '../dependency-injection/index.js';

/** Where a hosted service stands. `finished`: its work returned by itself; `failed`: its start, its work or its stop threw; `restarting`: its work ended, and it waits to be started again. */
export type HostedServiceStatus = 'notStarted' | 'starting' | 'running' | 'restarting' | 'stopping' | 'stopped' | 'finished' | 'failed';

/** How well a running service does its work, by its own account. */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** What a service last said about itself. */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly description?: string | undefined;
}

/** One hosted service as the host sees it. */
export interface HostedServiceState {
  /** The name of its class; further instances of the same class get `-2`, `-3`… */
  readonly name: string;
  /** The instance itself. */
  readonly service: object;
  readonly status: HostedServiceStatus;
  /** Default until it reports: healthy. */
  readonly health: HealthReport;
  /** Milliseconds since 1970; undefined until it has started. */
  readonly startedAt: number | undefined;
  /** Milliseconds since 1970; undefined until it has ended. */
  readonly stoppedAt: number | undefined;
  /** How often its work was started again. */
  readonly restarts: number;
  /** Why it failed. */
  readonly error: Error | undefined;
}

/** The state of all hosted services. Differs from .NET: an addition. */
export interface IHostHealth {
  /** In the order in which they start; empty until the host has begun to. */
  readonly services: readonly HostedServiceState[];
  /** Calls back with a service's new state at each change. */
  onChange(listener: (state: HostedServiceState) => void): Disposable;
}

export const IHostHealth: ServiceToken<IHostHealth> = serviceToken('IHostHealth');

/** How a hosted service tells its health; injected, it speaks for the class that asks, and says nothing when that is no hosted service. */
export interface IHealthReporter {
  report(status: HealthStatus, description?: string): void;
}

export const IHealthReporter: ServiceToken<IHealthReporter> = serviceToken('IHealthReporter');
