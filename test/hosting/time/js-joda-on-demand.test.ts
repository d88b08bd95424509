import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { run } from '../../support/programs.js';

// Inside node_modules, so that the packages are found from there.
const folder = resolve('node_modules/.cache/hostward-test', String(process.pid));

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
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'program.ts'), program);
      await build({
        entryPoints: [join(folder, 'program.ts')],
        outfile: join(folder, 'program.mjs'),
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node20.19',
        packages: 'external',
        tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
      });
      const { stdout, stderr } = await run(process.execPath, [join(folder, 'program.mjs')], { home: folder });
      expect([stderr, stdout]).toEqual(['', '[false,true]\n']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
