import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { toError } from '../../src/hosting/primitives/index.js';
import { eventually } from '../support/eventually.js';
import { type RunningProgram, type ScratchHome, start } from '../support/programs.js';

const sources = resolve('test/interop/apphosts');

/** What CommonJS packages need inside an ES module. */
const requireForPackages = "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** Programs of `test/interop/apphosts`, bundled with the sources of this package; they are deleted when it is disposed. */
export class AppHostPrograms implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hw-apphosts-'));

  constructor(...names: readonly string[]) {
    execFileSync(resolve('node_modules/.bin/esbuild'), [
      ...names.map(name => join(sources, `${name}.ts`)),
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--target=node20.19',
      '--log-level=error',
      '--out-extension:.js=.mjs',
      `--banner:js=${requireForPackages}`,
      `--alias:hostward/apphost=${resolve('src/backchannel/apphost/index.ts')}`,
      `--alias:hostward=${resolve('src/index.ts')}`,
      `--outdir=${this.#folder}`,
    ]);
  }

  /** The file of a program, which is also the path of its AppHost unless it says otherwise. */
  pathOf(name: string): string {
    return join(this.#folder, `${name}.mjs`);
  }

  /** Starts a program and waits for its socket. @throws with what it wrote, when it does not come */
  async start(name: string, home: ScratchHome, env: NodeJS.ProcessEnv = {}): Promise<RunningProgram> {
    const program = start(process.execPath, [this.pathOf(name)], { home: home.path, env });
    const hasSocket = async () => (await home.sockets()).some(socket => socket.endsWith(`.${program.pid}`));
    try {
      await eventually(`the socket of ${name}`, async () => program.child.exitCode !== null || (await hasSocket()));
      if (await hasSocket()) return program;
      throw new Error(`${name} ended with ${program.child.exitCode}.`);
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw new Error(`${toError(error).message} It wrote: ${program.stdout}${program.stderr}`, { cause: error });
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
