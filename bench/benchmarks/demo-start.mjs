import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHome, removeHome } from '../observe-app-host.mjs';

const cli = fileURLToPath(new URL('../../dist/cli/hostward.cjs', import.meta.url));

/** @type {import('../contract').Benchmark<{ home: string }>} */
export default {
  describe: 'from starting `hostward demo` to the first resources of both its AppHosts',
  warmup: 1,
  runs: 7,
  setup() {
    if (!existsSync(cli)) throw new Error('The CLI has not been built: npm run build.');
    return createHome();
  },
  teardown: removeHome,
  ours: { name: 'hostward demo', atMost: 2_000, run: timeDemo },
  peers: [{ name: 'node -e 0', command: ({ home }) => ({ file: process.execPath, args: ['-e', '0'], env: { ...process.env, HOME: home } }) }],
};

async function timeDemo({ home }) {
  const started = process.hrtime.bigint();
  const demo = spawn(process.execPath, [cli, 'demo'], { env: { ...process.env, HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(demo, 'exit');
  try {
    let output = '';
    for await (const chunk of demo.stdout) {
      output += chunk;
      if (/^shop.*: Orders/m.test(output) && /^blog.*: Pages/m.test(output)) return Number(process.hrtime.bigint() - started) / 1e6;
    }
    throw new Error(`The demo ended before it showed anything: ${output}`);
  } finally {
    demo.kill('SIGTERM');
    await exited;
  }
}
