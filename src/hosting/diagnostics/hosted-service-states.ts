import type { ServiceToken } from '../dependency-injection/index.js';
import { onDispose } from '../primitives/index.js';
import type { TimeProvider } from '../time/index.js';
import type { HealthReport, HostedServiceState, HostedServiceStatus, IHealthReporter, IHostHealth } from './host-health.js';

const healthy: HealthReport = { status: 'healthy' };

/** The states that the host keeps while it starts, runs and stops its services. */
export class HostedServiceStates implements IHostHealth {
  readonly #states = new Map<object, HostedServiceState>();
  /** Reports of classes whose instance is still being constructed. */
  readonly #reports = new Map<unknown, HealthReport>();
  readonly #listeners = new Set<(state: HostedServiceState) => void>();

  constructor(private readonly timeProvider: TimeProvider) {}

  get services(): readonly HostedServiceState[] {
    return [...this.#states.values()];
  }

  onChange(listener: (state: HostedServiceState) => void): Disposable {
    this.#listeners.add(listener);
    return onDispose(() => this.#listeners.delete(listener));
  }

  /** Takes up the services that the host has resolved; those it knows already stay as they are. */
  add(services: readonly object[]): void {
    const names = new Map<string, number>();
    for (const service of services) {
      const type = service.constructor.name || 'HostedService';
      const count = (names.get(type) ?? 0) + 1;
      names.set(type, count);
      if (this.#states.has(service)) continue;
      const name = count === 1 ? type : `${type}-${count}`;
      const health = this.#reports.get(service.constructor) ?? healthy;
      this.#states.set(service, { name, service, status: 'notStarted', health, startedAt: undefined, stoppedAt: undefined, restarts: 0, error: undefined });
    }
  }

  set(service: object, status: HostedServiceStatus, error?: Error): void {
    const known = this.#states.get(service);
    if (!known) return;
    const now = this.timeProvider.getUtcNowMilliseconds();
    const hasEnded = status === 'stopped' || status === 'finished' || status === 'failed';
    this.#update(service, {
      ...known,
      status,
      error: error ?? known.error,
      restarts: known.restarts + (status === 'restarting' ? 1 : 0),
      startedAt: status === 'running' ? now : known.startedAt,
      stoppedAt: hasEnded ? now : status === 'starting' ? undefined : known.stoppedAt,
    });
  }

  statusOf(service: object): HostedServiceStatus | undefined {
    return this.#states.get(service)?.status;
  }

  /** The name of a service that the host knows. */
  nameOf(service: object): string {
    return this.#states.get(service)?.name ?? service.constructor.name;
  }

  reporterFor(requester: ServiceToken<unknown> | undefined): IHealthReporter {
    return {
      report: (status, description) => {
        const health = { status, description };
        this.#reports.set(requester, health);
        for (const [service, state] of this.#states) {
          if (service.constructor === requester) this.#update(service, { ...state, health });
        }
      },
    };
  }

  #update(service: object, state: HostedServiceState): void {
    this.#states.set(service, state);
    for (const listener of this.#listeners) listener(state);
  }
}
