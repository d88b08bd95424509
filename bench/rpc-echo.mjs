// node bench/rpc-echo.mjs BUNDLE OURS STOCK BARE: serves Echo on three Unix sockets, with ours, with vscode-jsonrpc and by hand, until its parent goes.
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { frameSender, onFrames } from './rpc.mjs';

const [bundle, ours, stock, bare] = process.argv.slice(2);
const { serveRpc } = createRequire(import.meta.url)(bundle);

const listen = (path, serve) => new Promise(resolve => createServer(serve).listen(path, resolve));
await listen(ours, socket => serveRpc(socket, { Echo: { parameters: ['value'], invoke: ([value]) => value } }));
await listen(stock, socket => {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  connection.onRequest('Echo', value => value);
  connection.listen();
});
await listen(bare, socket => {
  const send = frameSender(socket);
  onFrames(socket, ({ id, params }) => send(`{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(params[0])}}`));
});
process.on('disconnect', () => process.exit());
process.send('listening');
