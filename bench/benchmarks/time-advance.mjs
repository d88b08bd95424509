import { importBuilt } from '../built.mjs';
import { armInDisorder, importFakeTimers, millisecondsOf } from '../fake-timers.mjs';

const count = 100_000;

/** @type {import('../contract').Benchmark<{ FakeTimeProvider: Function, FakeTimers: object }>} */
export default {
  describe: `one synchronous advance through ${count.toLocaleString('en')} fake timers, each due at a millisecond of its own and armed in no order; arming is not timed`,
  warmup: 3,
  runs: 15,
  async setup() {
    return { ...(await importBuilt('hostward/testing')), FakeTimers: await importFakeTimers() };
  },
  ours: {
    name: 'FakeTimeProvider.advance',
    run({ FakeTimeProvider }) {
      const time = new FakeTimeProvider();
      let fired = 0;
      armInDisorder(count, due => time.createTimer(() => fired++, undefined, due, -1));
      return millisecondsOf(
        () => time.advance(count),
        () => fired === count,
      );
    },
  },
  peers: [
    {
      name: '@sinonjs/fake-timers, tick',
      atMost: 0.6,
      run({ FakeTimers }) {
        const clock = FakeTimers.createClock();
        let fired = 0;
        armInDisorder(count, due => clock.setTimeout(() => fired++, due));
        return millisecondsOf(
          () => clock.tick(count),
          () => fired === count,
        );
      },
    },
  ],
};
