import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';

/** How the monitor looks for AppHosts. All times in milliseconds of the injected clock. */
export interface MonitorOptions {
  /** The directory below which `.aspire/cli/bch` lies. Default: the user's home. */
  readonly homeDirectory: string;
  /** What "in scope" is measured against. Default: the working directory. */
  readonly workingDirectory: string;
  /** The longest wait for a connection to be accepted. Default: 3,000. */
  readonly connectTimeout: number;
  /** The longest wait for both answers of the handshake. Default: 5,000. */
  readonly handshakeTimeout: number;
  /** How long the monitor waits to learn which command runs. Default: 1,000. */
  readonly commandSelectionTimeout: number;
  /** How often the directories are read although no change was reported. Default: 5,000. */
  readonly pollInterval: number;
  /** The wait before the first new attempt; it doubles from one to the next. Default: 100. */
  readonly retryDelay: number;
  /** The longest wait between two attempts. Default: 10,000. */
  readonly maxRetryDelay: number;
  /** How long a socket may refuse connections before that counts: between bind and listen, every socket does. Default: 500. */
  readonly freshSocketGrace: number;
}

export const MonitorOptions: ServiceToken<MonitorOptions> = serviceToken('MonitorOptions');

export function defaultMonitorOptions(homeDirectory: string, workingDirectory: string): MonitorOptions {
  return {
    homeDirectory,
    workingDirectory,
    connectTimeout: 3_000,
    handshakeTimeout: 5_000,
    commandSelectionTimeout: 1_000,
    pollInterval: 5_000,
    retryDelay: 100,
    maxRetryDelay: 10_000,
    freshSocketGrace: 500,
  };
}
