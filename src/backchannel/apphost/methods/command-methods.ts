import { auxMethods, readCallMcpToolRequest, readExecuteResourceCommandRequest } from '../../contract/index.js';
import type { RpcMethods } from '../../rpc/index.js';
import type { CommandExecutor } from '../commands/command-executor.js';
import type { McpToolCaller } from '../mcp/mcp-tool-caller.js';
import { flattenAnswer } from '../mcp/tool-answer.js';
import type { AppHostResource } from '../resources/resource.js';
import type { ResourceCatalog } from '../resources/resource-catalog.js';
import { mandatoryRequest, readable } from './method-shapes.js';

/** What can be done with resources: their commands, and the MCP tools that are found at them. */
export function commandMethods(catalog: ResourceCatalog, commands: CommandExecutor, tools: McpToolCaller): RpcMethods {
  return {
    [auxMethods.executeResourceCommand]: mandatoryRequest(readExecuteResourceCommandRequest, (request, { signal }) =>
      commands.execute(theOne(catalog, request.resourceName), request, signal),
    ),
    [auxMethods.callResourceMcpTool]: {
      parameters: ['resourceName', 'toolName', 'arguments'],
      invoke: ([resourceName, toolName, args], { signal }) => {
        const request = readable(readCallMcpToolRequest, { resourceName, toolName, arguments: args });
        return tools.call(anyOf(catalog, request.resourceName), request, signal);
      },
    },
    [auxMethods.callMcpTool]: mandatoryRequest(readCallMcpToolRequest, async (request, { signal }) =>
      flattenAnswer(await tools.call(anyOf(catalog, request.resourceName), request, signal)),
    ),
  };
}

/** The resource that is meant; of a name that replicas share, none is. */
function theOne(catalog: ResourceCatalog, name: string): AppHostResource | undefined {
  const found = catalog.find(name);
  return found.kind === 'found' ? found.resource : undefined;
}

/** The resource that is meant, or the first of the replicas: their tools are the same. */
function anyOf(catalog: ResourceCatalog, name: string): AppHostResource | undefined {
  const found = catalog.find(name);
  return found.kind === 'ambiguous' ? found.resources[0] : theOne(catalog, name);
}
