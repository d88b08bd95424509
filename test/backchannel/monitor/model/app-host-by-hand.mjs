// An AppHost by hand, without any library, that does what its parent says: { id, listen } on a path, { id, manner }, { id, drop } its clients. Each order is answered with its id.
import { createServer } from 'node:net';

const [, , information, firstManner] = process.argv;
const clients = new Set();
let manner = firstManner;

const server = createServer(socket => {
  clients.add(socket);
  socket.on('close', () => clients.delete(socket)).on('error', () => undefined);
  if (manner === 'hangsUp') socket.destroy();
  else if (manner === 'babbles') socket.write('220 mail.example ready\r\n\r\n');
  else serve(socket);
});

function serve(socket) {
  let text = '';
  socket.setEncoding('utf8').on('data', chunk => {
    text += chunk;
    for (let frame; (frame = /^Content-Length: (\d+)\r\n\r\n/.exec(text));) {
      const end = frame[0].length + Number(frame[1]);
      if (text.length < end) return;
      const { id, method } = JSON.parse(text.slice(frame[0].length, end));
      text = text.slice(end);
      const delay = { slow: 100, tooSlow: 60_000 }[manner] ?? 0;
      setTimeout(() => send(socket, { jsonrpc: '2.0', id, ...answer(method) }), delay).unref();
    }
  });
}

function answer(method) {
  if (manner === 'refuses') return { error: { code: -32000, message: 'not now' } };
  if (method === 'GetAppHostInformationAsync') {
    const appHostPath = JSON.parse(information);
    return { result: appHostPath && { appHostPath, processId: process.pid } };
  }
  if (method === 'GetCapabilitiesAsync' && manner !== 'old') return { result: { capabilities: ['aux.v1', 'aux.v2', 'aux.v3'] } };
  return { error: { code: -32601, message: 'there is no such method' } };
}

function send(socket, message) {
  const body = JSON.stringify(message);
  if (!socket.destroyed) socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  if (manner === 'leaves' && message.result?.capabilities) socket.destroySoon();
}

process.on('message', ({ id, listen, manner: nextManner, drop }) => {
  if (nextManner) manner = nextManner;
  if (drop) for (const socket of clients) socket.destroy();
  if (listen) server.listen(listen, () => process.send({ id }));
  else process.send({ id });
});
// Whoever started it has gone.
process.on('disconnect', () => process.exit());
