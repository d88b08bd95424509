import { defineCommand } from '../../../backchannel/apphost/index.js';
import { BackgroundService } from '../../../hosting/background-service.js';
import { inject } from '../../../hosting/dependency-injection/index.js';
import { IHealthReporter } from '../../../hosting/diagnostics/index.js';
import type { IHostedService } from '../../../hosting/hosted-service.js';
import { ILogger } from '../../../hosting/logging/index.js';
import { delay, TimeProvider } from '../../../hosting/time/index.js';
import { runDemoAppHost } from '../run-demo-app-host.js';

/** Serves pages; takes a moment to start and to stop. */
class Pages implements IHostedService {
  constructor(
    @inject(ILogger) private readonly logger: ILogger,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
  ) {}

  async start(signal: AbortSignal): Promise<void> {
    await delay(800, { timeProvider: this.timeProvider, signal });
    this.logger.information('Pages are served');
  }

  async stop(): Promise<void> {
    await delay(300, { timeProvider: this.timeProvider });
    this.logger.information('The last page went out');
  }
}

/** Builds its index again and again; while it does, searches are slow. */
class SearchIndex extends BackgroundService {
  constructor(
    @inject(IHealthReporter) private readonly health: IHealthReporter,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
  ) {
    super();
  }

  /** Takes a moment, unless `signal` fires. */
  async rebuild(signal: AbortSignal): Promise<void> {
    this.health.report('degraded', 'The index is being built.');
    await delay(2_000, { timeProvider: this.timeProvider, signal }).finally(() => this.health.report('healthy'));
  }

  protected async execute(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.rebuild(signal);
      await delay(5_000, { timeProvider: this.timeProvider, signal });
    }
  }
}

/** Reads a feed that is broken, and fails for good. */
class FeedImport extends BackgroundService {
  constructor(
    @inject(ILogger) private readonly logger: ILogger,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
  ) {
    super();
  }

  protected async execute(signal: AbortSignal): Promise<void> {
    this.logger.information('Reading the feed');
    await delay(6_000, { timeProvider: this.timeProvider, signal });
    throw new Error('Entry 17 of the feed is no valid XML.');
  }
}

/** `aspire resource SearchIndex reindex`, which Ctrl+C cancels. */
const reindex = defineCommand({
  name: 'reindex',
  description: 'Builds the index anew',
  state: ({ state }) => (state === 'Running' ? 'enabled' : 'disabled'),
  execute: ({ services, signal }) => services.getRequiredService(SearchIndex).rebuild(signal),
});

process.exitCode = await runDemoAppHost(import.meta.url, [Pages, [SearchIndex, { commands: [reindex] }], FeedImport]);
