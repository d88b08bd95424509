import { type ServiceToken, serviceToken } from '../dependency-injection/index.js';
import { HostwardError } from '../primitives/index.js';
import { hasText } from './systemd-service.js';

/** Tells systemd how the service is. @see Microsoft.Extensions.Hosting.Systemd.ISystemdNotifier */
export interface ISystemdNotifier {
  /** Whether systemd wants to be told. */
  readonly isEnabled: boolean;
  /** Sends `READY=1`, `STOPPING=1`, `STATUS=…` or another state; does nothing when not enabled. @throws HostwardError (`ERR_SYSTEMD_NOTIFY`) */
  notify(state: string): Promise<void>;
}

export const ISystemdNotifier: ServiceToken<ISystemdNotifier> = serviceToken('ISystemdNotifier');

/** So long systemd's tool may take. Milliseconds. */
const patience = 5_000;

/**
 * Notifies through the tool `systemd-notify`, since Node has no datagrams on Unix sockets. It is a child process, so the unit needs `NotifyAccess=all`.
 *
 * Differs from .NET, which writes to the socket itself.
 */
export class SystemdNotifier implements ISystemdNotifier {
  get isEnabled(): boolean {
    return hasText(process.env.NOTIFY_SOCKET);
  }

  async notify(state: string): Promise<void> {
    if (!this.isEnabled) return;
    const { execFile } = await import('node:child_process');
    await new Promise<void>((resolve, reject) => {
      execFile('systemd-notify', [state], { env: process.env, timeout: patience, killSignal: 'SIGKILL' }, (error, _stdout, stderr) => {
        if (error) reject(new HostwardError('ERR_SYSTEMD_NOTIFY', `systemd could not be told ${state}: ${stderr.trim() || error.message}`, { cause: error }));
        else resolve();
      });
    });
  }
}
