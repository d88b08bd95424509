import { BackgroundService, delay, type IHostedService, ILogger, inject, TimeProvider } from 'hostward';
import { createTestHost, FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

class Heartbeat extends BackgroundService {
  constructor(
    @inject(ILogger) private readonly logger: ILogger,
    @inject(TimeProvider) private readonly time: TimeProvider,
  ) {
    super();
  }

  protected async execute(stopping: AbortSignal): Promise<void> {
    for (let beat = 1; ; beat++) {
      this.logger.information('beat {Beat}', beat);
      await delay(1000, { timeProvider: this.time, signal: stopping });
    }
  }
}

class Recorder implements IHostedService {
  constructor(
    private readonly name: string,
    private readonly trace: string[],
    private readonly failure?: string,
  ) {}

  async start(): Promise<void> {
    this.trace.push(`${this.name} start`);
    if (this.failure) throw new Error(this.failure);
  }

  async stop(): Promise<void> {
    this.trace.push(`${this.name} stop`);
  }
}

describe('a host', () => {
  it('runs a background service on the fake clock and stops it without an error', async () => {
    const time = new FakeTimeProvider();
    await using host = await createTestHost(builder => {
      builder.services.addHostedService(Heartbeat);
      builder.services.replaceSingleton(TimeProvider, time);
    }).start();
    await time.advanceAsync(3000);
    expect(host.logs.messages('Heartbeat')).toEqual(['beat 1', 'beat 2', 'beat 3', 'beat 4']);
    await host.stop();
    expect(time.pendingTimers).toEqual([]);
    expect(host.logs.messages('Microsoft.Extensions.Hosting.Internal.Host')).toEqual([
      'Hosting starting',
      'Hosting started',
      'Hosting stopping',
      'Hosting stopped',
    ]);
  });

  it('starts services in the order of registration and stops them in reverse', async () => {
    const trace: string[] = [];
    await using host = createTestHost(builder => {
      builder.services.addHostedService(() => new Recorder('a', trace)).addHostedService(() => new Recorder('b', trace));
    });
    await host.start();
    await host.stop();
    expect(trace).toEqual(['a start', 'b start', 'b stop', 'a stop']);
  });
});
