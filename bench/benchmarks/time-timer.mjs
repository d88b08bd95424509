import { importBuilt } from '../built.mjs';
import { millisecondsOf } from '../fake-timers.mjs';

const count = 100_000;

/** @type {import('../contract').Benchmark<{ TimeProvider: { system: object } }>} */
export default {
  describe: `creating a timer of the system clock and disposing it, ${count.toLocaleString('en')} times`,
  warmup: 5,
  runs: 25,
  setup: () => importBuilt('hostward'),
  ours: {
    name: 'TimeProvider.system.createTimer',
    run({ TimeProvider: { system } }) {
      return millisecondsOf(() => {
        for (let turn = 0; turn < count; turn++) system.createTimer(nothing, undefined, 1_000, -1)[Symbol.dispose]();
      });
    },
  },
  peers: [
    {
      name: 'setTimeout, clearTimeout',
      atMost: 2,
      run() {
        return millisecondsOf(() => {
          for (let turn = 0; turn < count; turn++) clearTimeout(setTimeout(nothing, 1_000));
        });
      },
    },
  ],
};

function nothing() {}
