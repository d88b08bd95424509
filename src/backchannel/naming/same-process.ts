import type { IProcessTable } from './process-table.js';

/** When a process says that it was started, as it comes over the wire; null and undefined: it does not say. */
export interface ClaimedTimes {
  readonly startedAt?: string | null | undefined;
  readonly stableStartedAt?: string | null | undefined;
}

/** What two readings of the stable time may differ by, in milliseconds. */
const stableTolerance = 20;
/** What two readings of the wall-clock time may differ by, in whole seconds. */
const toleranceInSeconds = 1;

/**
 * Whether the process with that id is the one that was started at those times: true, false, or undefined when that cannot be found out here.
 *
 * False is a proof: there is no such process, or it is another that was given the same id since. Undefined is none, neither way: the process exists, times were given, and
 * this process cannot read or understand them. Before anything is removed or reported as gone, compare with `false`; before anything is ended, with `true`.
 *
 * The stable time decides, within 20 ms, where both sides know it; else the wall-clock time, within a second of whole seconds. Where no time was given the id alone decides,
 * and true means no more than that some process has it. The wall-clock time deceives where the clock was set since the process started; the stable one does not.
 *
 * Differs from .NET: it says "not running" where it cannot read the times; a stop then takes away the socket of a process that runs.
 *
 * @see Aspire.Hosting, ProcessStartTimeHelper.IsProcessRunning
 */
export function isSameProcess(pid: number, claimed: ClaimedTimes, processes: IProcessTable): boolean | undefined {
  if (!processes.isAlive(pid)) return false;
  const actual = processes.timesOf(pid);
  const match = isSameStableTime(claimed.stableStartedAt, actual.stableStartedAt) ?? isSameSecond(claimed.startedAt, actual.startedAt);
  if (match !== undefined) return match;
  if (!claimed.stableStartedAt && !claimed.startedAt) return true;
  // It may have ended between the two looks, which would explain why there are no times.
  return processes.isAlive(pid) ? undefined : false;
}

function isSameStableTime(a: string | null | undefined, b: string | undefined): boolean | undefined {
  return isWithin(stableTolerance, timeOf(a) - timeOf(b));
}

function isSameSecond(a: string | null | undefined, b: string | undefined): boolean | undefined {
  return isWithin(toleranceInSeconds, Math.floor(timeOf(a) / 1000) - Math.floor(timeOf(b) / 1000));
}

function isWithin(tolerance: number, difference: number): boolean | undefined {
  return Number.isNaN(difference) ? undefined : Math.abs(difference) <= tolerance;
}

/** Milliseconds; NaN when there is no time, or it is not readable. */
function timeOf(text: string | null | undefined): number {
  return typeof text === 'string' ? Date.parse(text) : NaN;
}
