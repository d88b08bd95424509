import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * In a program that monitors AppHosts: tells its parent what comes and goes, and answers what monitor-process.mjs asks, until the parent goes.
 *
 * @returns what to call with the names of socket files
 */
export function tellMonitor() {
  const begun = process.hrtime.bigint();
  const delays = monitorEventLoopDelay({ resolution: 10 });
  const answers = {
    cpu: () => process.cpuUsage(),
    resident: () => process.memoryUsage.rss(),
    // What garbage collection costs by order is no delay of the monitor's.
    async live() {
      const wasOn = delays.disable();
      globalThis.gc();
      const { heapUsed, external, rss } = process.memoryUsage();
      if (wasOn) delays.enable();
      return { live: heapUsed + external, resident: rss };
    },
    watchDelays: () => void delays.enable(),
    delays: () => ({ p50: delays.percentile(50), p99: delays.percentile(99), max: delays.max }),
  };
  process.on('message', async question => process.send({ answer: await answers[question]() }));
  process.on('disconnect', () => process.exit());
  // Gathered for a turn: a list of a thousand is one message.
  let come = [];
  let gone = [];
  const note = (list, names) => {
    if (come.length + gone.length === 0) setImmediate(flush);
    const at = process.hrtime.bigint();
    for (const name of names) list.push({ name, at });
  };
  const flush = () => {
    process.send({ begun, come, gone });
    come = [];
    gone = [];
  };
  return { come: names => note(come, names), gone: names => note(gone, names) };
}
