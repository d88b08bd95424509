// node bench/monitor-by-hand.mjs HOME [LIBRARY]: the least that a program can do to know all AppHosts, started by monitor-process.mjs.
//
// It watches the directory and reads it every five seconds, connects to each socket, asks the two questions of the handshake and holds the connection, by hand or
// with vscode-jsonrpc. No deadline, no limit, no name that is looked at, nobody who is hung.
import { readdirSync, watch } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { onFrames, sendFrame } from './frames.mjs';
import { tellMonitor } from './tell-monitor.mjs';

const [home, library] = process.argv.slice(2);
const tell = tellMonitor();
const { createMessageConnection, SocketMessageReader, SocketMessageWriter } = library ? await import(library) : {};
const sockets = join(home, '.aspire/cli/bch');
const known = new Set();

watch(sockets).on('change', (event, name) => attempt(name));
read();
setInterval(read, 5_000);

function read() {
  for (const name of readdirSync(sockets)) attempt(name);
}

function attempt(name) {
  if (known.has(name)) return;
  known.add(name);
  const socket = connect(join(sockets, name));
  let isConnected = false;
  socket.once('connect', async () => {
    const request = library ? requestByLibrary(socket) : requestByHand(socket);
    const [information, { capabilities }] = await Promise.all([request('GetAppHostInformationAsync'), request('GetCapabilitiesAsync', {})]);
    isConnected = information.processId > 0 && capabilities.length > 0;
    tell.come([name]);
  });
  socket.on('error', ({ code }) => {
    // It has been bound, and nobody listens yet.
    if (code === 'ECONNREFUSED') setTimeout(attempt, 1, name);
  });
  socket.once('close', () => {
    known.delete(name);
    if (isConnected) tell.gone([name]);
  });
}

function requestByHand(socket) {
  const pending = new Map();
  let lastId = 0;
  onFrames(socket, ({ id, result }) => pending.get(id)(result));
  return (method, ...params) =>
    new Promise(resolve => {
      pending.set(++lastId, resolve);
      sendFrame(socket, { jsonrpc: '2.0', id: lastId, method, params });
    });
}

function requestByLibrary(socket) {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  connection.listen();
  return (method, ...params) => connection.sendRequest(method, params);
}
