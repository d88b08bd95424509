import { importBuilt } from '../built.mjs';
import { importFakeTimers, millisecondsOf } from '../fake-timers.mjs';

const firings = 2_000;

/** @type {import('../contract').Benchmark<{ FakeTimeProvider: Function, FakeTimers: object }>} */
export default {
  describe: `one asynchronous advance through ${firings.toLocaleString('en')} firings of one chain: each continues a promise, which arms the next`,
  warmup: 15,
  runs: 25,
  async setup() {
    return { ...(await importBuilt('hostward/testing')), FakeTimers: await importFakeTimers() };
  },
  ours: {
    name: 'FakeTimeProvider.advanceAsync',
    run({ FakeTimeProvider }) {
      const time = new FakeTimeProvider();
      return advanceChain(
        resolve => time.createTimer(resolve, undefined, 1, -1),
        () => time.advanceAsync(firings),
      );
    },
  },
  peers: [
    {
      name: '@sinonjs/fake-timers, tickAsync',
      atMost: 0.5,
      run({ FakeTimers }) {
        const clock = FakeTimers.createClock();
        return advanceChain(
          resolve => clock.setTimeout(resolve, 1),
          () => clock.tickAsync(firings),
        );
      },
    },
  ],
};

async function advanceChain(arm, advance) {
  let turns = 0;
  const chain = (async () => {
    for (; turns < firings; turns++) await new Promise(arm);
  })();
  const milliseconds = await millisecondsOf(advance, () => turns === firings);
  await chain;
  return milliseconds;
}
