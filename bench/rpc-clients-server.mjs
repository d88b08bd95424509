// node --expose-gc bench/rpc-clients-server.mjs BUNDLE SOCKET hostward|vscode-jsonrpc|sockets: serves a handshake and a watch that never ends; tells its
// parent where it listens, and then its memory.
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { line, onFrames, sendFrame } from './rpc.mjs';
import { tellMemory } from './tell-memory.mjs';

const [bundle, path, kind] = process.argv.slice(2);

const information = { appHostPath: '/srv/app/AppHost.csproj', appHostPid: 1234, capabilities: ['aux.v1', 'aux.v2', 'aux.v3'] };

/** As an AppHost does: what there is at once, changes later. */
async function* watch(signal) {
  for (let lineNumber = 0; lineNumber < 10; lineNumber++) yield { ...line, lineNumber };
  await new Promise(resolve => signal.addEventListener('abort', resolve));
}

const serve = {
  hostward() {
    const { RpcBudget, serveRpc } = createRequire(import.meta.url)(bundle);
    const methods = {
      Handshake: { parameters: ['request'], invoke: () => information },
      Watch: { parameters: [], invoke: (_args, { signal }) => watch(signal) },
    };
    const budget = new RpcBudget();
    return socket => serveRpc(socket, methods, { budget });
  },
  'vscode-jsonrpc': () => socket => {
    const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    const signal = new AbortController().signal;
    const items = watch(signal);
    connection.onRequest('Handshake', () => information);
    connection.onRequest('Watch', () => ({ token: 1 }));
    connection.onRequest('$/enumerator/next', async () => ({ values: [(await items.next()).value], finished: false }));
    connection.listen();
  },
  sockets: () => socket => {
    const items = watch(new AbortController().signal);
    onFrames(socket, async ({ id, method }) => {
      const isNext = method === '$/enumerator/next';
      const result = method === 'Handshake' ? information : isNext ? { values: [(await items.next()).value], finished: false } : { token: 1 };
      sendFrame(socket, { jsonrpc: '2.0', id, result });
    });
  },
}[kind]();

tellMemory();
createServer(serve).listen(path, () => process.send(path));
