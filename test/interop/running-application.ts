import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { type Outcome, type RunningProgram, ScratchHome } from '../support/programs.js';
import type { AspireCli } from './aspire-cli.js';
import { argumentsOf, recordedCommand, recordedHome, relocate } from './recorded-command.js';
import type { Setting } from './setting.js';

/** What holds when the recorded application has started: everything runs that is to run, and everything has ended that ends by itself. */
export const isSettled: readonly (readonly string[])[] = [
  ['wait', 'after-web', '--status', 'up'],
  ['wait', 'web'],
  ['wait', 'failing', '--status', 'down'],
  ['wait', 'badcmd', '--status', 'down'],
  ['wait', 'job', '--status', 'down'],
];

const webServer = `
import { createServer } from 'node:http';
const { PORT } = process.env;
createServer((request, response) => response.writeHead(request.url === '/health' ? 200 : 404).end()).listen(PORT, () => console.log(\`listening on \${PORT}\`));
`;

/** The application of the recordings, in a home directory of its own; disposing it kills what is left of it. */
export class RunningApplication implements AsyncDisposable {
  private constructor(
    private readonly aspire: AspireCli,
    readonly home: ScratchHome,
    readonly program: RunningProgram,
  ) {}

  /**
   * Starts a program as the AppHost of the recordings.
   *
   * @param until what the command line is asked before it is ready; each has to end with 0
   */
  static async start(
    { aspire, programs }: Setting,
    name: string,
    until: readonly (readonly string[])[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<RunningApplication> {
    const home = await ScratchHome.create();
    try {
      await writeFiles(join(home.path, 'MyApp/MyApp.AppHost'));
      const application = new RunningApplication(aspire, home, await programs.start(name, home, env));
      await application.#settle(name, until);
      return application;
    } catch (error) {
      await home[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Waits until the one that writes a line each second has written what the recordings are compared with. */
  async hasTicked(): Promise<void> {
    await eventually('tick 6', async () => (await this.run(['logs', 'ticker'])).stdout.includes('tick 6\n'), 20_000);
  }

  /** Runs a command of the command line in the home directory. */
  async run(args: readonly string[], cwd?: string): Promise<Outcome> {
    return relocate(await this.aspire.run(this.home, args.map(this.#here), cwd), this.home.path);
  }

  /** Runs what was recorded; where a replica was named, the first of ours. */
  async runRecorded(name: string, cwd?: string): Promise<Outcome> {
    const args = argumentsOf(recordedCommand(name));
    return this.run(args.some(isReplica) ? await this.#withReplica(args) : args, cwd);
  }

  /**
   * Runs a command that follows something, until what it has printed is enough; then it is interrupted as Ctrl+C does.
   *
   * @param isEnough undefined for one that ends by itself
   * @param meanwhile runs when it has printed its first line
   */
  async follow(args: readonly string[], isEnough?: (stdout: string) => boolean, meanwhile?: () => Promise<unknown>): Promise<Outcome> {
    await using program = this.aspire.start(this.home, args.map(this.#here));
    const what = `aspire ${args.join(' ')}`;
    if (meanwhile) {
      await eventually(`the first line of ${what}`, () => program.child.exitCode !== null || program.stdout.includes('\n'));
      await meanwhile();
    }
    await eventually(`enough of ${what}`, () => program.child.exitCode !== null || (isEnough?.(program.stdout) ?? false), 20_000);
    if (isEnough) program.child.kill('SIGINT');
    return relocate(await program.ended, this.home.path);
  }

  /** The same for what was recorded. */
  followRecorded(name: string, isEnough?: (stdout: string) => boolean, meanwhile?: () => Promise<unknown>): Promise<Outcome> {
    return this.follow(argumentsOf(recordedCommand(name)), isEnough, meanwhile);
  }

  readonly #here = (argument: string) => argument.replaceAll(recordedHome, this.home.path);

  async #withReplica(args: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await this.run(['describe']);
    const [replica = ''] = stdout.match(/replicated-\w-\w+/) ?? [];
    return args.map(argument => (isReplica(argument) ? replica : argument));
  }

  async #settle(name: string, until: readonly (readonly string[])[]): Promise<void> {
    for (const args of until) {
      const { exitCode, stdout, stderr } = await this.run(args);
      if (exitCode === 0) continue;
      await this.program[Symbol.asyncDispose]();
      const { program } = this;
      throw new Error(`aspire ${args.join(' ')} ended with ${exitCode}: ${stdout}${stderr}${name} wrote: ${program.stdout}${program.stderr}`);
    }
  }

  /** Also what it started ends: its children do not outlive it, however it ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
    await this.home[Symbol.asyncDispose]();
  }
}

/** What the recorded application has beside its AppHost. */
async function writeFiles(folder: string): Promise<void> {
  await mkdir(join(folder, 'fakeproj'), { recursive: true });
  await writeFile(join(folder, 'MyApp.AppHost.csproj'), '');
  await writeFile(join(folder, 'server.mjs'), webServer);
  await writeFile(join(folder, 'replica.sh'), '#!/bin/sh\necho "replica args: $*"\nexec sleep 1000\n');
  await chmod(join(folder, 'replica.sh'), 0o755);
}

function isReplica(argument: string): boolean {
  return /^replicated-[a-z]{8}$/.test(argument);
}
