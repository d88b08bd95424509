import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Outcome, run, type RunningProgram, type ScratchHome, start } from '../support/programs.js';
import { McpSession } from './mcp-session.js';

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
    return run(this.#binary, withCommonOptions(args), optionsFor(home, cwd));
  }

  /** Starts a command that goes on until it is interrupted. */
  start(home: ScratchHome, args: readonly string[], cwd?: string): RunningProgram {
    return start(this.#binary, withCommonOptions(args), optionsFor(home, cwd));
  }

  /** Starts the MCP server: `agent mcp`, or the older `mcp start`. */
  startMcp(home: ScratchHome, args: readonly string[] = ['agent', 'mcp'], cwd?: string): McpSession {
    return new McpSession(start(this.#binary, [...args, '--nologo'], { ...optionsFor(home, cwd), stdin: 'pipe' }));
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

/** Before the `--` that separates the arguments of a resource's command, else they would be among these. */
function withCommonOptions(args: readonly string[]): string[] {
  const separator = args.indexOf('--');
  const own = separator < 0 ? args : args.slice(0, separator);
  return [...own, '--nologo', '--non-interactive', ...args.slice(own.length)];
}

function optionsFor(home: ScratchHome, cwd: string | undefined): { home: string; env: NodeJS.ProcessEnv; cwd?: string } {
  // As wide as the terminal of the recordings.
  const env = { ASPIRE_CLI_TELEMETRY_OPTOUT: 'true', NO_COLOR: '1', ASPIRE_NON_INTERACTIVE: 'true', COLUMNS: '160' };
  return { home: home.path, env, ...(cwd === undefined ? {} : { cwd }) };
}
