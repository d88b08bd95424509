import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyNativeCli } from '../native-cli.mjs';
import { userEnvironment } from '../user-environment.mjs';

const cli = fileURLToPath(new URL('../../dist/cli/hostward.cjs', import.meta.url));

/** @type {import('../contract').Benchmark<{ scratch: string, nativeCli: string | undefined, env: NodeJS.ProcessEnv }>} */
export default {
  describe: 'from starting `hostward ps` to its end, with no AppHost running',
  warmup: 3,
  runs: 21,
  setup() {
    if (!existsSync(cli)) throw new Error('The CLI has not been built: npm run build.');
    const scratch = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
    const home = join(scratch, 'home');
    mkdirSync(home);
    return { scratch, nativeCli: copyNativeCli(scratch), env: userEnvironment({ HOME: home, USERPROFILE: home, ASPIRE_CLI_TELEMETRY_OPTOUT: 'true' }) };
  },
  teardown({ scratch }) {
    rmSync(scratch, { recursive: true });
  },
  ours: { name: 'hostward ps', command: ({ env }) => ({ file: process.execPath, args: [cli, 'ps'], env }) },
  peers: [
    { name: 'node -e 0', atMost: 1.6, command: ({ env }) => ({ file: process.execPath, args: ['-e', '0'], env }) },
    {
      name: 'aspire ps (native CLI)',
      unavailable: ({ nativeCli }) => (nativeCli ? undefined : 'it is not installed for this platform'),
      command: ({ nativeCli, env }) => ({ file: nativeCli, args: ['ps', '--nologo', '--non-interactive'], env }),
    },
  ],
};
