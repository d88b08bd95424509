import type { AppHostInformation } from '../contract/index.js';
import type { ProcessTimes, SocketName } from '../naming/index.js';
import type { IAppHostProcesses } from './app-host-machine.js';

/** What the two forms of a start time may differ by. Milliseconds. */
const stableTolerance = 20;
const wallClockTolerance = 1_000;

/** Whether two accounts of a start are of one process; undefined when they have nothing in common. */
function isSameStart(one: StartTimes, other: StartTimes): boolean | undefined {
  const stable = difference(one.stableStartedAt, other.stableStartedAt);
  if (stable !== undefined) return stable <= stableTolerance;
  const wallClock = difference(one.startedAt, other.startedAt);
  return wallClock === undefined ? undefined : wallClock <= wallClockTolerance;
}

interface StartTimes {
  readonly startedAt?: string | null;
  readonly stableStartedAt?: string | null;
}

function difference(one: string | null | undefined, other: string | null | undefined): number | undefined {
  const milliseconds = Math.abs(Date.parse(one ?? '') - Date.parse(other ?? ''));
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/**
 * The process of an AppHost, told from others by its start: a number may have passed to another process meanwhile, and an AppHost may say what it likes.
 *
 * Differs from .NET: the process is signalled only when the name of the socket has its number, and its start is what the AppHost says, or, where that cannot be compared,
 * the AppHost still holds its connection.
 *
 * @see Aspire.Cli.Processes, ProcessSignaler
 */
export class AppHostProcess {
  readonly pid: number | undefined;
  /** Whether it started when the AppHost says that it did. */
  readonly #isAsSaid: boolean | undefined;
  readonly #times: ProcessTimes;

  constructor(
    private readonly socketName: SocketName,
    information: AppHostInformation | undefined,
    private readonly processes: IAppHostProcesses,
  ) {
    this.pid = information?.processId ?? socketName.processId;
    this.#times = this.pid === undefined ? {} : processes.timesOf(this.pid);
    this.#isAsSaid = information && isSameStart(information, this.#times);
  }

  /** Whether it still runs; undefined when that cannot be told, or when it is this very process. */
  get isRunning(): boolean | undefined {
    const { pid } = this;
    if (pid === undefined || pid === process.pid || this.#isAsSaid === false) return undefined;
    return this.processes.isAlive(pid) && isSameStart(this.#times, this.processes.timesOf(pid)) !== false;
  }

  /** Why it must not get a signal; undefined when it may. @param isConnected whether the AppHost still holds its connection */
  objection(isConnected: boolean): string | undefined {
    const { pid, socketName } = this;
    if (pid === undefined) return 'nobody knows the number of its process.';
    if (pid === process.pid) return 'it runs in this very process.';
    if (socketName.processId === undefined) return `the name of its socket does not confirm that it is process ${pid}.`;
    if (socketName.processId !== pid) return `it says that it is process ${pid}, but its socket was made by process ${socketName.processId}.`;
    if (this.#isAsSaid === false) return `process ${pid} was not started when the AppHost says that it was.`;
    if (this.isRunning === false) return `process ${pid} is gone.`;
    if (this.#isAsSaid === undefined && !isConnected) return `nobody can tell whether process ${pid} is still the AppHost.`;
    return undefined;
  }

  /** @throws the system's error */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.pid !== undefined) this.processes.kill(this.pid, signal);
  }
}
