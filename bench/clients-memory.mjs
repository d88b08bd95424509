import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { onFrames, sendFrame } from './rpc.mjs';

const clients = 1_000;
/** Connect first: the server then has loaded and compiled what all of them need. */
const firstClients = 20;
/** Connect at a time. */
const crowd = 50;

/** What {@link memoryOfClients} measures. */
export const memoryNames = { live: 'the heap and the external memory, after garbage collection,', resident: 'the resident memory' };

/**
 * What each of many clients adds to the memory of a server that tells it, in KiB: `live` is heap and external, after garbage collection, `resident` is what the
 * system has given to the process, which keeps what the garbage of the connecting clients took.
 *
 * @param program the server's, which tells the path where it listens @see tellMemory
 * @param connectClient resolves with a socket when its client waits for what may come
 */
export async function memoryOfClients(program, args, connectClient) {
  const server = fork(program, args, { execArgv: ['--expose-gc'] });
  const sockets = [];
  const connectClients = async count => {
    for (let rest = count; rest > 0; rest -= crowd) {
      sockets.push(...(await Promise.all(Array.from({ length: Math.min(crowd, rest) }, () => connectClient(path)))));
    }
  };
  let path;
  try {
    [path] = await tidingsOf(server);
    await connectClients(firstClients);
    const before = await memoryOf(server);
    await connectClients(clients);
    const after = await memoryOf(server);
    const ofEach = kind => (after[kind] - before[kind]) / clients / 1_024;
    return { live: ofEach('live'), resident: ofEach('resident') };
  } finally {
    for (const socket of sockets) socket.destroy();
    await end(server);
  }
}

/** @param conversation yields the requests, receives their results, and returns when the client is to wait for the answer to its latest one */
export async function converse(path, conversation) {
  const socket = connect(path);
  await once(socket, 'connect');
  return new Promise((resolve, reject) => {
    const steps = conversation();
    let id = 0;
    const go = result => {
      const { value, done } = steps.next(result);
      if (value) sendFrame(socket, { jsonrpc: '2.0', id: id++, ...value });
      if (done) resolve(socket);
    };
    socket.once('close', () => reject(new Error('The server has ended the connection.')));
    onFrames(socket, ({ result, error }) => (error ? reject(new Error(`The server answered ${error.code}: ${error.message}`)) : go(result)));
    go();
  });
}

async function memoryOf(server) {
  server.send('measure');
  const [memory] = await tidingsOf(server);
  return memory;
}

async function tidingsOf(server) {
  const died = once(server, 'exit').then(([code]) => Promise.reject(new Error(`The server ended with ${code}.`)));
  return Promise.race([once(server, 'message'), died]);
}

async function end(server) {
  if (server.exitCode !== null) return;
  const exited = once(server, 'exit');
  server.disconnect();
  await exited;
}
