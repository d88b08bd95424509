import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { errorCodeOf } from '../../hosting/primitives/index.js';
import { TimeProvider } from '../../hosting/time/index.js';

/** When a process started, in the two forms that identify it on the wire; a member is missing when it is not known for certain. */
export interface ProcessTimes {
  /** The wall-clock time of the start as ISO 8601, true to a second. */
  readonly startedAt?: string;
  /**
   * An identity that adjustments of the clock do not move, as ISO 8601, true to 20 ms.
   *
   * On Linux it counts from boot and is written as if the computer had been booted in 1970: compare it, never show it.
   */
  readonly stableStartedAt?: string;
}

/** Clock ticks a second in /proc, the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

/**
 * Reads when a process started: of every process on Linux, elsewhere of this process only and without the stable form.
 *
 * A peer that is told a wrong time takes a running process for a dead one, therefore anything doubtful is left out. Never throws.
 */
export function readProcessTimes(pid: number, platform: NodeJS.Platform = process.platform): ProcessTimes {
  if (platform === 'linux') return readFromProc(pid);
  return pid === process.pid ? { startedAt: toIso(performance.timeOrigin) } : {};
}

/**
 * Whether a process with that id exists, one of another user or a zombie included.
 *
 * Only a positive 32-bit integer can be a process id, for anything else the answer is false: 0 and negative numbers would mean process groups.
 */
export function isProcessAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid > 0x7fff_ffff) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCodeOf(error) === 'EPERM';
  }
}

function readFromProc(pid: number): ProcessTimes {
  const startTicks = numberIn(readText(`/proc/${pid}/stat`), /^.*\)(?: \S+){19} (\d+) /s);
  if (startTicks === undefined) return {};
  const sinceBoot = (startTicks * 1000) / ticksPerSecond;
  const stableStartedAt = toIso(sinceBoot);
  // The machine's clock, never an injected one: other processes compare the result with theirs.
  const now = TimeProvider.system.getUtcNowMilliseconds();
  const startedAt = bootTime(now) + sinceBoot;
  // In a container that pretends to have been booted later than its kernel the sum lies in the future.
  return startedAt <= now + 1000 ? { startedAt: toIso(startedAt), stableStartedAt } : { stableStartedAt };
}

/** Milliseconds since 1970 of the boot, NaN when unknown. The kernel tells whole seconds, the uptime makes them exact where both agree. */
function bootTime(now: number): number {
  const wholeSeconds = 1000 * (numberIn(readText('/proc/stat'), /^btime (\d+)$/m) ?? NaN);
  const exact = now - uptime() * 1000;
  return exact >= wholeSeconds && exact < wholeSeconds + 1000 ? exact : wholeSeconds;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** The first group as a positive number; a kernel that does not know the value writes 0. */
function numberIn(text: string, pattern: RegExp): number | undefined {
  const value = Number(pattern.exec(text)?.[1]);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function toIso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
