import { readFileSync } from 'node:fs';

/** What tells whether systemd has started this process. */
export interface ProcessOrigin {
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  readonly ppid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The name of a process; throws where it cannot be read. */
  nameOf(this: void, pid: number): string;
}

export const currentOrigin: ProcessOrigin = {
  platform: process.platform,
  pid: process.pid,
  ppid: process.ppid,
  env: process.env,
  nameOf: pid => readFileSync(`/proc/${pid}/comm`, 'utf8').trim(),
};

/**
 * Whether systemd has started this process as a service.
 *
 * @see Microsoft.Extensions.Hosting.Systemd.SystemdHelpers.IsSystemdService (.NET 11)
 */
export function isSystemdService({ platform, pid, ppid, env, nameOf }: ProcessOrigin = currentOrigin): boolean {
  if (platform === 'win32') return false;
  if (env.SYSTEMD_EXEC_PID === String(pid)) return true;
  // The first process of a container has no parent that could tell.
  if (pid === 1) return hasText(env.NOTIFY_SOCKET) || hasText(env.LISTEN_PID);
  try {
    return nameOf(ppid) === 'systemd';
  } catch {
    return false;
  }
}

export function hasText(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
