import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, watch } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const appHost = fileURLToPath(new URL('../app-host.mjs', import.meta.url));

const handshake = ['GetAppHostInformationAsync', 'GetCapabilitiesAsync'];

/** @type {import('../contract').Benchmark<{ home: string, sockets: string }>} */
export default {
  describe: 'from the moment that the socket of a new AppHost listens to the moment that an observer knows it',
  warmup: 2,
  runs: 15,
  setup() {
    if (!existsSync(new URL('../../dist/index.js', import.meta.url))) throw new Error('The library has not been built: npm run build.');
    const home = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
    const sockets = join(home, '.aspire/cli/bch');
    mkdirSync(sockets, { recursive: true, mode: 0o700 });
    return { home, sockets };
  },
  teardown({ home }) {
    rmSync(home, { recursive: true });
  },
  ours: { name: 'the monitor, handshake included', run: context => timeAppHost(context, observeWithMonitor) },
  peers: [
    { name: 'fs.watch, connect, handshake by hand', atMost: 1.5, run: context => timeAppHost(context, context => observeByHand(context, handshake)) },
    { name: 'fs.watch and connect', run: context => timeAppHost(context, observeByHand) },
  ],
};

/** Milliseconds from an AppHost's own note that it listens until the observer, which observes before the AppHost starts, has seen it. */
async function timeAppHost(context, observe) {
  const observer = await observe(context);
  const child = spawn(process.execPath, [appHost, context.home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  try {
    const died = exited.then(([code]) => Promise.reject(new Error(`The AppHost ended with ${code} before it was seen.`)));
    const listening = once(createInterface(child.stdout), 'line');
    const [[listeningAt], seenAt] = await Promise.race([Promise.all([listening, observer.seen]), died]);
    return Number(seenAt - BigInt(listeningAt)) / 1e6;
  } finally {
    await observer.stop();
    child.kill('SIGTERM');
    await exited;
  }
}

/** The monitor in a host of its own, until it yields a connection. */
async function observeWithMonitor({ home }) {
  // Imported here: `--list` works before anything has been built.
  const { Host } = await import('hostward');
  const { addAuxiliaryBackchannelMonitor, IAuxiliaryBackchannelMonitor } = await import('hostward/backchannel');
  const builder = Host.createApplicationBuilder();
  builder.logging.clearProviders();
  addAuxiliaryBackchannelMonitor(builder.services, { homeDirectory: home });
  const host = builder.build();
  await host.start();
  const changes = host.services.getRequiredService(IAuxiliaryBackchannelMonitor).watchConnections();
  await changes.next();
  return {
    seen: nextConnection(changes),
    async stop() {
      await changes.return();
      await host.stop();
      await host[Symbol.asyncDispose]();
    },
  };
}

async function nextConnection(changes) {
  for (;;) {
    const { value: connections } = await changes.next();
    if (connections.length > 0) return process.hrtime.bigint();
  }
}

/**
 * The least that a program can do: wait for a new file, connect to it, again while nobody listens there yet, and ask the two questions of the handshake.
 */
async function observeByHand({ sockets }, questions = []) {
  const watcher = watch(sockets);
  const seen = new Promise((resolve, reject) => {
    const attempt = path => {
      const socket = connect({ path }, async () => {
        for (const method of questions) await ask(socket, method);
        resolve(process.hrtime.bigint());
        socket.destroy();
      });
      socket.once('error', error => (error.code === 'ECONNREFUSED' ? setTimeout(attempt, 1, path) : reject(error)));
    };
    watcher.once('error', reject);
    watcher.once('change', (event, name) => attempt(join(sockets, name)));
  });
  return { seen, stop: async () => watcher.close() };
}

/** One request, and the first bytes of its answer. */
async function ask(socket, method) {
  const request = JSON.stringify({ jsonrpc: '2.0', id: method, method, params: [] });
  socket.write(`Content-Length: ${Buffer.byteLength(request)}\r\n\r\n${request}`);
  const [answer] = await once(socket, 'data');
  if (!answer.includes('"result"')) throw new Error(`${method} was answered with ${answer}`);
}
