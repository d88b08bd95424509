import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export { onFrames, sendFrame } from './frames.mjs';

/** One line of a log, as a backchannel carries it. */
export const line = {
  resourceName: 'web-fmzcdnxn',
  lineNumber: 1234,
  content: 'info: Shop.Orders[0] order 5 of somebody was accepted after 12 ms',
  isError: false,
};

/** Both ends of the wire, which are no entry point of the package, bundled for this run into a file in `folder`. */
export async function bundleRpc(folder) {
  const source = path => JSON.stringify(fileURLToPath(new URL(`../src/${path}`, import.meta.url)));
  const outfile = join(folder, 'rpc.cjs');
  const contents = `export * from ${source('backchannel/rpc/index.ts')};\nexport { TimeProvider } from ${source('hosting/time/index.ts')};`;
  const stdin = { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' });
  return outfile;
}

/** The library, `pair` for two connected ends of a Unix socket, `open` for one whose server is elsewhere. @see closeWire */
export async function openWire() {
  const folder = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
  const bundle = await bundleRpc(folder);
  const rpc = createRequire(import.meta.url)(bundle);
  const server = createServer();
  server.listen(join(folder, 'wire.sock'));
  await once(server, 'listening');
  const sockets = [];
  const pair = async () => {
    const near = connect(join(folder, 'wire.sock'));
    const [far] = await once(server, 'connection');
    sockets.push(near, far);
    return [near, far];
  };
  const open = async path => {
    const socket = connect(path);
    await once(socket, 'connect');
    sockets.push(socket);
    return socket;
  };
  return { folder, bundle, rpc, server, sockets, pair, open };
}

export function closeWire({ folder, server, sockets }) {
  for (const socket of sockets) socket.destroy();
  server.close();
  rmSync(folder, { recursive: true });
}

/** Reads values that are separated by line feeds. */
export function onLines(socket, take) {
  let rest = '';
  socket.setEncoding('utf8').on('data', chunk => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const text of lines) take(JSON.parse(text));
  });
}

/** Collects what is sent in one turn into few writes, by hand and in ASCII; returns how to send a body. */
export function frameSender(socket) {
  let burst = '';
  const flush = () => {
    if (burst !== '') socket.write(burst, 'latin1');
    burst = '';
  };
  return body => {
    if (burst === '') process.nextTick(flush);
    burst += `Content-Length: ${body.length}\r\n\r\n${body}`;
    if (burst.length > 3_072) flush();
  };
}
