import type { ResourceMcpServer } from '../../contract/index.js';
import type { AppHostResource } from '../resources/resource.js';
import type { McpTool } from './mcp-tool.js';

/**
 * The member `mcpServer` of a resource's snapshot; null for a resource without tools.
 *
 * The wire wants an address. There is none, as the tools are reached through the AppHost and in no other way: it is a name, the same at each start, that nobody can mistake for
 * something to connect to.
 */
export function describeMcpServer({ displayName, mcpTools }: Pick<AppHostResource, 'displayName' | 'mcpTools'>): ResourceMcpServer | null {
  if (mcpTools.length === 0) return null;
  return { endpointUrl: `urn:hostward:mcp:${encodeURIComponent(displayName.replace(/\p{Cs}/gu, '\ufffd'))}`, tools: mcpTools.map(describeTool) };
}

/** With every member that .NET writes. */
function describeTool({ name, title, description, inputSchema, outputSchema, annotations }: McpTool): Readonly<Record<string, unknown>> {
  return {
    name,
    title: title ?? null,
    description: description ?? null,
    inputSchema: inputSchema ?? { type: 'object', properties: {} },
    outputSchema: outputSchema ?? null,
    annotations: annotations ?? null,
    execution: null,
    icons: null,
    _meta: null,
  };
}
