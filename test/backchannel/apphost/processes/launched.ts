import { TimeProvider } from 'hostward';
import { FakeLogger } from 'hostward/testing';
import { OutputLines, SystemProcessLauncher, type LaunchedProcess, type LaunchRequest } from '../../../../src/backchannel/apphost/processes/index.js';
import { readProcesses, snapshotSource } from '../../../../src/backchannel/naming/process-snapshot.js';
import { eventually } from '../../../support/eventually.js';

/** A launcher for real processes, and what they write. Disposing it ends everything. */
export class LauncherScene implements AsyncDisposable {
  readonly logger = new FakeLogger();
  readonly launcher = new SystemProcessLauncher(TimeProvider.system, this.logger);
  readonly lines: string[] = [];
  readonly errorLines: string[] = [];
  readonly #launched: LaunchedProcess[] = [];

  /** Starts a program; a shell script when there are no arguments. */
  async launch(script: string, request: Partial<LaunchRequest> = {}): Promise<LaunchedProcess> {
    const lines = new OutputLines(text => this.lines.push(text));
    const errorLines = new OutputLines(text => this.errorLines.push(text));
    const { PATH = '' } = process.env;
    const defaults = { command: '/bin/sh', args: ['-c', script], workingDirectory: process.cwd(), environment: { PATH }, stopSignal: 'SIGTERM' } as const;
    const onOutput = (bytes: Uint8Array, isError: boolean) => (isError ? errorLines : lines).write(bytes);
    const launched = await this.launcher.launch({ ...defaults, onOutput, ...request });
    this.#launched.push(launched);
    return launched;
  }

  /** Waits until a program has written such a line. */
  async line(pattern: RegExp): Promise<string> {
    await eventually(`a line like ${pattern} among ${JSON.stringify(this.lines)}`, () => this.lines.some(line => pattern.test(line)));
    return this.lines.find(line => pattern.test(line))!;
  }

  /** Waits for a line `name=pid`, and gives the number. */
  async pidOf(name: string): Promise<number> {
    return Number((await this.line(new RegExp(`^${name}=\\d+$`))).slice(name.length + 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const launched of this.#launched) await launched[Symbol.asyncDispose]();
    await this.launcher[Symbol.asyncDispose]();
  }
}

/** Which of them are there, zombies left out. */
export async function alive(...pids: readonly number[]): Promise<readonly number[]> {
  const all = new Set((await readProcesses(snapshotSource())).map(({ pid }) => pid));
  return pids.filter(pid => all.has(pid));
}
