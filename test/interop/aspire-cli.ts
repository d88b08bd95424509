import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Outcome, run, type ScratchHome } from '../support/programs.js';

/** Where the native Aspire CLI is installed; undefined on platforms for which there is none. */
export function findAspireCli(): string | undefined {
  try {
    const require = createRequire(resolve('test/interop/package.json'));
    return join(dirname(require.resolve('@microsoft/aspire-cli-linux-x64/package.json')), 'bin/aspire');
  } catch {
    return undefined;
  }
}

/** A copy of the native CLI that may write beside itself. */
export class AspireCli implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hw-aspire-'));
  readonly #binary = join(this.#folder, 'aspire');

  constructor(installed: string) {
    copyFileSync(installed, this.#binary);
    chmodSync(this.#binary, 0o755);
  }

  run(home: ScratchHome, args: readonly string[], cwd?: string): Promise<Outcome> {
    const env = { ASPIRE_CLI_TELEMETRY_OPTOUT: 'true', NO_COLOR: '1', ASPIRE_NON_INTERACTIVE: 'true' };
    return run(this.#binary, [...args, '--nologo', '--non-interactive'], { home: home.path, env, ...(cwd === undefined ? {} : { cwd }) });
  }

  async json<T>(home: ScratchHome, args: readonly string[], cwd?: string): Promise<T> {
    const { stdout, stderr, exitCode } = await this.run(home, [...args, '--format', 'json'], cwd);
    if (exitCode !== 0) throw new Error(`aspire ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
