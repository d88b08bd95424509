import type { FileSystemReach } from './file-system-reach.js';

/** How long a socket may exist before it accepts connections, in milliseconds: it is there from its bind on, but refuses until its listen. */
export const freshSocketAge = 500;

/** What is known of a socket file and of what is behind it. */
export interface SocketFileFacts {
  /** Whether the entry itself is a socket; a link to one is none. */
  readonly isSocket: boolean;
  /** Whether it belongs to the user of this process. */
  readonly isOurs: boolean;
  /** The process id in its name. */
  readonly processId: number | undefined;
  /** Whether the process that made it runs, from {@link isMakerRunning}. */
  readonly isMakerRunning: boolean | undefined;
  /** What came of a connection; `untried` when none was attempted, `noAnswer` also for a failure other than a refusal. */
  readonly connection: 'untried' | 'accepted' | 'refused' | 'noAnswer';
  /** From {@link reachOf} its directory. */
  readonly reach: FileSystemReach;
  /** Milliseconds since it was made; NaN when the file system does not say. */
  readonly age: number;
}

/**
 * What {@link judgeSocketFile} makes of a file. `orphan`: it may be removed. `untried`: nothing speaks against it yet, connect and judge again. `justMade`: judge again when
 * it is {@link freshSocketAge} old. Everything else is why the file stays.
 */
export type SocketFileJudgement =
  'orphan' | 'untried' | 'noSocket' | 'notOurs' | 'noProcessId' | 'makerRuns' | 'makerUnknown' | 'sharedFileSystem' | 'justMade' | 'accepts' | 'noAnswer';

/**
 * Whether a socket file is left over from a process that is gone. A pure function.
 *
 * An orphan is a socket of this user, with a process id in its name, of which no such process runs as far as can be seen from here, and on which nobody listens. The first
 * of these can be wrong where containers have a home directory in common, because each has process ids of its own; the second cannot, unless the file system is shared by
 * several computers, and then nothing is an orphan.
 *
 * Differs from .NET: it asks for the process alone, and so removes ordinary files (defect 14) and sockets of other PID namespaces (defect 15).
 */
export function judgeSocketFile({ isSocket, isOurs, processId, isMakerRunning, connection, reach, age }: SocketFileFacts): SocketFileJudgement {
  if (!isSocket) return 'noSocket';
  if (!isOurs) return 'notOurs';
  if (processId === undefined) return 'noProcessId';
  if (isMakerRunning !== false) return isMakerRunning ? 'makerRuns' : 'makerUnknown';
  if (reach === 'others') return 'sharedFileSystem';
  if (age >= 0 && age < freshSocketAge) return 'justMade';
  if (connection === 'refused') return 'orphan';
  return connection === 'accepted' ? 'accepts' : connection;
}
