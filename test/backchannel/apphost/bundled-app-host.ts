import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { RunningProgram } from '../../support/programs.js';

/** A program of this test, bundled with the sources; deleted when it is disposed. */
export class BundledAppHost implements Disposable {
  private constructor(
    private readonly folder: string,
    private readonly program: string,
  ) {}

  static async build(source: string): Promise<BundledAppHost> {
    // Inside node_modules, so that the packages are found from there.
    const folder = resolve('node_modules/.cache/hostward-test', `app-host-${process.pid}`);
    const program = join(folder, 'program.mjs');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'program.ts'), source);
    await build({
      entryPoints: [join(folder, 'program.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      packages: 'external',
      alias: { hostward: resolve('src/index.ts'), 'hostward/apphost': resolve('src/backchannel/apphost/index.ts') },
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    });
    return new BundledAppHost(folder, program);
  }

  /** Starts it; its home is the folder that it stands in. */
  start(...args: readonly string[]): RunningProgram {
    const { PATH } = process.env;
    return new RunningProgram(
      spawn(process.execPath, [this.program, ...args], {
        cwd: this.folder,
        env: { PATH, HOME: this.folder, TMPDIR: this.folder },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
