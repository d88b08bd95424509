import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type RunningProgram, start } from './programs.js';

/** The program of `test/fixtures/apphost`, bundled with the sources of hostward; it is deleted when it is disposed. */
export class AppHostProgram implements Disposable {
  // Inside node_modules, so that the packages are found from there.
  readonly #folder = resolve('node_modules/.cache/hostward-test', `apphost-${process.pid}`);
  readonly path = join(this.#folder, 'app-host.mjs');

  constructor() {
    mkdirSync(this.#folder, { recursive: true });
    const options = [
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--target=node20.19',
      '--packages=external',
      `--alias:hostward/apphost=${resolve('src/backchannel/apphost/index.ts')}`,
      `--alias:hostward=${resolve('src/index.ts')}`,
      '--tsconfig-raw={"compilerOptions":{"experimentalDecorators":true}}',
      '--log-level=error',
    ];
    execFileSync(resolve('node_modules/.bin/esbuild'), [resolve('test/fixtures/apphost/app-host.ts'), ...options, `--outfile=${this.path}`], {
      stdio: 'inherit',
    });
  }

  /** @param descriptors how many files it may have open at a time. Default: what the system says */
  start(home: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}, descriptors?: number): RunningProgram {
    if (descriptors === undefined) return start(process.execPath, [this.path, ...args], { home, env });
    return start('/bin/sh', ['-c', `ulimit -n ${descriptors}; exec "$0" "$@"`, process.execPath, this.path, ...args], { home, env });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
