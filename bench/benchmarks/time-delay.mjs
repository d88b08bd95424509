import { setTimeout as nodeDelay } from 'node:timers/promises';
import { importBuilt } from '../built.mjs';
import { millisecondsOf } from '../fake-timers.mjs';

const count = 20_000;

/** @type {import('../contract').Benchmark<{ delay: (span: number) => Promise<void> }>} */
export default {
  describe: `${count.toLocaleString('en')} waits of 1 ms at the same time, until the last has ended`,
  warmup: 5,
  runs: 25,
  setup: () => importBuilt('hostward'),
  ours: { name: 'delay', run: ({ delay }) => awaitMany(() => delay(1)) },
  peers: [{ name: 'setTimeout of timers/promises', atMost: 1.5, run: () => awaitMany(() => nodeDelay(1)) }],
};

function awaitMany(wait) {
  return millisecondsOf(() => Promise.all(Array.from({ length: count }, wait)));
}
