import { delay, OperationCanceledError, raceAbort, type TimeProvider } from 'hostward';
import { type IProcessLauncher, type LaunchedProcess, type LaunchRequest, type ProcessExit, ProcessLaunchError, type StopSignal } from 'hostward/apphost';
import { Deferred } from '../../../src/hosting/primitives/index.js';

/** How a fake process takes signals. */
export type Manners = 'heeding' | 'deaf' | 'immortal';

/** A program that runs in a test only. */
export class FakeProcess implements LaunchedProcess {
  readonly signals: StopSignal[] = [];
  readonly #exit = new Deferred<ProcessExit>();
  readonly exited: Promise<ProcessExit> = this.#exit.promise;
  manners: Manners = 'heeding';
  /** Processes that it leaves behind at its end, until they get a signal that they heed. */
  survivors = 0;
  isDisposed = false;
  isDrained = false;
  hasEnded = false;

  constructor(
    readonly request: LaunchRequest,
    readonly pid: number,
    private readonly timeProvider: TimeProvider,
  ) {}

  writes(text: string, isError = false): void {
    this.request.onOutput(Buffer.from(text), isError);
  }

  /** Ends by itself. */
  exits(exitCode: number | null, signal: NodeJS.Signals | null = null): void {
    this.hasEnded = true;
    this.#exit.resolve({ exitCode, signal });
  }

  async countSurvivors(): Promise<number> {
    return this.survivors;
  }

  async end(stopSignal: StopSignal, signal: AbortSignal): Promise<void> {
    this.signals.push(stopSignal);
    if (this.manners === 'immortal' || (this.manners === 'deaf' && stopSignal !== 'SIGKILL')) await raceAbort(new Promise<never>(() => undefined), signal);
    await delay(5, { timeProvider: this.timeProvider, signal });
    if (signal.aborted) throw new OperationCanceledError(signal);
    this.survivors = 0;
    this.exits(null, stopSignal);
  }

  async drain(): Promise<void> {
    this.isDrained = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isDisposed = true;
  }
}

/** Starts fake processes, and keeps them for the test. */
export class FakeProcessLauncher implements IProcessLauncher {
  readonly processes: FakeProcess[] = [];
  /** Reasons for which the next starts fail. */
  readonly failures: string[] = [];
  onLaunch: (process: FakeProcess) => void = () => undefined;

  constructor(private readonly timeProvider: TimeProvider) {}

  /** The newest process of a command. */
  of(command: string): FakeProcess {
    const process = this.processes.findLast(({ request }) => request.command === command);
    if (!process) throw new Error(`${command} was never started`);
    return process;
  }

  async launch(request: LaunchRequest): Promise<LaunchedProcess> {
    await delay(2, { timeProvider: this.timeProvider });
    const failure = this.failures.shift();
    if (failure !== undefined) throw new ProcessLaunchError(request.command, request.workingDirectory, failure);
    const process = new FakeProcess(request, 1000 + this.processes.length, this.timeProvider);
    this.processes.push(process);
    this.onLaunch(process);
    return process;
  }
}
