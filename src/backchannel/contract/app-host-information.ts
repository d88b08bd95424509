import { MemberReader } from './member-reader.js';

/** What an AppHost says of itself in the handshake: the answer to `GetAppHostInformationAsync`. Times are ISO 8601. */
export interface AppHostInformation {
  readonly appHostPath: string;
  readonly processId: number;
  /** The `aspire` CLI that launched it. */
  readonly cliProcessId: number | null;
  /** Wall-clock time of the process start; identifies the process to a second. */
  readonly startedAt: string | null;
  /** Identifies the process to 20 ms; no calendar time on Linux. Since 13.5. */
  readonly stableStartedAt: string | null;
  readonly cliStartedAt: string | null;
  readonly cliStableStartedAt: string | null;
  readonly cliLogFilePath: string | null;
}

/** The answer to `GetAppHostInfoAsync`. */
export interface AppHostInfo {
  /** The process id as decimal text. */
  readonly pid: string;
  /** The version to show, or `unknown`. */
  readonly aspireHostVersion: string;
  readonly appHostPath: string;
  readonly cliProcessId: number | null;
  readonly startedAt: string | null;
  readonly cliLogFilePath: string | null;
}

/** Reads an answer to `GetAppHostInformationAsync`. @throws ContractError without a path or a process id */
export function readAppHostInformation(value: unknown): AppHostInformation {
  const info = new MemberReader(value, 'AppHostInformation');
  return {
    appHostPath: info.string('appHostPath'),
    processId: info.processId('processId'),
    cliProcessId: info.processIdOrNull('cliProcessId'),
    startedAt: info.timeOrNull('startedAt'),
    stableStartedAt: info.timeOrNull('stableStartedAt'),
    cliStartedAt: info.timeOrNull('cliStartedAt'),
    cliStableStartedAt: info.timeOrNull('cliStableStartedAt'),
    cliLogFilePath: info.stringOrNull('cliLogFilePath'),
  };
}

/** Reads an answer to `GetAppHostInfoAsync`. @throws ContractError without a process id, a version or a path */
export function readAppHostInfo(value: unknown): AppHostInfo {
  const info = new MemberReader(value, 'AppHostInfo');
  return {
    pid: String(info.processId('pid')),
    aspireHostVersion: info.string('aspireHostVersion'),
    appHostPath: info.string('appHostPath'),
    cliProcessId: info.processIdOrNull('cliProcessId'),
    startedAt: info.timeOrNull('startedAt'),
    cliLogFilePath: info.stringOrNull('cliLogFilePath'),
  };
}
