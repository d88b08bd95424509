// HOSTWARD_SOAK_SECONDS=10 npm run bench -- monitor-soak: a quick look, which judges everything but the growth of the memory.
import { manyAppHosts, setUpCrowd, tearDownCrowd, withMonitor } from '../monitor-crowd.mjs';
import { soak } from '../monitor-soak.mjs';

const seconds = Number(process.env.HOSTWARD_SOAK_SECONDS ?? 60);
const part = 0.1;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `the event loop delay (99 %, of a clock that ticks every 10 ms) of a monitor of ${manyAppHosts} AppHosts, ${100 * part} % of which are replaced each second for ${seconds} s; fails on a missed or phantom connection and on growing memory`,
  warmup: 0,
  runs: 1,
  setup: async () => ({ ...(await setUpCrowd(manyAppHosts)), lines: [] }),
  teardown: tearDownCrowd,
  notes: ({ lines }) => lines,
  ours: { name: 'the monitor', atMost: 50, run: run('hostward') },
  peers: [],
};

function run(name) {
  return context =>
    withMonitor(
      context,
      name,
      async monitor => {
        const { delays, lines } = await soak(context, monitor, { seconds, part });
        const text = Object.entries(delays).map(([kind, nanoseconds]) => `${kind} ${(nanoseconds / 1e6).toFixed(1)} ms`);
        context.lines.push(...lines, `event loop delay: ${text.join(', ')}`);
        return delays.p99 / 1e6;
      },
      ['--expose-gc'],
    );
}
