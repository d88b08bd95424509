import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';
import type { AppHostConnection } from '../client/index.js';
import type { AppHostInformation } from '../contract/index.js';

/**
 * Where a socket file stands.
 *
 * `backingOff`: the last attempt failed or the connection was lost. `orphaned`: its process is gone. `foreign`: no socket, or not this user's. `gone`: the file
 * is no longer there.
 */
export type SocketState = 'discovered' | 'connecting' | 'handshaking' | 'connected' | 'backingOff' | 'orphaned' | 'foreign' | 'gone';

/** A running AppHost that answers. */
export interface IAppHostConnection {
  readonly socketPath: string;
  /** The part of the socket's name that stands for the AppHost's file. */
  readonly appHostId: string;
  /** What the AppHost says of itself; undefined when it answered with nothing. */
  readonly appHostInfo: AppHostInformation | undefined;
  readonly capabilities: readonly string[];
  /** Whether the AppHost's file lies in or below the working directory. */
  readonly isInScope: boolean;
  /** The calls that can be made. It ends with the connection; the monitor owns it. */
  readonly client: AppHostConnection;
}

/** One socket file that the monitor knows. */
export interface AppHostSocketStatus {
  readonly socketPath: string;
  /** The process in the file's name, when there is one. */
  readonly processId: number | undefined;
  readonly state: SocketState;
  /** Why there is no connection, when there is none. */
  readonly problem: Error | undefined;
}

/**
 * Knows every AppHost of this user that runs on this machine.
 *
 * @see Aspire.Cli.Backchannel.IAuxiliaryBackchannelMonitor
 */
export interface IAuxiliaryBackchannelMonitor {
  /** The AppHosts that answer, in the order of their socket paths. */
  readonly connections: readonly IAppHostConnection[];
  /** All socket files with a name that an AppHost could have given, with what became of each. */
  readonly sockets: readonly AppHostSocketStatus[];
  /**
   * Reads the directories and waits until each socket has answered or failed, those found by others included. Nothing is deleted.
   *
   * @throws OperationCanceledError when `signal` fires
   */
  scan(signal?: AbortSignal): Promise<void>;
  /**
   * The AppHosts that answer: at once, and after every change, several changes in a row as one. Watches for as long as somebody iterates.
   *
   * @throws whatever makes watching impossible; it never ends silently
   */
  watchConnections(signal?: AbortSignal): AsyncIterable<readonly IAppHostConnection[]>;
}

export const IAuxiliaryBackchannelMonitor: ServiceToken<IAuxiliaryBackchannelMonitor> = serviceToken('IAuxiliaryBackchannelMonitor');
