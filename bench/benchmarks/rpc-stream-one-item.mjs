import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { millisecondsOf } from '../fake-timers.mjs';
import { closeWire, onFrames, openWire, sendFrame } from '../rpc.mjs';

const items = 5_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `a stream of ${items.toLocaleString('en')} log lines from a peer in another process that sends one for each request, as .NET AppHosts do`,
  warmup: 2,
  runs: 15,
  async setup() {
    const wire = await openWire();
    const path = join(wire.folder, 'one-item.sock');
    const server = fork(fileURLToPath(new URL('../rpc-one-item-server.mjs', import.meta.url)), [path, String(items)]);
    await once(server, 'message');
    return { ...wire, peer: server, client: await connectOurs(wire, path), bare: await connectBare(wire, path) };
  },
  teardown(context) {
    closeWire(context);
    context.peer.disconnect();
  },
  ours: {
    name: 'hostward',
    run: ({ client }) =>
      millisecondsOf(async () => {
        let count = 0;
        for await (const { lineNumber } of client.stream('Lines')) if (lineNumber === count) count++;
        assertAll(count);
      }),
  },
  peers: [{ name: 'as many bare round trips', atMost: 1.2, run: ({ bare }) => millisecondsOf(bare) }],
};

async function connectOurs({ rpc: { RpcClient, TimeProvider }, open }, path) {
  return RpcClient.over(await open(path), { timeProvider: TimeProvider.system });
}

/** The least that has to be done: a request by hand, the answer parsed, and at once the next request. */
async function connectBare({ open }, path) {
  const socket = await open(path);
  let count = 0;
  let finish;
  const ask = (id, method, params) => sendFrame(socket, { jsonrpc: '2.0', id, method, params });
  onFrames(socket, ({ id, result: { values, finished } }) => {
    if (finished) return finish();
    if (values?.[0].lineNumber === count) count++;
    ask(id + 1, '$/enumerator/next', [1]);
  });
  return async () => {
    count = 0;
    const finished = new Promise(resolve => (finish = resolve));
    ask(0, 'Lines', []);
    await finished;
    assertAll(count);
  };
}

function assertAll(count) {
  if (count !== items) throw new Error(`${count} of ${items} items came in order.`);
}
