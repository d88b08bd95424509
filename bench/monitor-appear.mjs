import { setTimeout as sleep } from 'node:timers/promises';
import { milliseconds, quantile, setUpCrowd, tearDownCrowd, withMonitor } from './monitor-crowd.mjs';

/** How many others are there, one of which goes whenever one comes. */
const others = 20;
/** How many come in a turn. */
const newcomers = 200;

/**
 * How long a new AppHost takes to appear, as one quantile of many. The original takes 4 to 8 s.
 *
 * @param atMost milliseconds
 */
export function monitorAppear(percent, atMost) {
  const run = name => context => withMonitor(context, name, monitor => timeNewcomers(context, monitor, percent / 100));
  return {
    describe: `from the moment that a new AppHost listens to its appearance in \`watchConnections\`: what ${percent} % of ${newcomers} do not exceed, beside ${others} others`,
    warmup: 0,
    runs: 5,
    setup: () => setUpCrowd(others),
    teardown: tearDownCrowd,
    ours: { name: 'the monitor', atMost, run: run('hostward') },
    peers: [{ name: 'fs.watch, connect, handshake by hand', run: run('byHand') }],
  };
}

async function timeNewcomers({ crowd }, monitor, fraction) {
  const times = [];
  for (let rest = newcomers; rest > 0; rest--) {
    const {
      come: [{ name, at }],
    } = await crowd.replace(1);
    times.push(milliseconds(at, await monitor.seen(name)));
    // Not in step with anything.
    await sleep(30 * Math.random());
  }
  return quantile(times, fraction);
}
