// expect: 4 beats in 3 seconds
// expect: 3601 beats in an hour
// Runs a host on a clock that moves only when the program says so; no real timer is armed.
import assert from 'node:assert/strict';
import { BackgroundService, delay, ILogger, inject, TimeProvider } from 'hostward';
import { createTestHost, FakeTimeProvider } from 'hostward/testing';

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

const time = new FakeTimeProvider();
await using host = await createTestHost(builder => {
  builder.services.addHostedService(Heartbeat);
  builder.services.replaceSingleton(TimeProvider, time);
}).start();

await time.advanceAsync(3000);
assert.deepEqual(host.logs.messages('Heartbeat'), ['beat 1', 'beat 2', 'beat 3', 'beat 4']);
console.log(`${host.logs.messages('Heartbeat').length} beats in 3 seconds`);

await time.advanceAsync(3_597_000);
assert.equal(host.logs.messages('Heartbeat').at(-1), 'beat 3601');
console.log(`${host.logs.messages('Heartbeat').length} beats in an hour`);

await host.stop();
assert.deepEqual(time.pendingTimers, []);
