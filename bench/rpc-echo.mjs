// node bench/rpc-echo.mjs BUNDLE OURS STOCK: serves Echo on two Unix sockets, with ours and with vscode-jsonrpc, until its parent goes.
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';

const [bundle, ours, stock] = process.argv.slice(2);
const { serveRpc } = createRequire(import.meta.url)(bundle);

const listen = (path, serve) => new Promise(resolve => createServer(serve).listen(path, resolve));
await listen(ours, socket => serveRpc(socket, { Echo: { parameters: ['value'], invoke: ([value]) => value } }));
await listen(stock, socket => {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  connection.onRequest('Echo', value => value);
  connection.listen();
});
process.on('disconnect', () => process.exit());
process.send('listening');
