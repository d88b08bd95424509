import { ArgumentError } from '../../../hosting/primitives/index.js';
import type { ResourceUrl } from '../../contract/index.js';
import { assertCommandDefinitions } from '../commands/assert-command-definitions.js';
import { assertMcpTools } from '../mcp/assert-mcp-tools.js';
import type { ResourceFacts } from './resource-facts.js';
import type { ResourceOptions, ResourceUrlOptions } from './resource-options.js';

/** Where clients look for the display name of the parent, besides the relationship. */
const parentProperty = 'resource.parentName';

/** What options say of a resource that does not change: its type, addresses, relationships and properties, and whether it is hidden. */
export function factsOfOptions({ resourceType, isHidden, urls, parent, relationships = [], properties = {} }: ResourceOptions): ResourceFacts {
  return {
    ...(resourceType !== undefined && { resourceType }),
    isHidden: isHidden ?? false,
    urls: (urls ?? []).map(toUrl),
    relationships: parent === undefined ? relationships : [{ resourceName: parent, type: 'Parent' }, ...relationships],
    properties: parent === undefined ? properties : { ...properties, [parentProperty]: parent },
  };
}

/**
 * Checks what every kind of resource may be given.
 *
 * @throws ArgumentError that names the resource and the option, ResourceOfferError for a command or a tool that cannot work
 */
export function assertResourceOptions(resourceName: string, options: ResourceOptions): void {
  const refuse = (problem: string): never => {
    throw new ArgumentError('options', `The resource '${resourceName}' cannot be described so: ${problem}.`);
  };
  for (const option of ['displayName', 'resourceType', 'parent'] as const)
    if (options[option]?.trim() === '') refuse(`'${option}' is empty; leave it out, or give it a text`);
  for (const { url } of options.urls ?? []) if (!URL.canParse(url)) refuse(`'${url}' is no address; expected one such as 'http://localhost:8080'`);
  for (const { resourceName: other, type } of options.relationships ?? [])
    if (!other?.trim() || !type?.trim()) refuse('a relationship needs the display name of the other resource and a type such as Reference');
  for (const [name, value] of Object.entries(options.properties ?? {}))
    if (!isJson(value)) refuse(`the property '${name}' is no JSON value; expected a text, a number, true, false, null, a list or an object of these`);
  assertCommandDefinitions(resourceName, options.commands ?? []);
  assertMcpTools(resourceName, options.mcpTools ?? []);
}

function toUrl({ url, name, displayName, sortOrder = 0, isInternal = false }: ResourceUrlOptions): ResourceUrl {
  return { name: name || 'default', url, isInternal, displayProperties: { displayName: displayName || null, sortOrder } };
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}
