import { basename } from 'node:path';
import { IAuxiliaryBackchannelMonitor, type MonitorOptions } from '../../backchannel/monitor/index.js';
import { IConsole, type IConsoleStream } from '../../hosting/console.js';
import type { IServiceProvider } from '../../hosting/dependency-injection/index.js';
import { type CliCommand, exitCodes } from '../cli-command.js';
import { painterFor } from '../output/colour.js';
import type { OutputFormat } from '../output/output-format.js';
import { shortenPaths } from '../output/short-paths.js';
import { renderTable } from '../output/table.js';
import { printable } from '../output/text-width.js';
import { type AppHostEntry, listAppHosts } from './app-host-list.js';
import { prepareForCrowd } from './crowd.js';

/** Lists the AppHosts that run. It only reads: nothing is stopped and no socket is removed. */
export class PsCommand implements CliCommand {
  readonly name = 'ps';
  readonly watchesAppHosts = false;
  /** All that there are is wanted at once, and then no more: nothing is spread over time for the sake of other work. */
  readonly monitorOptions: Partial<MonitorOptions> = { asksAhead: true, leavesConnectionsOpen: true, maxConcurrentAttempts: 1_024 };

  constructor(private readonly format: OutputFormat) {}

  async run(services: IServiceProvider, signal: AbortSignal): Promise<number> {
    using _ = await prepareForCrowd(services, signal);
    const entries = await listAppHosts(services.getRequiredService(IAuxiliaryBackchannelMonitor), signal);
    const { out } = services.getRequiredService(IConsole);
    if (this.format === 'json') out.write(`${JSON.stringify(entries, undefined, 2)}\n`);
    else
      out.write(
        entries.length === 0 ? "No running AppHost found. Use 'aspire run' to start one first, or 'hostward demo' to see two.\n" : toTable(entries, out),
      );
    return exitCodes.success;
  }
}

function toTable(entries: readonly AppHostEntry[], out: IConsoleStream): string {
  const paint = painterFor(out);
  const names = shortenPaths(entries.flatMap(({ appHostPath }) => appHostPath ?? []));
  const nameOf = ({ appHostPath, socketPath = '' }: AppHostEntry) => printable((appHostPath !== null && names.get(appHostPath)) || basename(socketPath));
  const rows = entries.map(entry => [
    nameOf(entry),
    paint(entry.status, entry.status === 'running' ? 'green' : 'red'),
    printable(entry.sdkVersion ?? '-'),
    String(entry.appHostPid ?? '-'),
    String(entry.cliPid ?? '-'),
    printable(entry.dashboardUrl ?? '-'),
  ]);
  const reasons = entries.filter(({ reason }) => reason !== undefined).map(entry => `${nameOf(entry)}: ${printable(entry.reason ?? '')}\n`);
  return renderTable(['Path', 'Status', 'SDK', 'PID', 'CLI PID', 'Dashboard'], rows, out.columns) + reasons.join('');
}
