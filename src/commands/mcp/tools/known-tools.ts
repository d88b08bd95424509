import { listAppHostsTool } from './list-app-hosts-tool.js';
import { listResourcesTool } from './list-resources-tool.js';
import type { McpTool } from './mcp-tool.js';
import { selectAppHostTool } from './select-app-host-tool.js';

/** The tools of the server itself, in the order of the `aspire` CLI. */
export const knownTools: readonly McpTool[] = [listResourcesTool, selectAppHostTool, listAppHostsTool];
