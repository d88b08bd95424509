import { maxTimerMilliseconds } from '../../../hosting/time/span.js';
import { isJsonObject } from '../../rpc/json-value.js';
import { isTimeout } from '../commands/assert-command-definitions.js';
import { lengthOfJson } from '../commands/json-length.js';
import { kindOf, shownName } from '../commands/message-text.js';
import { ResourceOfferError } from '../commands/resource-offer-error.js';
import type { McpTool } from './mcp-tool.js';

/** What MCP allows. */
const toolName = /^[\w./-]{1,128}$/;
/** The description of a tool is part of every snapshot of its resource. UTF-16 units of its JSON. */
const maxCharacters = 262_144;

/**
 * Checks the tools of a resource before anybody can ask for them.
 *
 * @throws ResourceOfferError for the first that cannot work
 */
export function assertMcpTools(resourceName: string, tools: readonly McpTool[]): void {
  const names = new Set<string>();
  for (const tool of tools) {
    const refuse = (expected: string, found: string): never => {
      throw new ResourceOfferError(resourceName, `MCP tool '${shownName(String(tool?.name))}'`, expected, found);
    };
    if (!isJsonObject(tool)) refuse('an object', kindOf(tool));
    if (typeof tool.name !== 'string' || !toolName.test(tool.name)) refuse("a name of 1 to 128 letters, digits, '_', '-', '.' and '/'", 'another');
    if (names.has(tool.name)) refuse('a name of its own', 'one that another tool has');
    names.add(tool.name);
    assertMembers(tool, refuse);
  }
}

function assertMembers(tool: McpTool, refuse: (expected: string, found: string) => never): void {
  const { title, description, inputSchema, outputSchema, annotations, timeout, call } = tool;
  if (typeof call !== 'function') refuse("'call' to be a function", kindOf(call));
  if (!isTimeout(timeout)) refuse(`a timeout of 1 to ${maxTimerMilliseconds} whole milliseconds, or -1`, String(timeout));
  for (const [member, value] of Object.entries({ inputSchema, outputSchema })) {
    if (value === undefined) continue;
    if (!isJsonObject(value) || value['type'] !== 'object') refuse(`'${member}' to be a JSON schema whose 'type' is 'object'`, 'something else');
  }
  const length = lengthOfJson({ title, description, inputSchema, outputSchema, annotations });
  if (length === undefined) refuse('a description that JSON can express', 'something else');
  else if (length > maxCharacters) refuse(`a description of at most ${maxCharacters} characters`, `${length}`);
}
