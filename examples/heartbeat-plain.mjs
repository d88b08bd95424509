// expect: beat 1
// signal: SIGTERM after "beat 2"
// The same service in plain JavaScript: a list says what the constructor receives, instead of decorators.
import { BackgroundService, delay, ILogger, runHost, TimeProvider } from 'hostward';

class Heartbeat extends BackgroundService {
  #logger;
  #time;

  constructor(logger, time) {
    super();
    this.#logger = logger;
    this.#time = time;
  }

  async execute(stopping) {
    for (let beat = 1; ; beat++) {
      this.#logger.information('beat {Beat} at {Now}', beat, this.#time.getUtcNow());
      await delay(1000, { timeProvider: this.#time, signal: stopping });
    }
  }
}

process.exitCode = await runHost(builder => builder.services.addHostedService(Heartbeat, [ILogger, TimeProvider]));
