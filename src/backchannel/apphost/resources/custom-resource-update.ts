import type { HealthStatus } from '../../../hosting/diagnostics/host-health.js';
import type { ResourceUrlOptions } from './resource-options.js';

/** States that the clients know, besides any other text. */
export type ResourceStateName =
  | 'NotStarted'
  | 'Waiting'
  | 'Starting'
  | 'Running'
  | 'Building'
  | 'Active'
  | 'ValueMissing'
  | 'RuntimeUnhealthy'
  | 'Stopping'
  | 'Exited'
  | 'Finished'
  | 'FailedToStart';

/** One of the reports on a resource, the worst of which is its health. */
export interface ResourceHealthReport {
  /** Tells it from the others. Default: the name of the resource. */
  readonly name?: string;
  readonly status: HealthStatus;
  readonly description?: string | undefined;
  /** What went wrong, with the stack if there is one. */
  readonly exceptionText?: string | undefined;
}

/** What a container, or whatever else a resource stands for, has mounted. */
export interface ResourceVolumeOptions {
  /** Where it comes from. Default: nowhere, as with an anonymous volume. */
  readonly source?: string | null;
  /** Where the resource sees it. */
  readonly target: string;
  /** Default: `volume`. */
  readonly mountType?: 'bind' | 'volume';
  /** Default: false. */
  readonly isReadOnly?: boolean;
}

/** A variable in the environment of a resource. Those whose names are those of secrets are sent without their value. */
export interface ResourceVariableOptions {
  readonly name: string;
  /** Default: null, for one that has none, or whose value is nobody's business. */
  readonly value?: string | null;
  /** Whether it was declared, as opposed to inherited. Default: true. */
  readonly isFromSpec?: boolean;
}

/** What a program says of a resource of its own. What is left out stays as it is; a list takes the place of all that there was. */
export interface ResourceUpdate {
  /** One of the states that clients know, or at most 64 characters that they show as they are. */
  readonly state?: ResourceStateName | (string & {});
  /** How the state is shown; null is the client's choice. */
  readonly stateStyle?: 'success' | 'info' | 'warning' | 'error' | null;
  /** Shown while the state is `Running`. */
  readonly health?: HealthStatus | ResourceHealthReport | readonly ResourceHealthReport[];
  /** A whole number of 32 bits; only of what has ended. Null takes it away. */
  readonly exitCode?: number | null;
  /** Null takes it away, as with the other moments. */
  readonly createdAt?: Date | null;
  /** Default: the moment at which its state becomes `Running`. */
  readonly startedAt?: Date | null;
  /** Not before the start. Default: the moment at which its state becomes `Exited`, `Finished` or `FailedToStart`. */
  readonly stoppedAt?: Date | null;
  readonly urls?: readonly ResourceUrlOptions[];
  readonly volumes?: readonly ResourceVolumeOptions[];
  readonly environmentVariables?: readonly ResourceVariableOptions[];
  /** Any JSON values by name, added to those that there are; undefined takes one away. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

const endStates: readonly string[] = ['Exited', 'Finished', 'FailedToStart'] satisfies readonly ResourceStateName[];

/** Whether it has ended, and can be started again. */
export function isEndState(state: string | null | undefined): boolean {
  return endStates.includes(state ?? '');
}

/** The reports that any form of a health stands for. */
export function reportsOf(health: NonNullable<ResourceUpdate['health']>): readonly ResourceHealthReport[] {
  if (Array.isArray(health)) return health as readonly ResourceHealthReport[];
  return [typeof health === 'object' ? (health as ResourceHealthReport) : { status: health }];
}
