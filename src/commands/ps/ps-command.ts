import { basename } from 'node:path';
import { IAuxiliaryBackchannelMonitor, MonitorOptions } from '../../backchannel/monitor/index.js';
import { IFileSystem } from '../../backchannel/platform/index.js';
import { IConsole, type IConsoleStream } from '../../hosting/console.js';
import type { IServiceProvider } from '../../hosting/dependency-injection/index.js';
import { type CliCommand, exitCodes } from '../cli-command.js';
import { painterFor } from '../output/colour.js';
import type { OutputFormat } from '../output/output-format.js';
import { shortenPaths } from '../output/short-paths.js';
import { renderTable } from '../output/table.js';
import { printable } from '../output/text-width.js';
import { type AppHostEntry, listAppHosts } from './app-host-list.js';
import { prepareForCrowd, type SocketPlace } from './crowd.js';

/** What {@link PsCommand} works with. */
export interface PsParts extends SocketPlace {
  readonly monitor: IAuxiliaryBackchannelMonitor;
  readonly console: IConsole;
}

/** Lists the AppHosts that run. It only reads: nothing is stopped and no socket is removed. */
export class PsCommand implements CliCommand {
  readonly name = 'ps';
  readonly watchesAppHosts = false;
  /** All that there are is wanted at once, and then no more: nothing is spread over time for the sake of other work. */
  readonly monitorOptions: Partial<MonitorOptions> = { asksAhead: true, leavesConnectionsOpen: true, trustsOwnDirectories: true, maxConcurrentAttempts: 1_024 };

  constructor(private readonly format: OutputFormat) {}

  run(services: IServiceProvider, signal: AbortSignal): Promise<number> {
    const { homeDirectory } = services.getRequiredService(MonitorOptions);
    const files = services.getRequiredService(IFileSystem);
    return this.list(
      { monitor: services.getRequiredService(IAuxiliaryBackchannelMonitor), console: services.getRequiredService(IConsole), files, homeDirectory },
      signal,
    );
  }

  /** @param signal gives up; default: nothing does */
  async list({ monitor, console: { out }, ...place }: PsParts, signal?: AbortSignal): Promise<number> {
    using _ = await prepareForCrowd(place, signal);
    const entries = await listAppHosts(monitor, signal);
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
