import type { AppHostSelection, IAppHostConnection } from '../../../backchannel/monitor/index.js';
import { withDeadline } from '../../../hosting/time/index.js';
import { McpRefusal, rpcErrorCodes } from '../protocol/mcp-refusal.js';
import { asOneLine } from '../resources/bounded-text.js';
import type { ToolCall } from './mcp-tool.js';

/** So long all AppHosts together have to say that they are there. Milliseconds. */
const searchTimeout = 10_000;
/** So many AppHosts are named in one answer. */
const maxListed = 100;

/** An AppHost that a tool works with. */
export interface AppHostInUse {
  readonly connection: IAppHostConnection;
  /** Where it is, when that is not where the server is: a sentence for the beginning of the answer. */
  readonly remark: string | undefined;
}

/**
 * The AppHost that a call is about: the selected one, else the only one in the working directory.
 *
 * @param allowOutOfScope whether it may be the only one of the machine, elsewhere. For what only reads
 * @throws McpRefusal when there is none, or more than one; the texts that scripts know are those of the `aspire` CLI
 * @throws DeadlineExceededError, OperationCanceledError, PrivateDirectoryError
 */
export async function appHostInUse(call: ToolCall, { allowOutOfScope }: { readonly allowOutOfScope: boolean }): Promise<AppHostInUse> {
  const { monitor, timeProvider, signal, workingDirectory } = call;
  const search = (limit: AbortSignal) => monitor.resolveSelected({ allowOutOfScope, signal: limit });
  const selection = await withDeadline('The search for AppHosts', searchTimeout, search, { timeProvider, signal });
  const { connection } = selection;
  if (!connection) throw new McpRefusal(rpcErrorCodes.internalError, refusalOf(selection, workingDirectory));
  const remark = connection.isInScope
    ? undefined
    : `These are the data of ${nameOf(connection)}, which runs outside of the working directory ${workingDirectory}.`;
  return { connection, remark };
}

/** The paths of AppHosts, each on a line of its own. */
export function listPaths(connections: readonly IAppHostConnection[]): string {
  const paths = [...new Set(connections.map(nameOf))];
  const lines = paths.slice(0, maxListed).map(path => `  - ${path}`);
  return [...lines, ...(paths.length > maxListed ? [`  … and ${paths.length - maxListed} more`] : [])].join('\n');
}

/** How answers call an AppHost: by its file. */
export function nameOf({ appHostInfo, socketPath }: IAppHostConnection): string {
  return appHostInfo?.appHostPath ? asOneLine(appHostInfo.appHostPath) : `an AppHost without a path, at ${socketPath}`;
}

function refusalOf({ reason, candidates, message }: AppHostSelection, workingDirectory: string): string {
  const running = `\n\nRunning AppHosts:\n${listPaths(candidates)}`;
  switch (reason) {
    case 'noneRunning':
      return `No Aspire AppHost is currently running. To use Aspire MCP tools, you must first start an Aspire application by running 'aspire start' in your AppHost project directory. Once the application is running, the MCP tools will be able to connect to the dashboard and execute commands.`;
    case 'severalInScope':
      return `Multiple Aspire AppHosts are running in the scope of the MCP server's working directory. Use the 'select_apphost' tool to specify which AppHost to use.${running}`;
    case 'noneInScope':
      return `No Aspire AppHost runs in the scope of the MCP server's working directory (${workingDirectory}), but elsewhere some do. Use the 'select_apphost' tool to specify which AppHost to use.${running}`;
    default:
      return message;
  }
}
