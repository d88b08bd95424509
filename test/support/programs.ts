import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.js';

/** The bundled command line. */
export const hostwardCli = resolve('dist/cli/hostward.cjs');

/** How a program ended. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that was started for a test; disposing it kills it if it still runs. */
export class RunningProgram implements AsyncDisposable {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Outcome>;

  constructor(readonly child: ChildProcess) {
    child.stdin?.on('error', () => undefined);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((settle, fail) => {
      child.once('error', fail);
      child.once('close', (exitCode, signal) => settle({ exitCode, signal, stdout: this.stdout, stderr: this.stderr }));
    });
    this.ended.catch(() => undefined);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Waits until the output contains `text`. */
  async prints(text: string, patience?: number): Promise<void> {
    await eventually(`'${text}' in the output, which is: ${this.stdout}${this.stderr}`, () => this.stdout.includes(text), patience);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    this.child.stdin?.destroy();
    await this.ended.catch(() => undefined);
  }
}

/** Options of {@link start}. */
export interface StartOptions {
  readonly home: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** `pipe` keeps standard input open until the program is disposed. Default: it is empty. */
  readonly stdin?: 'ignore' | 'pipe';
}

export function start(command: string, args: readonly string[], { home, env = {}, cwd = home, stdin = 'ignore' }: StartOptions): RunningProgram {
  const { PATH, LANG } = process.env;
  return new RunningProgram(spawn(command, args, { cwd, env: { PATH, LANG, HOME: home, TERM: 'dumb', ...env }, stdio: [stdin, 'pipe', 'pipe'] }));
}

/** Starts a program and waits for its end, at most `patience` milliseconds. */
export async function run(command: string, args: readonly string[], options: StartOptions, patience = 30_000): Promise<Outcome> {
  await using program = start(command, args, options);
  let outcome: Outcome | undefined;
  void program.ended.then(ended => (outcome = ended));
  await eventually(`the end of ${command} ${args.join(' ')}`, () => outcome !== undefined || program.child.exitCode !== null, patience);
  return program.ended;
}

export function hostward(args: readonly string[], options: StartOptions): Promise<Outcome> {
  return run(process.execPath, [hostwardCli, ...args], options);
}

/** A home directory for one test. Short, because the socket's path has to fit into an address. */
export class ScratchHome implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async create(): Promise<ScratchHome> {
    return new ScratchHome(await mkdtemp(join(tmpdir(), 'hw-')));
  }

  get socketDirectory(): string {
    return join(this.path, '.aspire/cli/bch');
  }

  async sockets(): Promise<string[]> {
    return (await readdir(this.socketDirectory).catch(() => [])).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
