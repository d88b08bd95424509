import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/**
 * The most resident memory that a command had, in MB. It must end with exit code 0.
 *
 * Linux keeps the highest mark of each process for as long as that has memory; it is read every millisecond, so that what is missed is what grew in the last one.
 */
export async function peakMemory({ file, args, env, cwd }) {
  if (process.platform !== 'linux') throw new Error('Peak memory is measured on Linux only.');
  const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.resume();
  const closed = once(child, 'close');
  let kilobytes = 0;
  for (let mark = markOf(child.pid); mark !== undefined || child.exitCode === null; mark = markOf(child.pid)) {
    kilobytes = Math.max(kilobytes, mark ?? 0);
    if (child.exitCode !== null || child.signalCode !== null) break;
    await setTimeout(1);
  }
  const [exitCode, signal] = await closed;
  if (exitCode !== 0) throw new Error(`${file} ended with ${exitCode ?? signal}.`);
  return kilobytes / 1_024;
}

/** Undefined when there is no such process, or when it has ended and only waits to be noticed. */
function markOf(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes);
  } catch {
    return undefined;
  }
}
