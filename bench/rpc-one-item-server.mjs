// node bench/rpc-one-item-server.mjs SOCKET ITEMS: answers each request by hand with the next log line, as a peer does that sends one item at a time, until
// its parent goes.
import { createServer } from 'node:net';
import { line, onFrames, sendFrame } from './rpc.mjs';

const [path, items] = process.argv.slice(2);

createServer(socket => {
  let lineNumber = 0;
  onFrames(socket, ({ id, method }) => {
    if (id === undefined) return;
    if (method === 'Lines') {
      lineNumber = 0;
      return sendFrame(socket, { jsonrpc: '2.0', id, result: { token: 1 } });
    }
    const finished = lineNumber === Number(items);
    const values = finished ? [] : [{ ...line, lineNumber: lineNumber++ }];
    sendFrame(socket, { jsonrpc: '2.0', id, result: { values, finished } });
  });
}).listen(path, () => process.send('listening'));
process.on('disconnect', () => process.exit());
