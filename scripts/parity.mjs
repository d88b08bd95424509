// npm run parity -- FILE...
//
// Replays recordings of the real .NET packages against hostward: any number of files, the kind of each is in the file. Prints one line per difference, and at
// the end `N passed, N failed, N skipped`. Exit code 1 when a scenario failed, 2 when a file could not be read. The tests replay by the same code.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside node_modules, so that the packages which the bundle leaves out are found from there.
const folder = resolve(root, 'node_modules/.cache/hostward-parity');
const program = resolve(folder, `${process.pid}.mjs`);

mkdirSync(folder, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['test/support/parity/main.ts'],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  alias: { hostward: './src/index.ts', 'hostward/testing': './src/hosting/testing/index.ts' },
  keepNames: true,
  logLevel: 'warning',
});
try {
  process.exitCode = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(program);
}
