import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, watch } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const appHost = fileURLToPath(new URL('app-host.mjs', import.meta.url));

/** A home directory with an empty socket directory. */
export function createHome() {
  const home = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
  const sockets = join(home, '.aspire/cli/bch');
  mkdirSync(sockets, { recursive: true, mode: 0o700 });
  return { home, sockets };
}

export function removeHome({ home }) {
  rmSync(home, { recursive: true });
}

/** Milliseconds from an AppHost's own note that it listens until the observer, which observes before the AppHost starts, has seen it. */
export async function timeAppHost(context, observe) {
  const observer = await observe(context);
  const child = spawn(process.execPath, [appHost, context.home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  try {
    const died = exited.then(([code]) => Promise.reject(new Error(`The AppHost ended with ${code} before it was seen.`)));
    const listening = once(createInterface(child.stdout), 'line');
    const [[listeningAt], seenAt] = await Promise.race([Promise.all([listening, observer.seen(child.pid)]), died]);
    return Number(seenAt - BigInt(listeningAt)) / 1e6;
  } finally {
    await observer.stop();
    child.kill('SIGTERM');
    await exited;
  }
}

/**
 * The least that a program can do: wait for a new file, connect to it, again while nobody listens there yet, and ask the two questions of the handshake.
 */
export async function observeByHand({ sockets }, questions = []) {
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
  return { seen: () => seen, stop: async () => watcher.close() };
}

/** One request, and the first bytes of its answer. */
async function ask(socket, method) {
  const request = JSON.stringify({ jsonrpc: '2.0', id: method, method, params: [] });
  socket.write(`Content-Length: ${Buffer.byteLength(request)}\r\n\r\n${request}`);
  const [answer] = await once(socket, 'data');
  if (!answer.includes('"result"')) throw new Error(`${method} was answered with ${answer}`);
}
