import { MemberReader, readList, readText } from './member-reader.js';
import { readMcpTool } from './mcp.js';
import { readResourceCommand, type ResourceCommand } from './resource-command.js';
import { readJson } from './value-limits.js';

/**
 * The state of one instance of a resource. Times are ISO 8601.
 *
 * A serving end writes every member: older CLIs crash on a missing list, and show no type unless `type` repeats `resourceType`.
 */
export interface ResourceSnapshot {
  /** Unique: the model name, or the model name with a suffix that is new at each start of the AppHost. */
  readonly name: string;
  /** The model name, equal for all replicas. */
  readonly displayName: string | null;
  readonly resourceType: string | null;
  /** The older name of `resourceType`. */
  readonly type: string | null;
  /** `Running`, `Finished`…; free text, and `""` for a moment of a restart. */
  readonly state: string | null;
  /** The resources that it waits for. Since 13.5. */
  readonly waitingFor: readonly string[] | null;
  /** `success`, `info`, `warning` or `error`. */
  readonly stateStyle: string | null;
  /** `Healthy`, `Degraded` or `Unhealthy`; null unless it runs. */
  readonly healthStatus: string | null;
  readonly exitCode: number | null;
  readonly createdAt: string | null;
  /** Of a coarser resolution than `createdAt`, so it can lie before it. */
  readonly startedAt: string | null;
  readonly stoppedAt: string | null;
  readonly urls: readonly ResourceUrl[];
  readonly relationships: readonly ResourceRelationship[];
  readonly healthReports: readonly HealthReport[];
  readonly volumes: readonly ResourceVolume[];
  readonly environmentVariables: readonly EnvironmentVariable[];
  /**
   * Any JSON for clients that announce `aux.v3`, otherwise text or null. At most 64 levels deep.
   *
   * A number is a double: of a whole number beyond 2^53 the nearest one is left. Who needs every digit announces no `aux.v3`; the value is then a text.
   */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly isHidden: boolean;
  readonly mcpServer: ResourceMcpServer | null;
  readonly commands: readonly ResourceCommand[];
}

/** An address of a resource. */
export interface ResourceUrl {
  readonly name: string;
  readonly url: string;
  readonly isInternal: boolean;
  /** The one with the highest `sortOrder` comes first. */
  readonly displayProperties: { readonly displayName: string | null; readonly sortOrder: number } | null;
}

/** A tie between resources. */
export interface ResourceRelationship {
  /** The display name of the other resource. */
  readonly resourceName: string;
  /** `Reference`, `Parent`, `WaitFor`…; free text. */
  readonly type: string;
}

/** The outcome of one health check. */
export interface HealthReport {
  readonly name: string;
  readonly status: string | null;
  readonly description: string | null;
  readonly exceptionText: string | null;
}

/** A mount of a container. */
export interface ResourceVolume {
  readonly source: string | null;
  readonly target: string;
  /** `bind` or `volume`. */
  readonly mountType: string;
  readonly isReadOnly: boolean;
}

/** A variable of a resource's environment. The value may be a secret. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string | null;
  /** Whether the AppHost declares it, as opposed to inheriting it; not reliable with 13.5. */
  readonly isFromSpec: boolean;
}

/** The MCP server that a resource runs. */
export interface ResourceMcpServer {
  readonly endpointUrl: string;
  /** Tools as MCP describes them. */
  readonly tools: readonly Readonly<Record<string, unknown>>[];
}

/** The request of `GetResourcesAsync` and `WatchResourcesAsync`. */
export interface GetResourcesRequest {
  /** Part of the instance name, in any letter case. */
  readonly filter?: string | null;
  readonly clientCapabilities?: readonly string[];
}

/** The answer to `GetResourcesAsync`. */
export interface GetResourcesResponse {
  readonly resources: readonly ResourceSnapshot[];
}

/** Reads a snapshot, filling in what is missing; both names of the type become the same. @param path where it stands, for errors @throws ContractError without a name */
export function readResourceSnapshot(value: unknown, path = 'ResourceSnapshot'): ResourceSnapshot {
  return readSnapshot(value, path);
}

/**
 * The snapshots in an answer to `GetResourcesAsync`, which is an object with a list, or to `GetResourceSnapshotsAsync`, which is the list; null is none.
 *
 * @throws ContractError
 */
export function readResources(value: unknown): readonly ResourceSnapshot[] {
  if (Array.isArray(value)) return readList(value, 'Resources', readSnapshot);
  return new MemberReader(value ?? {}, 'Resources').list('resources', readSnapshot);
}

/** Reads the request of `GetResourcesAsync` with its defaults; null and undefined are an empty one. @throws ContractError */
export function readGetResourcesRequest(value: unknown): Required<GetResourcesRequest> {
  const request = new MemberReader(value ?? {}, 'GetResourcesRequest');
  return { filter: request.stringOrNull('filter'), clientCapabilities: request.list('clientCapabilities', readText) };
}

function readSnapshot(value: unknown, path: string): ResourceSnapshot {
  const snapshot = new MemberReader(value, path);
  const type = snapshot.stringOrNull('resourceType') ?? snapshot.stringOrNull('type');
  return {
    name: snapshot.string('name'),
    displayName: snapshot.stringOrNull('displayName'),
    resourceType: type,
    type,
    state: snapshot.stringOrNull('state'),
    waitingFor: snapshot.listOrNull('waitingFor', readText),
    stateStyle: snapshot.stringOrNull('stateStyle'),
    healthStatus: snapshot.stringOrNull('healthStatus'),
    exitCode: snapshot.integerOrNull('exitCode'),
    createdAt: snapshot.timeOrNull('createdAt'),
    startedAt: snapshot.timeOrNull('startedAt'),
    stoppedAt: snapshot.timeOrNull('stoppedAt'),
    urls: snapshot.list('urls', readUrl),
    relationships: snapshot.list('relationships', readRelationship),
    healthReports: snapshot.list('healthReports', readHealthReport),
    volumes: snapshot.list('volumes', readVolume),
    environmentVariables: snapshot.list('environmentVariables', readEnvironmentVariable),
    properties: snapshot.dictionaryOrNull('properties', readJson) ?? {},
    isHidden: snapshot.boolean('isHidden', false),
    mcpServer: snapshot.objectOrNull('mcpServer', readMcpServer),
    commands: snapshot.list('commands', readResourceCommand),
  };
}

function readUrl(value: unknown, path: string): ResourceUrl {
  const url = new MemberReader(value, path);
  return {
    name: url.string('name'),
    url: url.string('url'),
    isInternal: url.boolean('isInternal', false),
    displayProperties: url.objectOrNull('displayProperties', display => ({
      displayName: display.stringOrNull('displayName'),
      sortOrder: display.integerOrNull('sortOrder') ?? 0,
    })),
  };
}

function readRelationship(value: unknown, path: string): ResourceRelationship {
  const relationship = new MemberReader(value, path);
  return { resourceName: relationship.string('resourceName'), type: relationship.string('type') };
}

function readHealthReport(value: unknown, path: string): HealthReport {
  const report = new MemberReader(value, path);
  return {
    name: report.string('name'),
    status: report.stringOrNull('status'),
    description: report.stringOrNull('description'),
    exceptionText: report.stringOrNull('exceptionText'),
  };
}

function readVolume(value: unknown, path: string): ResourceVolume {
  const volume = new MemberReader(value, path);
  return {
    source: volume.stringOrNull('source'),
    target: volume.string('target'),
    mountType: volume.string('mountType'),
    isReadOnly: volume.boolean('isReadOnly', false),
  };
}

function readEnvironmentVariable(value: unknown, path: string): EnvironmentVariable {
  const variable = new MemberReader(value, path);
  return { name: variable.string('name'), value: variable.stringOrNull('value'), isFromSpec: variable.boolean('isFromSpec', false) };
}

function readMcpServer(server: MemberReader): ResourceMcpServer {
  return { endpointUrl: server.string('endpointUrl'), tools: server.list('tools', readMcpTool) };
}
