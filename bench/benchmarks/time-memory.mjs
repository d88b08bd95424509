import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assertBuilt } from '../built.mjs';

const count = 100_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** @type {import('../contract').Benchmark<void>} */
export default {
  describe: `what ${count.toLocaleString('en')} pending fake timers add to the heap of a process, their callbacks included`,
  unit: 'MB',
  warmup: 0,
  runs: 5,
  setup: assertBuilt,
  ours: {
    name: 'FakeTimeProvider.createTimer',
    atMost: 40,
    run: () =>
      heapGrowth(`
        import { FakeTimeProvider } from 'hostward/testing';
        const clock = new FakeTimeProvider();
        const arm = due => clock.createTimer(() => fired++, undefined, due, -1);`),
  },
  peers: [
    {
      name: '@sinonjs/fake-timers, setTimeout',
      run: () =>
        heapGrowth(`
          import FakeTimers from '@sinonjs/fake-timers';
          const clock = FakeTimers.createClock();
          const arm = due => clock.setTimeout(() => fired++, due);`),
    },
  ],
};

/** The megabytes by which arming makes the heap of a new process grow, garbage collected before and after. @param prelude declares `clock` and `arm(due)` */
function heapGrowth(prelude) {
  const program = `${prelude}
    let fired = 0;
    arm(1);
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let due = 1; due <= ${count}; due++) arm(due);
    gc();
    console.log(process.memoryUsage().heapUsed - before);
    globalThis.clock = clock;`;
  const printed = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program], { cwd: root, encoding: 'utf8' });
  return Number(printed) / 1e6;
}
