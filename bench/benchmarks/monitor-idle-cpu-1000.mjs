import { setTimeout as sleep } from 'node:timers/promises';
import { manyAppHosts, milliseconds, setUpCrowd, tearDownCrowd, withMonitor } from '../monitor-crowd.mjs';

/** Seconds: to settle after everything has been connected, and to measure, so long that each of the monitor's intervals has passed once. */
const settling = 5;
const span = 60;

const run = name => context =>
  withMonitor(context, name, async monitor => {
    await sleep(settling * 1_000);
    const before = await monitor.ask('cpu');
    const begun = process.hrtime.bigint();
    await sleep(span * 1_000);
    const after = await monitor.ask('cpu');
    const used = (after.user + after.system - before.user - before.system) / 1_000;
    return (100 * used) / milliseconds(begun, process.hrtime.bigint());
  });

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `the part of one processor that a process takes which is connected to ${manyAppHosts} AppHosts while nothing happens, over ${span} s`,
  unit: '%',
  warmup: 0,
  runs: 2,
  setup: () => setUpCrowd(manyAppHosts),
  teardown: tearDownCrowd,
  ours: { name: 'the monitor', atMost: 0.5, run: run('hostward') },
  peers: [{ name: 'connections by hand, the directory read every 5 s', run: run('byHand') }],
};
