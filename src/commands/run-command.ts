import { addAuxiliaryBackchannelMonitor, ICommandSelection } from '../backchannel/monitor/index.js';
import { assertUnixSocketsAvailable } from '../backchannel/platform/index.js';
import { IConsole, SystemConsole } from '../hosting/console.js';
import type { HostApplicationBuilder } from '../hosting/host-application-builder.js';
import { runHost } from '../hosting/run-host.js';
import { CliCommand } from './cli-command.js';
import { CliExecutionContext } from './cli-execution-context.js';
import { CommandRunner } from './command-runner.js';
import { DirectConsole } from './output/direct-console.js';
import { homeDirectoryOfUser } from './user-home.js';

/** Changes the host of a command before it is built: how tests replace the clock, the sockets and the console. */
export type ConfigureCommandHost = (builder: HostApplicationBuilder) => void;

/**
 * Runs a command inside a host of its own: the monitor, the command, what the command adds.
 *
 * Standard output carries results only; warnings of the host go to standard error.
 *
 * @returns the exit code
 */
export function runCommand(command: CliCommand, configure?: ConfigureCommandHost): Promise<number> {
  const configureHost = (builder: HostApplicationBuilder): void => {
    assertUnixSocketsAvailable();
    const context = new CliExecutionContext({ workingDirectory: process.cwd(), homeDirectory: homeDirectoryOfUser() });
    builder.logging.setMinimumLevel('warning').addConsole({ logToStandardErrorThreshold: 'trace' });
    // What makes a command fail is printed once, at the end.
    builder.logging.addFilter('Microsoft.Extensions.Hosting', 'none');
    builder.configureConsoleLifetime(lifetime => (lifetime.suppressStatusMessages = true));
    builder.services.addSingleton(SystemConsole).addSingleton(IConsole, services => new DirectConsole(services.getRequiredService(SystemConsole)));
    builder.services.addSingleton(CliExecutionContext, context).addAlias(ICommandSelection, CliExecutionContext).addSingleton(CliCommand, command);
    const { homeDirectory, workingDirectory } = context;
    addAuxiliaryBackchannelMonitor(builder.services, { homeDirectory, workingDirectory, ...command.monitorOptions });
    command.configure?.(builder);
    builder.services.addHostedService(CommandRunner);
    configure?.(builder);
  };
  return runHost(configureHost, { applicationName: 'hostward', disableDefaults: true, errorDetail: 'message' });
}
