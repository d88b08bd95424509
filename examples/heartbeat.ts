// expect: beat 1
// signal: SIGTERM after "beat 2"
// A background service that logs once a second until Ctrl+C.
import { BackgroundService, delay, ILogger, inject, runHost, TimeProvider } from 'hostward';

class Heartbeat extends BackgroundService {
  constructor(
    @inject(ILogger) private readonly logger: ILogger,
    @inject(TimeProvider) private readonly time: TimeProvider,
  ) {
    super();
  }

  protected async execute(stopping: AbortSignal): Promise<void> {
    for (let beat = 1; ; beat++) {
      this.logger.information('beat {Beat} at {Now}', beat, this.time.getUtcNow());
      await delay(1000, { timeProvider: this.time, signal: stopping });
    }
  }
}

process.exitCode = await runHost(builder => builder.services.addHostedService(Heartbeat));
