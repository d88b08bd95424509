import { ILoggerFactory } from '../../hosting/logging/index.js';
import type { IServiceProvider } from '../../hosting/dependency-injection/index.js';
import type { HostApplicationBuilder } from '../../hosting/host-application-builder.js';
import { IProcessControl } from '../../hosting/lifetimes/index.js';
import { TimeProvider } from '../../hosting/time/index.js';
import { IAuxiliaryBackchannelMonitor } from '../../backchannel/monitor/index.js';
import { type CliCommand, exitCodes } from '../cli-command.js';
import { CliExecutionContext } from '../cli-execution-context.js';
import { McpToolServer } from './mcp-server.js';
import { runSession } from './mcp-session.js';
import { ClaimedOutput } from './protocol/claimed-output.js';
import { StdioTransport } from './protocol/stdio-transport.js';
import { knownTools } from './tools/known-tools.js';

/**
 * Serves the MCP over the standard streams until the client is gone.
 *
 * Nothing but messages reaches the standard output; the log, from information on, goes to the standard error, and so does what anything else prints.
 *
 * Differs from `aspire mcp start`: it is not deprecated, and prints no warning into the stream.
 */
export class McpStartCommand implements CliCommand {
  readonly name = 'mcp start';
  readonly watchesAppHosts = true;
  #output: ClaimedOutput | undefined;

  configure(builder: HostApplicationBuilder): void {
    // Before anything of the host runs, and for the rest of the process: its last line, too, has to be one of the protocol.
    this.#output = new ClaimedOutput(process.stdout, process.stderr);
    builder.logging.setMinimumLevel('information');
  }

  async run(services: IServiceProvider, signal: AbortSignal): Promise<number> {
    const timeProvider = services.getRequiredService(TimeProvider);
    const logger = services.getRequiredService(ILoggerFactory).createLogger('hostward.mcp');
    const { workingDirectory } = services.getRequiredService(CliExecutionContext);
    const monitor = services.getRequiredService(IAuxiliaryBackchannelMonitor);
    const server = new McpToolServer(knownTools, { monitor, workingDirectory, timeProvider, logger });
    const output = (this.#output ??= new ClaimedOutput(process.stdout, process.stderr));
    const transport = new StdioTransport({ input: process.stdin, output, logger });
    const isTaken = await runSession({ server, transport, timeProvider, logger }, signal);
    // A write that never ends would keep the process for as long as the client.
    if (!isTaken) services.getRequiredService(IProcessControl).exit(exitCodes.success);
    return exitCodes.success;
  }
}
