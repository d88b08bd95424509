import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { AppHostSocketStatus, IAppHostConnection } from '../../../backchannel/monitor/index.js';
import { asOneLine } from '../resources/bounded-text.js';
import { redactText } from '../resources/redact-text.js';
import { type McpTool, textResult, type ToolCall } from './mcp-tool.js';
import { scanForAppHosts, scanTimeout } from './scan-for-app-hosts.js';

/** So many entries has a list. */
const maxEntries = 2_000;

const introduction = 'These are the AppHosts of this user that run on this machine and answer.';

/** Lists the AppHosts, inside and outside of the working directory, and those that run and do not answer, with the reason. */
export const listAppHostsTool: McpTool = {
  description: {
    name: 'list_apphosts',
    title: 'List AppHosts',
    description:
      'Lists the Aspire AppHosts that run on this machine: those in the working directory of this server, and those elsewhere, each with its path and process id. ' +
      'Names those that run and do not answer, too, and says why. Looks for new ones first.',
    inputSchema: { type: 'object', properties: {} },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  },
  call: listAppHosts,
};

async function listAppHosts(call: ToolCall): Promise<CallToolResult> {
  const isComplete = await scanForAppHosts(call);
  const { connections, sockets } = call.monitor;
  const silent = sockets.filter(({ state }) => state !== 'connected' && state !== 'gone' && state !== 'orphaned');
  // Nobody removes them, so that there are more and more of them; of no use to a model.
  const leftOver = sockets.filter(({ state }) => state === 'orphaned').length;
  const sections = [
    introduction,
    `App hosts within scope of working directory: ${call.workingDirectory}`,
    toJson(connections.filter(({ isInScope }) => isInScope).map(toEntry)),
    'App hosts outside scope of working directory:',
    toJson(connections.filter(({ isInScope }) => !isInScope).map(toEntry)),
    ...(silent.length > 0 ? ['Sockets on which no app host answers:', toJson(silent.map(toSilentEntry))] : []),
    ...(leftOver > 0 ? [`Sockets that are left over from app hosts that have ended: ${leftOver}.`] : []),
    ...(isComplete ? [] : [`Not all of them had answered after ${scanTimeout} ms.`]),
  ];
  return textResult(`${sections.join('\n\n')}\n`);
}

/** Members and order are those of the `aspire` CLI, and so is what stands for an AppHost that says nothing of itself. */
function toEntry({ appHostInfo }: IAppHostConnection): object {
  return { appHostPath: appHostInfo?.appHostPath || 'Unknown', appHostPid: appHostInfo?.processId ?? 0, cliPid: appHostInfo?.cliProcessId ?? null };
}

function toSilentEntry({ socketPath, processId, appHostPath, state, problem, failedAttempts }: AppHostSocketStatus): object {
  const untold = failedAttempts > 0 ? `It is tried again, after ${failedAttempts} attempts that failed.` : 'It has not answered yet.';
  const reason = problem ? asOneLine(redactText(problem.message)) : untold;
  return { socketPath, appHostPid: processId ?? null, appHostPath: appHostPath ?? null, state, reason };
}

function toJson(entries: readonly object[]): string {
  const text = JSON.stringify(entries.slice(0, maxEntries), undefined, 2);
  return entries.length > maxEntries ? `${text}\n\nAnd ${entries.length - maxEntries} more.` : text;
}
