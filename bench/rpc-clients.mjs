import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { converse, memoryNames, memoryOfClients } from './clients-memory.mjs';
import { bundleRpc } from './rpc.mjs';

const server = fileURLToPath(new URL('rpc-clients-server.mjs', import.meta.url));

/** What a client of the bare wire costs, ours and those of others. @param kind `live` or `resident` memory @see memoryOfClients */
export function rpcClients(kind) {
  const memoryOf = library => context => memoryOfRpcClients(context, library).then(memory => memory[kind]);
  return {
    describe: `what each of 1,000 clients adds to ${memoryNames[kind]} of a server after a handshake and with a watch open`,
    unit: 'KiB',
    warmup: 0,
    runs: 5,
    async setup() {
      const folder = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
      return { folder, bundle: await bundleRpc(folder) };
    },
    teardown: ({ folder }) => rmSync(folder, { recursive: true }),
    ours: { name: 'hostward', atMost: 40, run: memoryOf('hostward') },
    peers: [
      { name: 'vscode-jsonrpc', run: memoryOf('vscode-jsonrpc') },
      { name: 'sockets, read by hand', run: memoryOf('sockets') },
    ],
  };
}

async function memoryOfRpcClients({ folder, bundle }, library) {
  const path = join(folder, 'clients.sock');
  try {
    return await memoryOfClients(server, [bundle, path, library], () => converse(path, watch));
  } finally {
    rmSync(path, { force: true });
  }
}

/** Takes the ten items that are there, and asks for the next, which does not come. */
function* watch() {
  yield { method: 'Handshake', params: [{}] };
  yield { method: 'Watch', params: [] };
  const next = { method: '$/enumerator/next', params: [1] };
  for (let received = 0; received < 10;) received += (yield next).values.length;
  return next;
}
