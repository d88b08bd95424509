import type { HealthStatus, HostedServiceState, IHostHealth } from '../../hosting/diagnostics/index.js';
import { ChangeLatch } from '../../hosting/primitives/index.js';
import type { ResourceSnapshot } from '../contract/index.js';

/** The wire's names of the states of a hosted service. */
const stateNames: Readonly<Record<HostedServiceState['status'], string>> = {
  notStarted: 'NotStarted',
  starting: 'Starting',
  running: 'Running',
  // How well it does so is the health's to say: the wire has no state for it.
  degraded: 'Running',
  restarting: 'Waiting',
  stopping: 'Stopping',
  stopped: 'Exited',
  finished: 'Finished',
  failed: 'Exited',
};

const healthNames: Readonly<Record<HealthStatus, string>> = { healthy: 'Healthy', degraded: 'Degraded', unhealthy: 'Unhealthy' };

/** The hosted services of this process, as resources. */
export class ResourceModel {
  constructor(
    private readonly health: IHostHealth,
    /** What of them is no resource: the services that make this process an AppHost. */
    private readonly isInternal: (service: object) => boolean,
    private readonly appHostPath: string,
  ) {}

  /** All resources in the order of registration. */
  get snapshots(): readonly ResourceSnapshot[] {
    return this.health.services.filter(state => !this.isInternal(state.service)).map(state => this.#toSnapshot(state));
  }

  /** Calls back with a resource's new snapshot at each change. */
  onChange(listener: (snapshot: ResourceSnapshot) => void): Disposable {
    return this.health.onChange(state => {
      if (!this.isInternal(state.service)) listener(this.#toSnapshot(state));
    });
  }

  /**
   * Every resource as it is now, then each change; a reader that is slow gets the newest state of each resource.
   *
   * @throws OperationCanceledError when `signal` fires: there is no other end
   */
  async *watch(signal: AbortSignal): AsyncGenerator<ResourceSnapshot, never, undefined> {
    const pending = new Map(this.snapshots.map(snapshot => [snapshot.name, snapshot]));
    const changed = new ChangeLatch();
    using _changes = this.onChange(snapshot => {
      // Deleted first, so that resources leave in the order of their latest change.
      pending.delete(snapshot.name);
      pending.set(snapshot.name, snapshot);
      changed.set();
    });
    for (;;) {
      for (const [name, snapshot] of pending) {
        pending.delete(name);
        yield snapshot;
      }
      await changed.wait(signal);
    }
  }

  #toSnapshot(state: HostedServiceState): ResourceSnapshot {
    const { name, status, health, error, startedAt, stoppedAt } = state;
    const isRunning = status === 'running' || status === 'degraded';
    const failedToStart = status === 'failed' && startedAt === undefined;
    return {
      name,
      displayName: name,
      resourceType: 'HostedService',
      // Clients before 13.6 overwrite resourceType with this older member.
      type: 'HostedService',
      state: failedToStart ? 'FailedToStart' : stateNames[status],
      waitingFor: null,
      stateStyle: status === 'failed' ? 'error' : isRunning ? 'success' : null,
      healthStatus: isRunning ? healthNames[health.status] : null,
      exitCode: status === 'failed' ? 1 : status === 'finished' || status === 'stopped' ? 0 : null,
      createdAt: toIso(startedAt),
      startedAt: toIso(startedAt),
      stoppedAt: toIso(stoppedAt),
      urls: [],
      relationships: [],
      healthReports: [{ name: 'self', status: healthNames[health.status], description: health.description ?? null, exceptionText: error?.message ?? null }],
      volumes: [],
      environmentVariables: [],
      properties: { 'executable.pid': process.pid, 'resource.source': this.appHostPath },
      isHidden: false,
      mcpServer: null,
      commands: [],
    };
  }
}

function toIso(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}
