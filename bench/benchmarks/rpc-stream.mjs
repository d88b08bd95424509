import { millisecondsOf } from '../fake-timers.mjs';
import { closeWire, line, onLines, openWire } from '../rpc.mjs';

const items = 100_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `a stream of ${items.toLocaleString('en')} log lines over a Unix socket, both ends in this process`,
  warmup: 2,
  runs: 15,
  async setup() {
    const wire = await openWire();
    return { ...wire, client: await connectOurs(wire), lines: await connectLines(wire) };
  },
  teardown: closeWire,
  ours: {
    name: 'hostward',
    run: ({ client }) =>
      millisecondsOf(async () => {
        let count = 0;
        for await (const { lineNumber } of client.stream('Lines')) if (lineNumber === count) count++;
        assertAll(count);
      }),
  },
  peers: [{ name: 'lines of JSON', atMost: 1.6, run: ({ lines }) => millisecondsOf(lines) }],
};

async function* produce() {
  for (let lineNumber = 0; lineNumber < items; lineNumber++) yield { ...line, lineNumber };
}

async function connectOurs({ rpc: { RpcClient, serveRpc, TimeProvider }, pair }) {
  const [near, far] = await pair();
  serveRpc(far, { Lines: { parameters: [], invoke: produce } });
  return RpcClient.over(near, { timeProvider: TimeProvider.system });
}

/** The same producer, each item in a write of its own, with the socket's back-pressure; the reader splits, parses and counts. */
async function connectLines({ pair }) {
  const [near, far] = await pair();
  let count = 0;
  let finish;
  onLines(near, ({ lineNumber }) => {
    if (lineNumber === count) count++;
    if (lineNumber === items - 1) finish();
  });
  return async () => {
    count = 0;
    const finished = new Promise(resolve => (finish = resolve));
    for await (const item of produce()) {
      if (!far.write(`${JSON.stringify(item)}\n`)) await new Promise(resolve => far.once('drain', resolve));
    }
    await finished;
    assertAll(count);
  };
}

function assertAll(count) {
  if (count !== items) throw new Error(`${count} of ${items} items came in order.`);
}
