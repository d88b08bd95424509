import { importBuilt } from '../built.mjs';
import { armInDisorder, millisecondsOf } from '../fake-timers.mjs';

/** @type {import('../contract').Benchmark<{ FakeTimeProvider: Function }>} */
export default {
  describe: 'arming 1,000,000 fake timers on one clock and one synchronous advance through them, against the same timers on ten clocks, one after the other',
  warmup: 1,
  runs: 7,
  setup: () => importBuilt('hostward/testing'),
  ours: { name: '1,000,000 timers', run: context => armAndAdvance(context, 1_000_000) },
  // Ten times a tenth, so that both fill the memory equally: n log n would be 1.2, and 1.4 is "14 times the time of a tenth".
  peers: [{ name: 'ten times 100,000 timers', atMost: 1.4, run: tenTimesATenth }],
};

function tenTimesATenth(context) {
  let milliseconds = 0;
  for (let clock = 0; clock < 10; clock++) milliseconds += armAndAdvance(context, 100_000);
  return milliseconds;
}

function armAndAdvance({ FakeTimeProvider }, count) {
  const time = new FakeTimeProvider({ maxFiringsPerAdvance: count });
  let fired = 0;
  return millisecondsOf(
    () => {
      armInDisorder(count, due => time.createTimer(() => fired++, undefined, due, -1));
      time.advance(count);
    },
    () => fired === count,
  );
}
