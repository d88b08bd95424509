import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMessageConnection, ParameterStructures, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { millisecondsOf } from '../fake-timers.mjs';
import { closeWire, frameSender, line, onFrames, openWire } from '../rpc.mjs';

const calls = 20_000;
const inFlight = 64;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `${calls.toLocaleString('en')} calls with ${inFlight} in flight over a Unix socket, the serving end in another process: a log line there and back`,
  warmup: 2,
  runs: 15,
  async setup() {
    const wire = await openWire();
    const [ours, stock, bare] = ['ours.sock', 'stock.sock', 'bare.sock'].map(name => join(wire.folder, name));
    const server = fork(fileURLToPath(new URL('../rpc-echo.mjs', import.meta.url)), [wire.bundle, ours, stock, bare]);
    await once(server, 'message');
    return { ...wire, echo: server, ours: await connectOurs(wire, ours), stock: await connectStock(wire, stock), bare: await connectBare(wire, bare) };
  },
  teardown(context) {
    closeWire(context);
    context.echo.disconnect();
  },
  ours: { name: 'hostward', run: ({ ours }) => timeCalls(() => ours.request('Echo', [line])) },
  peers: [
    {
      name: 'vscode-jsonrpc on both ends',
      atMost: 0.25,
      run: ({ stock }) => timeCalls(() => stock.sendRequest('Echo', ParameterStructures.byPosition, line)),
    },
    { name: 'frames by hand on both ends', run: ({ bare }) => timeCalls(() => bare('Echo', line)) },
  ],
};

async function connectOurs({ rpc: { RpcClient, TimeProvider }, open }, path) {
  return RpcClient.over(await open(path), { timeProvider: TimeProvider.system });
}

async function connectStock({ open }, path) {
  const socket = await open(path);
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  connection.listen();
  return connection;
}

/** The least that a call can cost: no limits, no deadlines, no errors. */
async function connectBare({ open }, path) {
  const socket = await open(path);
  const [send, waiting] = [frameSender(socket), new Map()];
  let lastId = 0;
  onFrames(socket, ({ id, result }) => {
    waiting.get(id)(result);
    waiting.delete(id);
  });
  return (method, argument) =>
    new Promise(resolve => {
      waiting.set(++lastId, resolve);
      send(`{"jsonrpc":"2.0","id":${lastId},"method":"${method}","params":[${JSON.stringify(argument)}]}`);
    });
}

function timeCalls(call) {
  return millisecondsOf(() => Promise.all(Array.from({ length: inFlight }, () => callInTurn(call, Math.ceil(calls / inFlight)))));
}

async function callInTurn(call, count) {
  for (let index = 0; index < count; index++) {
    const { lineNumber } = await call();
    if (lineNumber !== line.lineNumber) throw new Error('The answer is not what was sent.');
  }
}
