import type { ServiceToken } from '../dependency-injection/index.js';
import { ArgumentOutOfRangeError, onDispose, toError } from '../primitives/index.js';
import type { IHostApplicationLifetime } from '../host-application-lifetime.js';
import type { ILogger } from '../logging/index.js';
import type { TimeProvider } from '../time/index.js';
import {
  type HealthReason,
  type HealthReport,
  type HealthStatus,
  healthStatuses,
  type HostedServiceState,
  type HostedServiceStatus,
  type IHealthReporter,
  type IHostHealth,
} from './host-health.js';

const healthy: HealthReport = { status: 'healthy' };
/** Where a service stands that does not do its work although the application is at work. */
const outOfOrder: readonly HostedServiceStatus[] = ['notStarted', 'starting', 'restarting', 'stopping', 'stopped'];

/** The states that the host keeps while it starts, runs and stops its services. */
export class HostedServiceStates implements IHostHealth {
  readonly #states = new Map<object, HostedServiceState>();
  /** Reports of services, and of classes of services, that are still being constructed. */
  readonly #reports = new Map<unknown, HealthReport>();
  readonly #givenNames = new WeakMap<object, string>();
  readonly #listeners = new Set<(state: HostedServiceState) => void>();
  #lifetime: IHostApplicationLifetime | undefined;
  #logger: ILogger | undefined;

  constructor(private readonly timeProvider: TimeProvider) {}

  get services(): readonly HostedServiceState[] {
    return [...this.#states.values()];
  }

  get status(): HealthStatus {
    return this.reasons[0]?.status ?? 'healthy';
  }

  get reasons(): readonly HealthReason[] {
    const isAtWork = this.isStarted && !this.#lifetime?.applicationStopping.aborted;
    const reasons = this.services.flatMap(state => reasonOf(state, isAtWork) ?? []);
    return [...reasons.filter(({ status }) => status === 'unhealthy'), ...reasons.filter(({ status }) => status === 'degraded')];
  }

  get isStarted(): boolean {
    return this.#lifetime?.applicationStarted.aborted ?? false;
  }

  get isReady(): boolean {
    return this.isStarted && !this.#lifetime?.applicationStopping.aborted && this.status !== 'unhealthy';
  }

  get isLive(): boolean {
    return !this.#lifetime?.applicationStopped.aborted;
  }

  onChange(listener: (state: HostedServiceState) => void): Disposable {
    this.#listeners.add(listener);
    return onDispose(() => this.#listeners.delete(listener));
  }

  /** Says whose services these are: the health of the whole depends on where the application stands. */
  follow(lifetime: IHostApplicationLifetime, logger: ILogger): void {
    this.#lifetime = lifetime;
    this.#logger = logger;
  }

  /** Takes up the services that the host has resolved; those it knows already stay as they are. */
  add(services: readonly object[]): void {
    const names = new Map<string, number>();
    for (const service of services) {
      const type = this.#givenNames.get(service) ?? (service.constructor.name || 'HostedService');
      const count = (names.get(type) ?? 0) + 1;
      names.set(type, count);
      if (this.#states.has(service)) continue;
      const name = count === 1 ? type : `${type}-${count}`;
      const health = this.#reports.get(service) ?? this.#reports.get(service.constructor) ?? healthy;
      this.#states.set(service, { name, service, status: 'notStarted', health, startedAt: undefined, stoppedAt: undefined, restarts: 0, error: undefined });
    }
  }

  set(service: object, status: HostedServiceStatus, error?: Error): void {
    const known = this.#states.get(service);
    if (!known) return;
    const now = this.timeProvider.getUtcNowMilliseconds();
    // What it said was of the work that has ended.
    const health = status === 'restarting' ? healthy : known.health;
    const hasEnded = status === 'stopped' || status === 'finished' || status === 'failed';
    this.#update(service, {
      ...known,
      status: withHealth(status, health),
      health,
      error: error ?? known.error,
      restarts: known.restarts + (status === 'restarting' ? 1 : 0),
      startedAt: status === 'running' ? now : known.startedAt,
      stoppedAt: hasEnded ? now : status === 'starting' ? undefined : known.stoppedAt,
    });
  }

  /** Begins a new life of a service that somebody starts: what it was before, and said of itself, does not count any more. */
  renew(service: object): void {
    const known = this.#states.get(service);
    if (!known) return;
    const restarts = known.restarts + 1;
    this.#update(service, { ...known, status: 'starting', health: healthy, startedAt: undefined, stoppedAt: undefined, restarts, error: undefined });
  }

  statusOf(service: object): HostedServiceStatus | undefined {
    return this.#states.get(service)?.status;
  }

  /** The name of a service that the host knows. */
  nameOf(service: object): string {
    return this.#states.get(service)?.name ?? service.constructor.name;
  }

  /** Names a service that is not named after its class, before the host takes it up. */
  name(service: object, name: string): void {
    this.#givenNames.set(service, name);
  }

  /** What one service says of itself. */
  report(service: object, health: HealthReport): void {
    const known = this.#states.get(service);
    if (known) this.#update(service, { ...known, health, status: withHealth(known.status, health) });
    else this.#reports.set(service, health);
  }

  reporterFor(requester: ServiceToken<unknown> | undefined): IHealthReporter {
    return {
      report: (status, description) => {
        if (!healthStatuses.includes(status)) throw new ArgumentOutOfRangeError('status', status, healthStatuses.map(word => `'${word}'`).join(' or '));
        const health = { status, description };
        this.#reports.set(requester, health);
        for (const service of this.#states.keys()) if (service.constructor === requester) this.report(service, health);
      },
    };
  }

  #update(service: object, state: HostedServiceState): void {
    this.#states.set(service, state);
    for (const listener of this.#listeners) {
      try {
        listener(state);
      } catch (error) {
        // It is not the service that has failed.
        this.#logger?.error(toError(error), 'A listener to the state of {Service} failed', state.name);
      }
    }
  }
}

/** A service that runs is `degraded` while it says so; whatever else it is, it stays. */
function withHealth(status: HostedServiceStatus, { status: health }: HealthReport): HostedServiceStatus {
  if (status !== 'running' && status !== 'degraded') return status;
  return health === 'healthy' ? 'running' : 'degraded';
}

function reasonOf({ name, status, health, error }: HostedServiceState, isAtWork: boolean): HealthReason | undefined {
  if (status === 'failed') return { name, status: 'unhealthy', description: error ? `failed: ${error.message}` : 'failed' };
  if (isAtWork && outOfOrder.includes(status)) return { name, status: 'unhealthy', description: status };
  return status === 'degraded' && health.status !== 'healthy' ? { name, status: health.status, description: health.description } : undefined;
}
