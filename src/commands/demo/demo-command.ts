import { IAuxiliaryBackchannelMonitor } from '../../backchannel/monitor/index.js';
import { IConsole } from '../../hosting/console.js';
import type { IServiceProvider } from '../../hosting/dependency-injection/index.js';
import type { HostApplicationBuilder } from '../../hosting/host-application-builder.js';
import { IHostedService } from '../../hosting/hosted-service.js';
import { isCancellation, raceAbort } from '../../hosting/primitives/index.js';
import { CancellationSource, infiniteTimeSpan, PeriodicTimer, TimeProvider } from '../../hosting/time/index.js';
import { type CliCommand, exitCodes } from '../cli-command.js';
import type { OutputFormat } from '../output/output-format.js';
import { AppHostFeed } from './app-host-feed.js';
import { DemoAppHosts, DemoScripts } from './demo-app-hosts.js';
import type { DemoView } from './demo-view.js';
import { JsonView } from './json-view.js';
import { LineView } from './line-view.js';
import { LiveTableView } from './live-table-view.js';

/** How the demo runs. */
export interface DemoOptions {
  readonly format: OutputFormat;
  /** Ends the demo by itself; undefined for never. */
  readonly seconds: number | undefined;
  /** The programs that it starts. */
  readonly scripts: readonly URL[];
}

/** Starts two AppHosts and shows every AppHost of this machine until it is told to stop. */
export class DemoCommand implements CliCommand {
  readonly name = 'demo';
  readonly watchesAppHosts = true;

  constructor(private readonly options: DemoOptions) {}

  configure(builder: HostApplicationBuilder): void {
    builder.services.addSingleton(DemoScripts, this.options.scripts).addSingleton(DemoAppHosts).addAlias(IHostedService, DemoAppHosts);
  }

  async run(services: IServiceProvider, signal: AbortSignal): Promise<number> {
    const timeProvider = services.getRequiredService(TimeProvider);
    const { seconds } = this.options;
    using view = this.#createView(services, timeProvider);
    using ending = new CancellationSource({ timeProvider, delay: seconds === undefined ? infiniteTimeSpan : seconds * 1000, linkedTo: [signal] });
    using viewing = new CancellationSource({ timeProvider });
    const feed = new AppHostFeed(services.getRequiredService(IAuxiliaryBackchannelMonitor), timeProvider, event => view.show(event));
    const running = Promise.all([feed.run(viewing.signal), tick(view, timeProvider, viewing.signal)]);
    const appHosts = services.getRequiredService(DemoAppHosts);
    try {
      await raceAbort(Promise.race([running, appHosts.failed]), ending.signal).catch(unlessCanceled);
      // Stopped here and not with the host, so that the view shows it.
      await appHosts.stop();
    } finally {
      viewing.cancel();
      await running;
    }
    return exitCodes.success;
  }

  #createView(services: IServiceProvider, timeProvider: TimeProvider): DemoView {
    const { out } = services.getRequiredService(IConsole);
    if (this.options.format === 'json') return new JsonView(out, timeProvider);
    return out.isTerminal ? new LiveTableView(out, timeProvider) : new LineView(out);
  }
}

async function tick(view: DemoView, timeProvider: TimeProvider, signal: AbortSignal): Promise<void> {
  using timer = new PeriodicTimer(1_000, timeProvider);
  try {
    while (await timer.waitForNextTick(signal)) view.tick();
  } catch (error) {
    unlessCanceled(error);
  }
}

function unlessCanceled(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
