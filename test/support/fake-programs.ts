import { Deferred, delay, type TimeProvider } from 'hostward';
import { type IProcessLauncher, type LaunchedProcess, type LaunchRequest, type ProcessExit, ProcessLaunchError, type StopSignal } from 'hostward/apphost';

/** What a fake program does with its time; the number is its exit code. */
export type Script = (self: ProgramContext) => Promise<number>;

/** What a script gets. */
export interface ProgramContext {
  readonly environment: Readonly<Record<string, string>>;
  print(line: string, isError?: boolean): void;
  /** Passes virtual time; does not return once the program was killed. */
  sleep(milliseconds: number): Promise<void>;
}

/** Programs that exist only in memory and on a fake clock, by command and arguments. */
export class FakePrograms implements IProcessLauncher {
  readonly #scripts = new Map<string, Script>();
  /** Those that run. */
  readonly running = new Set<LaunchedProcess>();
  #lastPid = 4_000;

  /** @param launchTime what it takes to start one, in milliseconds */
  constructor(
    private readonly time: TimeProvider,
    private readonly launchTime: number,
  ) {}

  add(command: string, args: readonly string[], script: Script): void {
    this.#scripts.set(JSON.stringify([command, ...args]), script);
  }

  async launch(request: LaunchRequest): Promise<LaunchedProcess> {
    const { command, args, workingDirectory } = request;
    const script = this.#scripts.get(JSON.stringify([command, ...args]));
    await delay(this.launchTime, { timeProvider: this.time });
    if (!script) throw new ProcessLaunchError(command, workingDirectory, 'there is no such program.');
    const program = new FakeProcess(++this.#lastPid, request, script, this.time);
    this.running.add(program);
    void program.exited.then(() => this.running.delete(program));
    return program;
  }
}

class FakeProcess implements LaunchedProcess {
  readonly #killed = new AbortController();
  readonly #exit = new Deferred<ProcessExit>();

  constructor(
    readonly pid: number,
    { environment, onOutput }: LaunchRequest,
    script: Script,
    timeProvider: TimeProvider,
  ) {
    const { signal } = this.#killed;
    const print = (line: string, isError = false) => onOutput(Buffer.from(`${line}\n`), isError);
    const run = script({ environment, print, sleep: milliseconds => delay(milliseconds, { timeProvider, signal }) });
    run.then(
      exitCode => this.#exit.resolve({ exitCode, signal: null }),
      () => undefined,
    );
  }

  get exited(): Promise<ProcessExit> {
    return this.#exit.promise;
  }

  async countSurvivors(): Promise<number> {
    return 0;
  }

  async end(signal: StopSignal): Promise<void> {
    this.#killed.abort();
    this.#exit.resolve({ exitCode: null, signal });
  }

  async drain(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}
