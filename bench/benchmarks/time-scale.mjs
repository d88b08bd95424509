import { armInDisorder, importBuilt, millisecondsOf } from '../fake-timers.mjs';

/** @type {import('../contract').Benchmark<{ FakeTimeProvider: Function }>} */
export default {
  describe: 'arming 1,000,000 fake timers and one synchronous advance through them, against a tenth of them',
  warmup: 1,
  runs: 7,
  setup: () => importBuilt('hostward/testing'),
  ours: { name: '1,000,000 timers', run: context => armAndAdvance(context, 1_000_000) },
  peers: [{ name: '100,000 timers', atMost: 14, run: context => armAndAdvance(context, 100_000) }],
};

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
