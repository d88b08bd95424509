import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleRpc } from '../rpc.mjs';

const requests = 10_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `what ${requests.toLocaleString('en')} requests that are cancelled at random leave on the heap of a process with both ends`,
  unit: 'MB',
  warmup: 0,
  runs: 5,
  async setup() {
    const folder = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
    return { folder, bundle: await bundleRpc(folder) };
  },
  teardown: ({ folder }) => rmSync(folder, { recursive: true }),
  ours: { name: 'hostward', atMost: 0.1, run: heapGrowth },
  peers: [],
};

/** The megabytes by which the requests make the heap of a new process grow, garbage collected before and after. */
function heapGrowth({ bundle }) {
  const program = `
    const { RpcClient, serveRpc, TimeProvider } = require(${JSON.stringify(bundle)});
    const [near, far] = require('node:stream').duplexPair();
    const answerLater = (_args, { signal }) => new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, Math.random() * 4, 'done');
      signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
    });
    async function* produce() { for (let item = 0; ; item++) { yield item; if (item % 3 === 0) await new Promise(resolve => setTimeout(resolve, 1)); } }
    const session = serveRpc(far, { Later: { parameters: [], invoke: answerLater }, Items: { parameters: [], invoke: produce } });
    const client = RpcClient.over(near, { timeProvider: TimeProvider.system });
    const work = async index => {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), Math.random() * 4);
      try {
        if (index % 10 === 0) for await (const item of client.stream('Items', [], { signal: abort.signal })) void item;
        else await client.request('Later', [], { signal: abort.signal });
      } catch {} finally { clearTimeout(timer); }
    };
    const all = async () => {
      for (let start = 0; start < ${requests}; start += 50) await Promise.all(Array.from({ length: 50 }, (_, index) => work(start + index)));
      await new Promise(resolve => setTimeout(resolve, 50));
    };
    (async () => {
      await all();
      gc();
      const before = process.memoryUsage().heapUsed;
      await all();
      gc();
      console.log(process.memoryUsage().heapUsed - before);
      await client[Symbol.asyncDispose]();
      await session[Symbol.asyncDispose]();
    })();`;
  return Number(execFileSync(process.execPath, ['--expose-gc', '--eval', program], { encoding: 'utf8' })) / 1e6;
}
