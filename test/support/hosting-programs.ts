import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Outcome, RunningProgram } from './programs.js';

/** Milliseconds after which a program is killed, whatever became of the test that waits for it. */
const patience = 15_000;

const sources = resolve('test/fixtures/programs');

/** The programs of `test/fixtures/programs`, bundled with the sources of hostward; they are deleted when it is disposed. */
export class FixturePrograms implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'hostward-programs-'));

  constructor() {
    const entries = readdirSync(sources).map(file => join(sources, file));
    const options = [
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--target=node20',
      '--out-extension:.js=.mjs',
      `--alias:hostward/testing=${resolve('src/hosting/testing/index.ts')}`,
      `--alias:hostward=${resolve('src/index.ts')}`,
    ];
    execFileSync(resolve('node_modules/.bin/esbuild'), [...entries, ...options, '--log-level=error', `--outdir=${this.#directory}`], { stdio: 'inherit' });
  }

  /** @param args arguments, and variables of the environment */
  start(name: string, ...args: readonly (string | NodeJS.ProcessEnv)[]): RunningProgram {
    const { PATH } = process.env;
    const env = Object.assign({ PATH }, ...args.filter(arg => typeof arg === 'object')) as NodeJS.ProcessEnv;
    return new RunningProgram(
      spawn(process.execPath, [join(this.#directory, `${name}.mjs`), ...args.filter(arg => typeof arg === 'string')], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: patience,
        killSignal: 'SIGKILL',
      }),
    );
  }

  async run(name: string, ...args: readonly (string | NodeJS.ProcessEnv)[]): Promise<Outcome> {
    await using program = this.start(name, ...args);
    return await program.ended;
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true });
  }
}
