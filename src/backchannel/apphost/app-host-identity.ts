import type { AppHostInformation } from '../contract/index.js';
import type { IProcessTable } from '../naming/index.js';

/** The environment variables by which an `aspire` CLI that launched this process makes itself known. */
type CliEnvironment = Readonly<Record<'ASPIRE_CLI_PID' | 'ASPIRE_CLI_STARTED' | 'ASPIRE_CLI_STARTED_STABLE' | 'ASPIRE_CLI_LOG_FILE', string | undefined>>;

/** .NET's `Int32.MaxValue`. */
const maxProcessId = 0x7fff_ffff;
/** The largest time that a date can hold. */
const maxTime = 8_640_000_000_000_000;

/**
 * What this process says of itself to clients.
 *
 * The times are the operating system's own and are left out when they are not certain: a CLI that is told a wrong one takes the process for gone.
 */
export function describeAppHost(appHostPath: string, processes: IProcessTable, environment: Partial<CliEnvironment> = process.env): AppHostInformation {
  const { startedAt = null, stableStartedAt = null } = processes.timesOf(process.pid);
  const cliProcessId = toProcessId(environment.ASPIRE_CLI_PID);
  const seconds = toInteger(environment.ASPIRE_CLI_STARTED);
  const stable = toInteger(environment.ASPIRE_CLI_STARTED_STABLE);
  return {
    appHostPath,
    processId: process.pid,
    cliProcessId,
    startedAt,
    stableStartedAt,
    cliStartedAt: cliProcessId === null || seconds === null ? null : toIso(seconds * 1000),
    cliStableStartedAt: cliProcessId === null || stable === null ? null : toIso(stable),
    cliLogFilePath: environment.ASPIRE_CLI_LOG_FILE ?? null,
  };
}

function toInteger(text: string | undefined): number | null {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

/** Anything else would make the `aspire` CLI look for a process that cannot be. */
function toProcessId(text: string | undefined): number | null {
  const id = toInteger(text);
  return id !== null && id >= 1 && id <= maxProcessId ? id : null;
}

function toIso(milliseconds: number): string | null {
  return milliseconds <= maxTime ? new Date(milliseconds).toISOString() : null;
}
