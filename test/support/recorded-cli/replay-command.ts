import { AppHostConnection } from 'hostward/backchannel';
import { FakeTimeProvider } from 'hostward/testing';
import { isInScope } from '../../../src/backchannel/naming/index.js';
import { CancellationSource } from '../../../src/hosting/time/index.js';
import { RecordedAppHost } from '../recorded-app-host.js';
import { playOut } from '../recorded-clock.js';
import type { RecordedConnection, RecordedFile } from '../recorded-traffic.js';
import type { CommandContext } from './command-context.js';
import { parseCommandLine } from './command-line.js';
import { describe } from './describe-command.js';
import { logs } from './logs-command.js';
import { mcpCall, mcpTools } from './mcp-command.js';
import { type CommandOutcome, Output } from './output.js';
import { ps } from './ps-command.js';
import { resource } from './resource-command.js';
import { stop } from './stop-command.js';
import { wait } from './wait-command.js';

/** What came of a replay. */
export interface ReplayedCommand extends CommandOutcome {
  /** The AppHost's end of the connection; undefined when the command made none. */
  readonly appHost: RecordedAppHost | undefined;
}

const appHostDirectory = '/home/user';

/** Runs a recorded command against its first recorded connection. @param workingDirectory where the command was started. Default: a folder above the AppHost */
export async function replayCommand({ command, connections }: RecordedFile, workingDirectory: string = appHostDirectory): Promise<ReplayedCommand> {
  if (!command) throw new Error('No command was recorded.');
  const line = parseCommandLine(command.command);
  const isJson = String(line.options['format']).toLowerCase() === 'json';
  const output = new Output(isJson || line.command === 'resource');
  const time = new FakeTimeProvider();
  const [recorded] = connections;
  const interruptedAt = command.interruptedAfterSeconds === undefined ? -1 : leavingTime(recorded);
  using interruption = new CancellationSource({ timeProvider: time, delay: interruptedAt });
  const opened: { readonly appHost: RecordedAppHost; readonly connection: AppHostConnection }[] = [];
  const connect = async () => {
    if (!recorded) throw new Error('No connection was recorded.');
    const appHost = new RecordedAppHost(recorded, time);
    const connection = await AppHostConnection.open(appHost.stream, { timeProvider: time });
    opened.push({ appHost, connection });
    if (!line.options['apphost'] && line.command !== 'ps') output.say('Scanning for running AppHosts...');
    return connection;
  };
  const context: CommandContext = { line, output, time, interruption: interruption.signal, connect };
  const exitCode = await playOut(time, runCommand(context, workingDirectory));
  for (const { connection } of opened) await playOut(time, connection[Symbol.asyncDispose]());
  return { ...output.outcome(exitCode), appHost: opened[0]?.appHost };
}

async function runCommand(context: CommandContext, workingDirectory: string): Promise<number> {
  const { line, output, connect } = context;
  if (workingDirectory !== appHostDirectory) {
    const { information } = await connect();
    if (isInScope(information?.appHostPath, workingDirectory)) throw new Error('It is in scope.');
    output.error("No running AppHost found. Use 'aspire run' to start one first.");
    return 7;
  }
  switch (line.command) {
    case 'ps':
      return ps(context);
    case 'describe':
      return describe(context);
    case 'logs':
      return logs(context);
    case 'wait':
      return wait(context);
    case 'stop':
      return stop(context, workingDirectory);
    case 'resource':
      return resource(context);
    case 'mcp tools':
      return mcpTools(context);
    default:
      return mcpCall(context);
  }
}

/** When the recorded client began to let go. */
function leavingTime(recorded: RecordedConnection | undefined): number {
  const isLeaving = ({ from, event, message }: RecordedConnection['lines'][number]) =>
    from === 'client' && (event === 'closed' || message?.method === '$/cancelRequest' || message?.method === '$/enumerator/abort');
  return recorded?.lines.find(isLeaving)?.t ?? -1;
}
