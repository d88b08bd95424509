import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { converse, memoryNames, memoryOfClients } from './clients-memory.mjs';

/** Those of app-host-with-clients.mjs. */
const resourceCount = 5;

/** What a client of an AppHost costs, with a handshake and an open watch. @param kind `live` or `resident` memory @see memoryOfClients */
export function appHostClients(kind) {
  return {
    describe: `what each of 1,000 clients adds to ${memoryNames[kind]} of an AppHost after a handshake and with a watch of its resources open`,
    unit: 'KiB',
    warmup: 0,
    runs: 5,
    setup: bundleAppHost,
    teardown: ({ folder }) => rmSync(folder, { recursive: true }),
    ours: {
      name: 'hostward',
      atMost: 40,
      run: async ({ folder, program }) => (await memoryOfClients(program, [folder], path => converse(path, watchResources)))[kind],
    },
    peers: [],
  };
}

/** A program that is an AppHost, bundled for this run, and the home directory that it gets. */
async function bundleAppHost() {
  const folder = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
  const program = join(folder, 'app-host.cjs');
  const source = path => fileURLToPath(new URL(`../src/${path}`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL('app-host-with-clients.mjs', import.meta.url))],
    outfile: program,
    alias: { hostward: source('index.ts'), 'hostward/apphost': source('backchannel/apphost/index.ts') },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  return { folder, program };
}

/** As the `aspire` CLI does; at the end everything has come, and the request for the next item waits. */
function* watchResources() {
  yield call('GetAppHostInformationAsync');
  yield call('GetCapabilitiesAsync');
  const { token } = yield call('WatchResourcesAsync', { clientCapabilities: ['aux.v1', 'aux.v2', 'aux.v3'] });
  const next = call('$/enumerator/next', token);
  const names = new Set();
  while (names.size < resourceCount) for (const { name } of (yield next).values) names.add(name);
  return next;
}

function call(method, ...params) {
  return { method, params };
}
