import { ArgumentError } from '../../../hosting/primitives/index.js';
import type { ResourceUrl } from '../../contract/index.js';
import { assertCommandDefinitions } from '../commands/assert-command-definitions.js';
import { kindOf } from '../commands/message-text.js';
import { assertMcpTools } from '../mcp/assert-mcp-tools.js';
import type { ResourceFacts } from './resource-facts.js';
import type { ResourceOptions, ResourceUrlOptions } from './resource-options.js';

/** Where clients look for the display name of the parent, besides the relationship. */
const parentProperty = 'resource.parentName';

const exampleAddress = 'http://localhost:8080';

/** Parsed as an address, the host is its protocol. */
const hostAndPort = /^[a-z][a-z\d.-]*:\d/i;

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
  assertKinds(options, refuse);
  for (const address of options.urls ?? []) {
    const problem = problemOfAddress(address);
    if (problem) refuse(problem);
  }
  for (const relationship of options.relationships ?? [])
    if (!isText(relationship?.resourceName) || !isText(relationship.type))
      refuse('a relationship needs the display name of the other resource and a type such as Reference');
  for (const [name, value] of Object.entries(options.properties ?? {}))
    if (!isJson(value)) refuse(`the property '${name}' is no JSON value; expected a text, a number, true, false, null, a list or an object of these`);
  assertCommandDefinitions(resourceName, options.commands ?? []);
  assertMcpTools(resourceName, options.mcpTools ?? []);
}

/** What is wrong with an address; undefined when it is one. */
export function problemOfAddress(address: ResourceUrlOptions): string | undefined {
  if (typeof address !== 'object' || address === null) return `an address is an object such as { url: '${exampleAddress}' }, but not ${kindOf(address)}`;
  const { url } = address;
  return URL.canParse(url) && !hostAndPort.test(url) ? undefined : `'${url}' is no address; expected one such as '${exampleAddress}'`;
}

/** What JavaScript may give in the place of what the types ask for. */
function assertKinds(options: ResourceOptions, refuse: (problem: string) => never): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) refuse(`expected an object with options, but found ${kindOf(options)}`);
  for (const option of ['displayName', 'resourceType', 'parent'] as const) {
    const value: unknown = options[option];
    if (value !== undefined && typeof value !== 'string') refuse(`'${option}' has to be a text, but is ${kindOf(value)}`);
    if (value !== undefined && !isText(value)) refuse(`'${option}' is empty; leave it out, or give it a text`);
  }
  for (const option of ['urls', 'relationships', 'commands', 'mcpTools'] as const)
    if (options[option] !== undefined && !Array.isArray(options[option])) refuse(`'${option}' has to be a list, but is ${kindOf(options[option])}`);
  const { properties = {} } = options;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties))
    refuse(`'properties' has to be an object, but is ${kindOf(properties)}`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
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
