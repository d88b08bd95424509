import { startCrowd } from './app-host-crowd.mjs';
import { MonitorProcess, monitors } from './monitor-process.mjs';
import { createHome, removeHome } from './observe-app-host.mjs';

/** How many AppHosts there are in the benchmarks of a full machine. */
export const manyAppHosts = 1_000;

/** The setup of a benchmark: a home directory, and `count` AppHosts below it. */
export async function setUpCrowd(count) {
  const home = createHome();
  try {
    return { ...home, crowd: await startCrowd({ home: home.home, count }), figures: new Figures() };
  } catch (error) {
    removeHome(home);
    throw error;
  }
}

export async function tearDownCrowd({ crowd, ...home }) {
  await crowd[Symbol.asyncDispose]();
  removeHome(home);
}

/** Starts a program that monitors the crowd, waits until it knows all, and hands it to `measure`. @param name one of {@link monitors} */
export async function withMonitor({ home, crowd }, name, measure, execArgv) {
  const monitor = new MonitorProcess(monitors[name], home, execArgv);
  try {
    const allKnown = await monitor.all(crowd.names.size);
    return await measure(monitor, allKnown);
  } finally {
    await monitor[Symbol.asyncDispose]();
  }
}

/** What the turns of a benchmark found besides its figure, for its notes. */
export class Figures {
  #samples = new Map();

  add(what, value) {
    if (!this.#samples.has(what)) this.#samples.set(what, []);
    this.#samples.get(what).push(value);
  }

  /** A line for each, with the median. */
  lines(unit) {
    return [...this.#samples].map(([what, values]) => `${what}: ${quantile(values, 0.5).toFixed(1)} ${unit} (median of ${values.length})`);
  }
}

export function milliseconds(from, to) {
  return Number(to - from) / 1e6;
}

/** The smallest of the samples that so large a part of them does not exceed. */
export function quantile(samples, fraction) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)];
}
