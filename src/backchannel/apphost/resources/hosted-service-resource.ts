import { isHealthCheck } from '../../../hosting/diagnostics/health-check.js';
import type { HealthStatus, HostedServiceState } from '../../../hosting/diagnostics/index.js';
import type { IHostedServiceControl } from '../../../hosting/hosted-service-control.js';
import type { ResourceCommandDefinition } from '../commands/resource-command-definition.js';
import type { ResourceLog } from '../logs/resource-log.js';
import type { McpTool } from '../mcp/mcp-tool.js';
import { factsOfOptions } from './facts-of-options.js';
import type { ResourceFacts } from './resource-facts.js';
import type { ResourceOptions } from './resource-options.js';
import { ResourceState } from './resource-state.js';
import type { AppHostResource, ResourceLifecycle } from './resource.js';

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

/** What a {@link HostedServiceResource} is made of. */
export interface HostedServiceResourceParts {
  /** Unique among the resources of the AppHost. */
  readonly name: string;
  readonly options: ResourceOptions;
  readonly log: ResourceLog;
  readonly appHostPath: string;
  /** Starts and stops the service; without it the resource has no lifecycle. */
  readonly control?: IHostedServiceControl | undefined;
}

/**
 * A hosted service of this process, as a resource. It is started and stopped on its own, while the process and its other services go on; the host starts it for
 * the first time.
 *
 * A health check cannot be stopped: it does no work of its own, and without it nobody would know how what it looks at is.
 */
export class HostedServiceResource implements AppHostResource {
  readonly name: string;
  readonly displayName: string;
  readonly log: ResourceLog;
  readonly commands: readonly ResourceCommandDefinition[];
  readonly mcpTools: readonly McpTool[];
  readonly lifecycle: ResourceLifecycle | undefined;
  readonly #declared: ResourceFacts;
  readonly #state: ResourceState;

  constructor({ name, options, log, appHostPath, control }: HostedServiceResourceParts, state: HostedServiceState) {
    this.name = name;
    this.displayName = options.displayName ?? name;
    this.log = log;
    this.commands = options.commands ?? [];
    this.mcpTools = options.mcpTools ?? [];
    this.lifecycle = control && !isHealthCheck(state.service) ? lifecycleOf(state.service, control) : undefined;
    const declared = factsOfOptions(options);
    const properties = { 'executable.pid': process.pid, 'resource.source': appHostPath, ...declared.properties };
    this.#declared = { resourceType: 'HostedService', ...declared, properties };
    this.#state = new ResourceState({ ...this.#declared, ...factsOf(state) });
  }

  get facts(): ResourceFacts {
    return this.#state.facts;
  }

  onChange(listener: () => void): Disposable {
    return this.#state.onChange(listener);
  }

  /** Takes over what the host says of the service. */
  follow(state: HostedServiceState): void {
    this.#state.update(factsOf(state));
  }
}

function lifecycleOf(service: object, control: IHostedServiceControl): ResourceLifecycle {
  return {
    waitFor: [],
    hasExplicitStart: false,
    start: async signal => void (await control.start(service, signal)),
    stop: async signal => void (await control.stop(service, signal)),
  };
}

function factsOf({ status, health, error, startedAt, stoppedAt }: HostedServiceState): ResourceFacts {
  const isRunning = status === 'running' || status === 'degraded';
  const failedToStart = status === 'failed' && startedAt === undefined;
  return {
    state: failedToStart ? 'FailedToStart' : stateNames[status],
    stateStyle: status === 'failed' ? 'error' : isRunning ? 'success' : null,
    exitCode: status === 'failed' ? 1 : status === 'finished' || status === 'stopped' ? 0 : null,
    createdAt: toIso(startedAt),
    startedAt: toIso(startedAt),
    stoppedAt: toIso(stoppedAt),
    healthReports: [{ name: 'self', status: healthNames[health.status], description: health.description ?? null, exceptionText: error?.message ?? null }],
  };
}

function toIso(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}
