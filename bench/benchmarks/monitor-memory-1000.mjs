import { setTimeout as sleep } from 'node:timers/promises';
import { manyAppHosts, setUpCrowd, tearDownCrowd, withMonitor } from '../monitor-crowd.mjs';

const mebibyte = 1_024 * 1_024;

const run = name => context =>
  withMonitor(context, name, async monitor => {
    // What connecting left behind has been let go of by then, as far as the runtime does that by itself.
    await sleep(2_000);
    return (await monitor.ask('resident')) / mebibyte;
  });

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `the resident memory of a process that is connected to ${manyAppHosts} AppHosts, without any garbage collection by order`,
  unit: 'MiB',
  warmup: 0,
  runs: 5,
  setup: () => setUpCrowd(manyAppHosts),
  teardown: tearDownCrowd,
  ours: { name: 'the monitor', atMost: 110, run: run('hostward') },
  peers: [
    { name: 'vscode-jsonrpc connections', run: run('vscodeJsonrpc') },
    { name: 'connections by hand', run: run('byHand') },
  ],
};
