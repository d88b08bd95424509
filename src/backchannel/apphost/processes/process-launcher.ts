import { type ServiceToken, serviceToken } from '../../../hosting/dependency-injection/index.js';
import { HostwardError } from '../../../hosting/primitives/index.js';

/** A signal that asks a program to end, or ends it. */
export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2' | 'SIGKILL';

/** What is to be started, and who gets its output. */
export interface LaunchRequest {
  /** A path, or a name that is looked for in the directories of `PATH`. */
  readonly command: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string>>;
  /** What ends it when this process dies without a word. */
  readonly stopSignal: StopSignal;
  /** Called with the bytes that it writes, as they come. */
  readonly onOutput: (bytes: Uint8Array, isError: boolean) => void;
}

/** How a program ended: by itself with a code, or by a signal. */
export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that was started, with everything that it starts in turn. Disposing it kills what is left of them; it rejects when that cannot be done within 5 seconds. */
export interface LaunchedProcess extends AsyncDisposable {
  readonly pid: number;
  /** Settles when the program has ended; what it started may live on, and its output may not have been read to the end. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** How much of what it started is still there after its end. */
  countSurvivors(): Promise<number>;
  /**
   * Sends a signal to the program and to everything that it has started, once to each, and waits until all of them are gone.
   *
   * `SIGKILL` is repeated until there is nobody left, also for what was started meanwhile.
   *
   * @throws OperationCanceledError when `signal` fires, with some of them still there
   */
  end(stopSignal: StopSignal, signal: AbortSignal): Promise<void>;
  /** Waits until its output has been read, at most for a second after its end: what it left behind may keep the pipes open for ever. */
  drain(): Promise<void>;
}

/** Starts programs. Replace it to run resources without any process. */
export interface IProcessLauncher {
  /**
   * @throws ProcessLaunchError when the program cannot be started
   */
  launch(request: LaunchRequest): Promise<LaunchedProcess>;
}

export const IProcessLauncher: ServiceToken<IProcessLauncher> = serviceToken('IProcessLauncher');

/** A program could not be started; `cause` is the system's error. */
export class ProcessLaunchError extends HostwardError {
  override readonly name = 'ProcessLaunchError';

  constructor(
    readonly command: string,
    readonly workingDirectory: string,
    reason: string,
    cause?: unknown,
  ) {
    super('ERR_PROCESS_LAUNCH', `'${command}' cannot be started: ${reason}`, cause === undefined ? undefined : { cause });
  }
}
