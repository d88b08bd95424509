import { type ServiceToken, serviceToken } from '../dependency-injection/index.js';

/**
 * Where a hosted service stands. `degraded`: it runs, and by its own account not well, be it `degraded` or `unhealthy`; `finished`: its work returned by
 * itself; `failed`: its start, its work or its stop threw; `restarting`: its work ended, and it waits to be started again.
 *
 * A service that says it is unhealthy has not failed: it is at work, is stopped like any other, and is `running` again as soon as it says that it is healthy.
 */
export type HostedServiceStatus = 'notStarted' | 'starting' | 'running' | 'degraded' | 'restarting' | 'stopping' | 'stopped' | 'finished' | 'failed';

/** How well a running service does its work, by its own account. */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** All of them. */
export const healthStatuses: readonly HealthStatus[] = ['healthy', 'degraded', 'unhealthy'];

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
  /** Default until it reports, and again when its work is to be restarted: healthy. */
  readonly health: HealthReport;
  /** Milliseconds since 1970; undefined until it has started. */
  readonly startedAt: number | undefined;
  /** Milliseconds since 1970; undefined until it has ended. */
  readonly stoppedAt: number | undefined;
  /** How often its work was started again, by its restart policy or through `IHostedServiceControl`. */
  readonly restarts: number;
  /** Why it failed. */
  readonly error: Error | undefined;
}

/** Why the health of a host is not the best. */
export interface HealthReason {
  /** The name of the service or of the check. */
  readonly name: string;
  readonly status: Exclude<HealthStatus, 'healthy'>;
  /** What it reported, or where it stands when that is the reason. */
  readonly description: string | undefined;
}

/**
 * The state of all hosted services, and of the whole that they make.
 *
 * Differs from .NET: an addition.
 */
export interface IHostHealth {
  /**
   * How the whole is: as the worst of {@link reasons}, healthy without any.
   *
   * A service that runs counts by its own report. One that has failed is unhealthy; so is, from the moment when everything has started until the application
   * is to stop, one that is not at work: it restarts, or was stopped on its own, be it on purpose. One that has finished is well.
   */
  readonly status: HealthStatus;
  /** What keeps {@link status} from being healthy: what is unhealthy first, then what is degraded, each in the order of the services. */
  readonly reasons: readonly HealthReason[];
  /** Whether everything has started; stays so. */
  readonly isStarted: boolean;
  /** Whether work may be sent to the program: everything has started, nothing is to stop, and nothing is unhealthy. */
  readonly isReady: boolean;
  /** Whether the program does anything at all: false when the application has stopped. */
  readonly isLive: boolean;
  /** In the order in which they start; empty until the host has begun to. */
  readonly services: readonly HostedServiceState[];
  /** Calls back with a service's new state at each change. What a listener throws is logged, and changes nothing else. */
  onChange(listener: (state: HostedServiceState) => void): Disposable;
}

export const IHostHealth: ServiceToken<IHostHealth> = serviceToken('IHostHealth');

/** How a hosted service tells its health; injected, it speaks for the class that asks, and says nothing when that is no hosted service. */
export interface IHealthReporter {
  /** @throws ArgumentOutOfRangeError for a status that there is not */
  report(status: HealthStatus, description?: string): void;
}

export const IHealthReporter: ServiceToken<IHealthReporter> = serviceToken('IHealthReporter');
