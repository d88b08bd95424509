import { createAbortController, isCancellation, toError } from '../../../hosting/primitives/index.js';
import { type TimeProvider, withDeadline } from '../../../hosting/time/index.js';
import type { IProcessLauncher, LaunchedProcess, LaunchRequest, ProcessExit, StopSignal } from '../processes/index.js';
import { OutputLines } from '../processes/index.js';

/** How long what does not heed the stop signal may take to go after SIGKILL. Milliseconds. */
const killTimeout = 5_000;

/** What an {@link ExecutableRun} needs. */
export interface ExecutableRunParts {
  readonly launcher: IProcessLauncher;
  readonly timeProvider: TimeProvider;
  readonly stopTimeout: number;
  readonly request: Omit<LaunchRequest, 'onOutput'>;
  readonly onLine: (text: string, isError: boolean) => void;
  /** Says a step in the resource's log. */
  readonly say: (text: string, isError?: boolean) => void;
}

/** One run of a program, from its start to the end of everything that it has started. */
export class ExecutableRun {
  readonly #ended = createAbortController();

  private constructor(
    private readonly parts: ExecutableRunParts,
    private readonly process: LaunchedProcess,
    private readonly output: readonly OutputLines[],
  ) {
    void process.exited.then(() => this.#ended.abort());
  }

  /** @throws ProcessLaunchError */
  static async start(parts: ExecutableRunParts): Promise<ExecutableRun> {
    const { launcher, onLine, request } = parts;
    const lines = new OutputLines(text => onLine(text, false));
    const errorLines = new OutputLines(text => onLine(text, true));
    const process = await launcher.launch({ ...request, onOutput: (bytes, isError) => (isError ? errorLines : lines).write(bytes) });
    return new ExecutableRun(parts, process, [lines, errorLines]);
  }

  get pid(): number {
    return this.process.pid;
  }

  /** When the program has ended. Never rejects. */
  get exited(): Promise<ProcessExit> {
    return this.process.exited;
  }

  /** Fires then. */
  get endedSignal(): AbortSignal {
    return this.#ended.signal;
  }

  /**
   * Ends the program and all that it has started: with the stop signal, and with SIGKILL what is still there after the timeout, or at once when `hurry` fires.
   *
   * @throws DeadlineExceededError when something is still there 5 seconds after SIGKILL
   */
  async end(hurry: AbortSignal): Promise<void> {
    const { say, stopTimeout, request } = this.parts;
    const { stopSignal } = request;
    if (stopSignal !== 'SIGKILL' && !hurry.aborted) {
      say(`Stopping process ${this.pid} and all that it has started: ${stopSignal}`);
      if (await this.#send(stopSignal, stopTimeout, hurry)) return this.#finish();
      const reason = hurry.aborted ? 'There is no more time to wait for' : `Still there after ${stopTimeout} ms:`;
      say(`${reason} process ${this.pid} or what it has started: SIGKILL`, true);
    } else {
      say(`Killing process ${this.pid} and all that it has started: SIGKILL`);
    }
    await this.#kill();
    await this.#finish();
  }

  /** The program has ended by itself: ends what it has left behind, and reads what is still to be read. */
  async clear(hurry: AbortSignal): Promise<void> {
    const survivors = await this.process.countSurvivors();
    if (survivors === 0) return this.#finish();
    this.parts.say(`The process has ended and left ${survivors} ${survivors === 1 ? 'process' : 'processes'} behind, which are ended, too`);
    await this.end(hurry);
  }

  /** @returns whether all were gone in time */
  async #send(stopSignal: StopSignal, timeout: number, hurry: AbortSignal): Promise<boolean> {
    try {
      await this.#within(timeout, signal => this.process.end(stopSignal, signal), hurry);
      return true;
    } catch (error) {
      if (!isCancellation(error) && toError(error).name !== 'DeadlineExceededError') throw error;
      return false;
    }
  }

  #kill(): Promise<void> {
    return this.#within(killTimeout, signal => this.process.end('SIGKILL', signal));
  }

  #within(milliseconds: number, work: (signal: AbortSignal) => Promise<void>, signal?: AbortSignal): Promise<void> {
    return withDeadline(`The end of process ${this.pid} and of what it has started`, milliseconds, work, { timeProvider: this.parts.timeProvider, signal });
  }

  async #finish(): Promise<void> {
    await this.process.drain();
    for (const lines of this.output) lines.end();
    await this.process[Symbol.asyncDispose]();
  }
}
