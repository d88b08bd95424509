import { isSecretName } from '../../../hosting/primitives/index.js';
import type { EnvironmentVariable, ResourceSnapshot, ResourceUrl } from '../../contract/index.js';
import { describeCommands } from '../commands/describe-commands.js';
import { describeMcpServer } from '../mcp/describe-mcp-server.js';
import { type PropertyForm, toProperties } from './property-values.js';
import { healthOf } from './resource-health.js';
import type { AppHostResource } from './resource.js';

/** Where a resource lists what it waits for, besides the member of its own. */
const waitingForProperty = 'resource.waitingFor';

/**
 * A resource as clients get it, with every member of the contract.
 *
 * What has the name of a secret among its properties and environment variables comes without its value.
 *
 * @param form `text` for clients that do not announce `aux.v3`
 * @see Aspire.Hosting.Backchannel, AuxiliaryBackchannelRpcTarget.CreateResourceSnapshot
 */
export function snapshotOf(resource: AppHostResource, form: PropertyForm): ResourceSnapshot {
  const { name, displayName, facts } = resource;
  const { resourceType = null, properties = {} } = facts;
  return {
    name,
    displayName,
    resourceType,
    // Clients before 13.6 overwrite resourceType with this older member.
    type: resourceType,
    state: facts.state ?? null,
    waitingFor: waitingForOf(properties[waitingForProperty]) ?? facts.waitingFor ?? null,
    stateStyle: facts.stateStyle ?? null,
    healthStatus: healthOf(facts),
    exitCode: facts.exitCode ?? null,
    createdAt: facts.createdAt ?? null,
    startedAt: facts.startedAt ?? null,
    stoppedAt: facts.stoppedAt ?? null,
    urls: (facts.urls ?? []).flatMap(toUrl),
    relationships: facts.relationships ?? [],
    healthReports: facts.healthReports ?? [],
    volumes: facts.volumes ?? [],
    environmentVariables: (facts.environmentVariables ?? []).map(withoutSecret),
    properties: toProperties(properties, form),
    isHidden: facts.isHidden ?? false,
    mcpServer: describeMcpServer(resource),
    commands: describeCommands(resource),
  };
}

function waitingForOf(property: unknown): readonly string[] | undefined {
  if (property === undefined || property === null) return undefined;
  const names = (Array.isArray(property) ? property : [property]).filter((name): name is string => typeof name === 'string' && name !== '');
  return names.length > 0 ? names : undefined;
}

/** An address without a text is none. */
function toUrl({ name, url, isInternal, displayProperties }: ResourceUrl): readonly ResourceUrl[] {
  if (!url) return [];
  const { displayName = null, sortOrder = 0 } = displayProperties ?? {};
  return [{ name: name || 'default', url, isInternal, displayProperties: { displayName: displayName || null, sortOrder } }];
}

function withoutSecret(variable: EnvironmentVariable): EnvironmentVariable {
  return isSecretName(variable.name) ? { ...variable, value: null } : variable;
}
