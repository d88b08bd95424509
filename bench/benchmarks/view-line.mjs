import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createHome, observeByHand, removeHome, timeAppHost } from '../observe-app-host.mjs';

const cli = fileURLToPath(new URL('../../dist/cli/hostward.cjs', import.meta.url));

/** @type {import('../contract').Benchmark<{ home: string, sockets: string }>} */
export default {
  describe: 'from the moment that the socket of a new AppHost listens to its line in the view of `hostward demo`, another process',
  warmup: 2,
  runs: 15,
  setup() {
    if (!existsSync(cli)) throw new Error('The CLI has not been built: npm run build.');
    return createHome();
  },
  teardown: removeHome,
  ours: { name: 'a line of the view', atMost: 100, run: context => timeAppHost(context, observeView) },
  peers: [{ name: 'fs.watch and connect', run: context => timeAppHost(context, observeByHand) }],
};

/** A running demo, from the moment that it shows its own AppHosts. */
async function observeView({ home }) {
  const demo = spawn(process.execPath, [cli, 'demo', '--format', 'json'], { env: { ...process.env, HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(demo, 'exit');
  const appeared = new Map();
  let notify = () => undefined;
  createInterface(demo.stdout).on('line', line => {
    const { kind, appHostPid } = JSON.parse(line);
    if (kind === 'appHostAppeared') appeared.set(appHostPid, process.hrtime.bigint());
    notify();
  });
  const until = async condition => {
    while (!condition()) await new Promise(resolve => (notify = resolve));
  };
  await until(() => appeared.size === 2);
  return {
    async seen(pid) {
      await until(() => appeared.has(pid));
      return appeared.get(pid);
    },
    async stop() {
      demo.kill('SIGTERM');
      await exited;
    },
  };
}
