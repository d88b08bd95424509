import { dirname, resolve } from 'node:path';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { AppHostSocketStatus, IAppHostConnection, SocketState } from '../../../backchannel/monitor/index.js';
import { comparablePath, computeSocketKeys, resolveAppHostPath, resolveSymlinks } from '../../../backchannel/naming/index.js';
import { asOneLine } from '../resources/bounded-text.js';
import { redactText } from '../resources/redact-text.js';
import { listPaths } from './app-host-in-use.js';
import { errorResult, type McpTool, textResult, type ToolCall } from './mcp-tool.js';
import { scanForAppHosts } from './scan-for-app-hosts.js';
import { readPathArgument } from './tool-arguments.js';

/** Somebody may be there who does not answer, or not yet. */
const silentStates: readonly SocketState[] = ['discovered', 'connecting', 'handshaking', 'backingOff'];

/** Chooses the AppHost that the other tools work with. */
export const selectAppHostTool: McpTool = {
  description: {
    name: 'select_apphost',
    title: 'Select an AppHost',
    description:
      'Chooses the Aspire AppHost that the other tools work with, which is needed when several run. Give the path of its file, or of the directory that it is the only one in; ' +
      'a relative path starts at the working directory of this server. The choice stays when the AppHost is restarted.',
    inputSchema: {
      type: 'object',
      properties: { appHostPath: { type: 'string', description: 'The path of the AppHost, absolute or relative to the working directory of this server.' } },
      required: ['appHostPath'],
    },
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  },
  call: selectAppHost,
};

async function selectAppHost(call: ToolCall): Promise<CallToolResult> {
  const { args, monitor, workingDirectory } = call;
  const given = readPathArgument(args, 'appHostPath');
  if (typeof given !== 'string') return errorResult(given.problem);
  const path = resolve(workingDirectory, given);
  let found = findFile(monitor.connections, path);
  if (found.length === 0) {
    await scanForAppHosts(call);
    found = findFile(monitor.connections, path);
    if (found.length === 0) found = findInDirectory(monitor.connections, path);
  }
  const [appHostPath, another] = distinctFiles(found);
  if (appHostPath === undefined) return errorResult(await notFound(call, path));
  if (another !== undefined) return errorResult(`Several AppHosts run in '${asOneLine(path)}'. Specify which of them to use:\n${listPaths(found)}`);
  monitor.selectedAppHostPath = appHostPath;
  return textResult(`Selected AppHost: ${asOneLine(appHostPath)}`);
}

/** The instances of an AppHost's file, symbolic links resolved on both sides. */
function findFile(connections: readonly IAppHostConnection[], path: string): readonly IAppHostConnection[] {
  const wanted = comparablePath(resolveSymlinks(path));
  return connections.filter(connection => {
    const own = resolveAppHostPath(connection.appHostInfo?.appHostPath);
    return own !== undefined && comparablePath(own) === wanted;
  });
}

/** Those whose files lie in a directory; if none does, those below it. */
function findInDirectory(connections: readonly IAppHostConnection[], path: string): readonly IAppHostConnection[] {
  const wanted = comparablePath(resolveSymlinks(path));
  const isWithin = (connection: IAppHostConnection, levels: number) => {
    let directory = resolveAppHostPath(connection.appHostInfo?.appHostPath);
    for (let level = 0; directory !== undefined && level < levels; level++) {
      const parent = dirname(directory);
      if (parent === directory) return false;
      if (comparablePath(parent) === wanted) return true;
      directory = parent;
    }
    return false;
  };
  const direct = connections.filter(connection => isWithin(connection, 1));
  return direct.length > 0 ? direct : connections.filter(connection => isWithin(connection, Infinity));
}

async function notFound({ monitor }: ToolCall, path: string): Promise<string> {
  const { connections, sockets } = monitor;
  const silent = await findSilent(sockets, path);
  const shown = asOneLine(path);
  if (silent) return `The AppHost at path '${shown}' does not answer. ${asOneLine(redactText(silent.problem?.message ?? 'It may be starting.'))}`;
  const available = connections.length > 0 ? ` Available AppHosts:\n${listPaths(connections)}` : ' No AppHosts are currently running.';
  return `No running AppHost found at path '${shown}'.${available}`;
}

/** A socket of that AppHost, on which nobody answers. An AppHost that never answered is known by the name of its socket. */
async function findSilent(sockets: readonly AppHostSocketStatus[], path: string): Promise<AppHostSocketStatus | undefined> {
  const canonical = resolveSymlinks(path);
  const { appHostIds, legacyHashes } = await computeSocketKeys(canonical, path);
  const isOfFile = ({ appHostId, appHostPath }: AppHostSocketStatus) =>
    appHostIds.includes(appHostId) || legacyHashes.includes(appHostId) || resolveAppHostPath(appHostPath) === canonical;
  return sockets.find(socket => silentStates.includes(socket.state) && isOfFile(socket));
}

/** The files as their AppHosts spell them, each once: several instances of one may run, and spell it differently. */
function distinctFiles(connections: readonly IAppHostConnection[]): readonly string[] {
  const spellings = new Map<string, string>();
  for (const { appHostInfo } of connections) {
    const canonical = resolveAppHostPath(appHostInfo?.appHostPath);
    if (appHostInfo && canonical !== undefined) spellings.set(comparablePath(canonical), appHostInfo.appHostPath);
  }
  return [...spellings.values()];
}
