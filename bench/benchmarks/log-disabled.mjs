import { importBuilt } from '../built.mjs';

const calls = 10_000_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `logging ${calls.toLocaleString('en')} times at a level that is off, with two values`,
  warmup: 5,
  runs: 25,
  async setup() {
    const { LoggerFactory } = await importBuilt('hostward');
    const { pino } = await import('pino');
    const written = [];
    const factory = new LoggerFactory([{ write: entry => written.push(entry) }]);
    const logger = factory.createLogger('Bench');
    const peer = pino({ level: 'info' }, { write: line => written.push(line) });
    // Both have written before, as loggers in a program have.
    for (let call = 0; call < 1_000; call++) {
      logger.information('order {Id} is {State}', call, 'new');
      peer.info('order %d is %s', call, 'new');
    }
    if (written.length !== 2_000) throw new Error('A logger did not write what is on.');
    return { logger, peer, written };
  },
  ours: {
    name: 'hostward, debug',
    run({ logger, written }) {
      for (let call = 0; call < calls; call++) logger.debug('order {Id} is {State}', call, 'new');
      assertNothingNew(written);
    },
  },
  peers: [
    {
      name: 'pino, debug',
      atMost: 2,
      run({ peer, written }) {
        for (let call = 0; call < calls; call++) peer.debug('order %d is %s', call, 'new');
        assertNothingNew(written);
      },
    },
  ],
};

function assertNothingNew(written) {
  if (written.length !== 2_000) throw new Error('Something was written that is off.');
}
