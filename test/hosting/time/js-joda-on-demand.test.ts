import { resolve } from 'node:path';
import { outputOfBundled } from '../../support/bundled-program.js';

const program = `
  import { createRequire } from 'node:module';
  import { BackgroundService, CancellationSource, delay, PeriodicTimer, runHost, TimeProvider, waitWithTimeout, withDeadline } from ${JSON.stringify(resolve('src/index.ts'))};
  const { cache } = createRequire(import.meta.url);
  const isLoaded = () => Object.keys(cache).some(path => path.includes('js-joda'));
  class Brief extends BackgroundService {
    async execute() {
      await delay(1);
      await waitWithTimeout(delay(1), 1000);
      await withDeadline('nothing', 1000, async () => undefined);
      using source = new CancellationSource({ delay: 1000 });
      using timer = new PeriodicTimer(1);
      await timer.waitForNextTick(source.signal);
    }
  }
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  await runHost(builder => builder.services.addHostedService(Brief), { signal: stop.signal, disableDefaults: true });
  const before = isLoaded();
  TimeProvider.system.getUtcNow();
  console.log(JSON.stringify([before, isLoaded()]));
`;

describe('js-joda', () => {
  it('is loaded when one of its types is asked for, and not by a host that runs, waits and stops', async () => {
    expect(await outputOfBundled('js-joda', program)).toEqual({ stderr: '', stdout: '[false,true]\n' });
  });
});
