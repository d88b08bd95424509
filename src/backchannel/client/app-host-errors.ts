import { HostwardError } from '../../hosting/primitives/index.js';
import type { ExecuteResourceCommandResponse } from '../contract/index.js';
import type { SocketState } from '../monitor/auxiliary-backchannel-monitor-contract.js';
import type { AppHostLogLine } from './app-host-log-lines.js';
import type { ResourceSummary } from './app-host-resources.js';

/** A socket that was found while an AppHost was looked for. */
export interface AppHostCandidate {
  readonly socketPath: string;
  /** What became of it: `connected` when it is another AppHost, `foreign` when it is no socket of this user, `orphaned` when its process is gone… */
  readonly state: SocketState;
  /** As its name says. */
  readonly processId: number | undefined;
  /** What the AppHost said of itself. */
  readonly appHostPath: string | undefined;
  /** Why there is no connection. */
  readonly problem: string | undefined;
}

/** Why there is no connection to an AppHost: none came in time, several are meant, or the process that was meant has ended. */
export type AppHostConnectFailure = 'notFound' | 'ambiguous' | 'processEnded';

/** There is no connection to the AppHost that was meant; the message says what was looked for, where, and what was there instead. */
export class AppHostConnectError extends HostwardError {
  override readonly name = 'AppHostConnectError';

  constructor(
    message: string,
    readonly reason: AppHostConnectFailure,
    /** The directories that were looked into. */
    readonly directories: readonly string[],
    readonly found: readonly AppHostCandidate[],
  ) {
    super('ERR_APP_HOST_CONNECT', message);
  }
}

/** The AppHost has no resource of that name. */
export class ResourceNotFoundError extends HostwardError {
  override readonly name = 'ResourceNotFoundError';

  constructor(
    message: string,
    readonly resourceName: string,
    /** The names that there are. */
    readonly known: readonly string[],
  ) {
    super('ERR_RESOURCE_NOT_FOUND', message);
  }
}

/** Why a wait has failed: its time is over, the resource has taken a state from which it does not get there, the name means several, or the AppHost is gone. */
export type ResourceWaitFailure = 'timedOut' | 'failed' | 'ambiguous' | 'connectionLost';

/** What a {@link ResourceWaitError} tells. */
export interface ResourceWaitFacts {
  readonly resourceName: string;
  /** `healthy`, `up`, `down`, or the name of the function. */
  readonly condition: string;
  readonly reason: ResourceWaitFailure;
  /** How the resource was last seen; undefined when it never was. */
  readonly lastSeen: ResourceSummary | undefined;
  /** The last lines of its log. */
  readonly logs: readonly AppHostLogLine[];
}

/** A resource did not become what was waited for. */
export class ResourceWaitError extends HostwardError implements ResourceWaitFacts {
  override readonly name = 'ResourceWaitError';
  readonly resourceName: string;
  readonly condition: string;
  readonly reason: ResourceWaitFailure;
  readonly lastSeen: ResourceSummary | undefined;
  readonly logs: readonly AppHostLogLine[];

  constructor(message: string, facts: ResourceWaitFacts, cause?: unknown) {
    super('ERR_RESOURCE_WAIT', message, cause === undefined ? undefined : { cause });
    this.resourceName = facts.resourceName;
    this.condition = facts.condition;
    this.reason = facts.reason;
    this.lastSeen = facts.lastSeen;
    this.logs = facts.logs;
  }
}

/** Why a command has failed: its arguments were refused, it was cancelled, it has failed, or it took too long. */
export type ResourceCommandFailure = 'invalidArguments' | 'canceled' | 'failed' | 'timedOut';

/** What a {@link ResourceCommandError} tells. */
export interface ResourceCommandFacts {
  readonly resourceName: string;
  readonly commandName: string;
  readonly reason: ResourceCommandFailure;
  /** The AppHost's answer; undefined when there is none. */
  readonly response: ExecuteResourceCommandResponse | undefined;
  /** How the resource was seen afterwards. */
  readonly lastSeen: ResourceSummary | undefined;
}

/** A command of a resource has not succeeded. */
export class ResourceCommandError extends HostwardError implements ResourceCommandFacts {
  override readonly name = 'ResourceCommandError';
  readonly resourceName: string;
  readonly commandName: string;
  readonly reason: ResourceCommandFailure;
  readonly response: ExecuteResourceCommandResponse | undefined;
  readonly lastSeen: ResourceSummary | undefined;

  constructor(message: string, facts: ResourceCommandFacts, cause?: unknown) {
    super('ERR_RESOURCE_COMMAND', message, cause === undefined ? undefined : { cause });
    this.resourceName = facts.resourceName;
    this.commandName = facts.commandName;
    this.reason = facts.reason;
    this.response = facts.response;
    this.lastSeen = facts.lastSeen;
  }
}

/** What an {@link AppHostStopError} tells. */
export interface AppHostStopFacts {
  readonly processId: number | undefined;
  readonly socketPath: string;
  /** Undefined when nobody can tell. */
  readonly isProcessAlive: boolean | undefined;
  readonly isSocketPresent: boolean;
  /** The resources as they were last seen. */
  readonly resources: readonly ResourceSummary[];
}

/** An AppHost did not stop. */
export class AppHostStopError extends HostwardError implements AppHostStopFacts {
  override readonly name = 'AppHostStopError';
  readonly processId: number | undefined;
  readonly socketPath: string;
  readonly isProcessAlive: boolean | undefined;
  readonly isSocketPresent: boolean;
  readonly resources: readonly ResourceSummary[];

  constructor(message: string, facts: AppHostStopFacts, cause?: unknown) {
    super('ERR_APP_HOST_STOP', message, cause === undefined ? undefined : { cause });
    this.processId = facts.processId;
    this.socketPath = facts.socketPath;
    this.isProcessAlive = facts.isProcessAlive;
    this.isSocketPresent = facts.isSocketPresent;
    this.resources = facts.resources;
  }
}
