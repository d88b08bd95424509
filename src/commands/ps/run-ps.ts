import { AuxiliaryBackchannelMonitor, defaultMonitorOptions } from '../../backchannel/monitor/index.js';
import { SystemProcessTable } from '../../backchannel/naming/index.js';
import { assertUnixSocketsAvailable, SystemDirectoryWatcher, SystemFileSystem, SystemSocketFactory } from '../../backchannel/platform/index.js';
import { type IConsole, type IConsoleStream, SystemConsole } from '../../hosting/console.js';
import type { ILogger } from '../../hosting/logging/index.js';
import { TimeProvider } from '../../hosting/time/index.js';
import { exitCodes } from '../cli-command.js';
import { DirectConsole } from '../output/direct-console.js';
import { KeptWarnings } from '../output/kept-warnings.js';
import { homeDirectoryOfUser } from '../user-home.js';
import type { PsCommand } from './ps-command.js';

/**
 * Runs `ps` by itself, as the last thing that the process does: to build a host, start and stop it takes as long as all that `ps` does. Whoever has a host, or wants something
 * else in place of a part, runs the same command by `runCommand`.
 *
 * A signal ends the process at once, as it does any program that does not ask for it: there is nothing to be left in order.
 *
 * @returns the exit code, when all that is printed has been taken. Connections are still open: they are closed with the process
 */
export async function runPs(command: PsCommand): Promise<number> {
  const console = new DirectConsole(new SystemConsole());
  const warnings = new KeptWarnings(AuxiliaryBackchannelMonitor.name);
  const exitCode = await list(command, console, warnings).catch((error: unknown) => report(error, console));
  await warnings.print();
  await drained(console.out);
  return exitCode;
}

async function list(command: PsCommand, console: IConsole, logger: ILogger): Promise<number> {
  assertUnixSocketsAvailable();
  const homeDirectory = homeDirectoryOfUser();
  const files = new SystemFileSystem();
  const options = { ...defaultMonitorOptions(homeDirectory, process.cwd()), ...command.monitorOptions };
  const platform = [new SystemSocketFactory(), files, new SystemDirectoryWatcher(), new SystemProcessTable()] as const;
  const monitor = new AuxiliaryBackchannelMonitor(options, TimeProvider.system, ...platform, logger);
  return command.list({ monitor, files, homeDirectory, console });
}

async function report(error: unknown, console: IConsole): Promise<number> {
  const { reportFailures } = await import('../host-code.js');
  console.error.write(reportFailures([error], undefined, 'message'));
  await drained(console.error);
  return exitCodes.failure;
}

async function drained(stream: IConsoleStream): Promise<void> {
  if (stream.pendingBytes) await new Promise<void>(resolve => stream.onDrained?.(resolve));
}
