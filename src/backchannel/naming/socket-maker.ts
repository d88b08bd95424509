import type { IProcessTable } from './process-table.js';

/** What the time of a process and that of a file may differ by although the one made the other, in milliseconds. */
const tolerance = 2_000;

/**
 * Whether the process that made a socket runs, by the id in the file's name: true, false, or undefined when that cannot be told.
 *
 * It is false when no process has the id, or one that was started after the file was made: the id was given to another since. It is true when the process is older than the
 * file. Undefined: a process has the id, and when it was started is not known (other systems than Linux).
 *
 * Ids are those of this process's PID namespace, and nothing in a file's name says of which namespace its id is. With a home directory that several containers or machines
 * have in common, false therefore is not enough to take a file for an orphan; see {@link judgeSocketFile}.
 *
 * @param createdAt of the file, milliseconds since 1970; 0 when the file system does not say
 */
export function isMakerRunning(processId: number, createdAt: number, processes: IProcessTable): boolean | undefined {
  if (!processes.isAlive(processId)) return false;
  const startedAt = Date.parse(processes.timesOf(processId).startedAt ?? '');
  if (Number.isNaN(startedAt) || createdAt <= 0) return undefined;
  return startedAt <= createdAt ? true : startedAt > createdAt + tolerance ? false : undefined;
}
