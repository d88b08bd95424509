import type { HostApplicationBuilder } from '../hosting/host-application-builder.js';
import { type IServiceProvider, type ServiceToken, serviceToken } from '../hosting/dependency-injection/index.js';
import type { MonitorOptions, SelectedCommand } from '../backchannel/monitor/index.js';

/** A command, its command line read, ready to run inside a host. */
export interface CliCommand extends SelectedCommand {
  /** Where the monitor of the command differs from others. */
  readonly monitorOptions?: Partial<MonitorOptions>;
  /** Adds what the command needs beyond what every command has. */
  configure?(builder: HostApplicationBuilder): void;
  /** Does the work. `signal` fires when the host stops; leaving then with an `AbortError` counts as `exitCodes.success`. */
  run(services: IServiceProvider, signal: AbortSignal): Promise<number>;
}

export const CliCommand: ServiceToken<CliCommand> = serviceToken('CliCommand');

/** What the process ends with. */
export const exitCodes = { success: 0, failure: 1, usage: 2 } as const;
