import { manyAppHosts, milliseconds, setUpCrowd, tearDownCrowd, withMonitor } from '../monitor-crowd.mjs';

const run = (name, label) => context =>
  withMonitor(context, name, (monitor, allKnown) => {
    context.figures.add(`${label}, from the start of its process`, milliseconds(monitor.forked, allKnown));
    return milliseconds(monitor.begun, allKnown);
  });

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `from making a host with the monitor to having connected to all of ${manyAppHosts} AppHosts that are there`,
  warmup: 1,
  runs: 11,
  setup: () => setUpCrowd(manyAppHosts),
  teardown: tearDownCrowd,
  notes: ({ figures }) => figures.lines('ms'),
  ours: { name: 'the monitor', atMost: 1_000, run: run('hostward', 'the monitor') },
  peers: [{ name: 'connect, handshake by hand', run: run('byHand', 'by hand') }],
};
