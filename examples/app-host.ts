// expect: listening on port
// expect: job 1 done
// signal: SIGTERM after "job 3 done"
// A Node process as an AppHost: while it runs, `npx hostward ps` and the aspire CLI find it, and both of its services are resources.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BackgroundService, delay, IHealthReporter, type IHostedService, ILogger, inject, runHost, TimeProvider } from 'hostward';
import { addAppHost } from 'hostward/apphost';

class Api implements IHostedService {
  readonly #server = createServer((_request, response) => response.end('hello\n'));

  constructor(@inject(ILogger) private readonly logger: ILogger) {}

  async start(signal: AbortSignal): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening', { signal });
    this.logger.information('listening on port {Port}', (this.#server.address() as AddressInfo).port);
  }

  async stop(): Promise<void> {
    this.#server.close().closeAllConnections();
  }
}

class Worker extends BackgroundService {
  constructor(
    @inject(ILogger) private readonly logger: ILogger,
    @inject(IHealthReporter) private readonly health: IHealthReporter,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
  ) {
    super();
  }

  protected async execute(signal: AbortSignal): Promise<void> {
    for (let job = 1; ; job++) {
      await delay(1000, { timeProvider: this.timeProvider, signal });
      this.logger.information('job {Job} done', job);
      this.health.report(job % 10 < 5 ? 'healthy' : 'degraded', `${job % 10} jobs since the last break`);
    }
  }
}

process.exitCode = await runHost(builder => {
  addAppHost(builder.services, { appHostPath: import.meta.filename });
  builder.services.addHostedService(Api).addHostedService(Worker);
});
