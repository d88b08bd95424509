import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleRpc, onFrames, sendFrame } from '../rpc.mjs';

const clients = 1_000;
const kibibyte = 1_024;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `what each of ${clients.toLocaleString('en')} clients adds to the memory of a server after a handshake and with a watch open: heap and external, after garbage collection`,
  unit: 'KiB',
  warmup: 0,
  runs: 5,
  async setup() {
    const folder = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
    return { folder, bundle: await bundleRpc(folder), resident: {} };
  },
  teardown: ({ folder }) => rmSync(folder, { recursive: true }),
  notes: ({ resident }) => Object.entries(resident).map(([kind, values]) => `${kind}: ${median(values).toFixed(1)} KiB of resident memory for each client`),
  ours: { name: 'hostward', atMost: 40, run: context => memoryPerClient(context, 'hostward') },
  peers: [
    { name: 'vscode-jsonrpc', run: context => memoryPerClient(context, 'vscode-jsonrpc') },
    { name: 'sockets, read by hand', run: context => memoryPerClient(context, 'sockets') },
  ],
};

async function memoryPerClient({ folder, bundle, resident }, kind) {
  const path = join(folder, `${kind}.sock`);
  const server = fork(fileURLToPath(new URL('../rpc-clients-server.mjs', import.meta.url)), [bundle, path, kind], { execArgv: ['--expose-gc'] });
  const sockets = [];
  try {
    await once(server, 'message');
    // The first clients make the server load and compile what all of them need.
    for (let count = 0; count < 20; count++) sockets.push(await connectClient(path));
    const before = await memoryOf(server);
    for (let count = 0; count < clients; count += 50) sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => connectClient(path)))));
    const after = await memoryOf(server);
    (resident[kind] ??= []).push((after.rss - before.rss) / clients / kibibyte);
    return (after.live - before.live) / clients / kibibyte;
  } finally {
    for (const socket of sockets) socket.destroy();
    const exited = once(server, 'exit');
    server.disconnect();
    await exited;
    rmSync(path, { force: true });
  }
}

async function memoryOf(server) {
  server.send('measure');
  const [memory] = await once(server, 'message');
  return memory;
}

/** Shakes hands, opens a watch, takes the ten items that are there, and asks for the next, which does not come. */
async function connectClient(path) {
  const socket = connect(path);
  await once(socket, 'connect');
  await new Promise(resolve => {
    let received = 0;
    const ask = (id, method, params) => sendFrame(socket, { jsonrpc: '2.0', id, method, params });
    onFrames(socket, ({ id, result }) => {
      received += result.values?.length ?? 0;
      if (id === 0) ask(1, 'Watch', []);
      else ask(id + 1, '$/enumerator/next', [1]);
      if (received === 10) resolve();
    });
    ask(0, 'Handshake', [{}]);
  });
  return socket;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
