import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { isCancellation, toError } from '../../../hosting/primitives/index.js';
import { CancellationSource } from '../../../hosting/time/index.js';
import type { AppHostConnection } from '../../../backchannel/client/index.js';
import { asOneLine } from '../resources/bounded-text.js';
import { redactText } from '../resources/redact-text.js';
import { resourceData } from '../resources/resource-data.js';
import { appHostInUse, nameOf } from './app-host-in-use.js';
import { errorResult, type McpTool, textResult, type ToolCall } from './mcp-tool.js';

/** So long an AppHost has to tell its resources. Milliseconds. */
const resourcesTimeout = 10_000;
/** So long it has for the address of its dashboard, without which the answer is worth nearly as much: it waits until that is up. Milliseconds. */
const dashboardTimeout = 2_000;

const explanation = [
  'name identifies a resource; display_name is what the application calls it, and several instances may share it.',
  'environment has the names of the environment variables. Their values are withheld, because they may be secret, and so are other values that look secret: ***.',
  'The console log of a resource can tell why it is not running.',
];

/** Lists the resources of the AppHost, with all that is known of each and may be told. */
export const listResourcesTool: McpTool = {
  description: {
    name: 'list_resources',
    title: 'List resources',
    description:
      'Lists the resources of the running Aspire application: projects, containers, executables and others, each with its type, state, health, source, addresses, commands, ' +
      'relationships and the names of its environment variables. Secrets are masked.',
    inputSchema: { type: 'object', properties: {} },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  },
  call: listResources,
};

async function listResources(call: ToolCall): Promise<CallToolResult> {
  const { connection, remark } = await appHostInUse(call, { allowOutOfScope: true });
  const { client } = connection;
  // Ends the question for the dashboard, too, when there are no resources to tell of.
  using ending = new CancellationSource({ timeProvider: call.timeProvider, linkedTo: [call.signal] });
  const dashboard = findDashboard(client, ending.signal);
  try {
    const resources = await client.getResources({ includeHidden: true, timeout: resourcesTimeout, signal: ending.signal });
    const { dashboardUrl, problem } = await dashboard;
    const { count, json, omission } = resourceData(resources, dashboardUrl);
    const notes = [remark, problem].filter(note => note !== undefined);
    if (count === 0) return textResult([...notes, 'No resources found.'].join('\n\n'));
    return textResult([...notes, explanation.join('\n'), ...(omission === undefined ? [] : [omission]), '# RESOURCE DATA', json].join('\n\n'));
  } catch (error) {
    if (isCancellation(error)) throw error;
    ending.cancel();
    call.logger.warning(toError(error), 'The resources of {AppHostPath} cannot be listed', nameOf(connection));
    return errorResult(`The resources of ${nameOf(connection)} cannot be listed. ${asOneLine(redactText(toError(error).message))}`);
  }
}

interface Dashboard {
  readonly dashboardUrl?: string;
  /** Why there is no address, when that is not the application's choice. */
  readonly problem?: string;
}

/** Never rejects. */
async function findDashboard(client: AppHostConnection, signal: AbortSignal): Promise<Dashboard> {
  try {
    const urls = await client.getDashboardUrls({ timeout: dashboardTimeout, signal });
    return urls?.baseUrlWithLoginToken ? { dashboardUrl: urls.baseUrlWithLoginToken } : {};
  } catch {
    return { problem: 'The addresses of the dashboard are left out: the AppHost did not tell them in time.' };
  }
}
