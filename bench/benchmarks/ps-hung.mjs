import { outputOf, setup, teardown, unavailable } from '../ps-crowd.mjs';

/** The handshake's, and a moment for the rest. Milliseconds. */
const deadline = 5_250;
/** How long the native CLI is waited for. Milliseconds. */
const patience = 15_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: 'from starting `ps --format json` to its end, with 10 AppHosts of which one accepts connections and never answers',
  warmup: 0,
  runs: 3,
  async setup() {
    const context = await setup(10, 1);
    const statuses = JSON.parse(outputOf(context.ours)).map(({ status }) => status);
    if (statuses.filter(status => status === 'running').length !== 9 || statuses.at(-1) !== 'not responding')
      throw new Error(`Expected 9 AppHosts that run and one that does not respond, found ${statuses.join(', ')}.`);
    return { ...context, nativeEnd: endOfNative(context) };
  },
  teardown,
  notes: ({ nativeEnd }) => [`aspire ps (native CLI): ${nativeEnd}`],
  ours: { name: 'hostward ps --format json', atMost: deadline, command: ({ ours }) => ours },
  peers: [],
};

/** It is no contender: there is nothing to measure. */
function endOfNative(context) {
  const reason = unavailable(context);
  if (reason) return reason;
  try {
    outputOf(context.native, patience);
    return 'has answered';
  } catch (error) {
    return error.code === 'ETIMEDOUT' ? `has not answered after ${patience / 1_000} s` : error.message;
  }
}
