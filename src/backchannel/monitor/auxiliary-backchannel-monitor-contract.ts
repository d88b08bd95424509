import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';
import type { AppHostConnection } from '../client/index.js';
import type { AppHostInformation } from '../contract/index.js';
import type { AppHostSelection, ResolveSelectedOptions } from './app-host-selection.js';

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
  /** The part of the socket's name that stands for the AppHost's file. */
  readonly appHostId: string;
  /** The process in the file's name, when there is one. */
  readonly processId: number | undefined;
  readonly state: SocketState;
  /** Why there is no connection, when there is none. */
  readonly problem: Error | undefined;
  /** The AppHost's file as it last said; undefined when it never did. */
  readonly appHostPath: string | undefined;
  /** Attempts in a row that failed. */
  readonly failedAttempts: number;
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
   * What failed before is tried again and waited for half a second at most, so that one that hangs does not cost its deadline again and again.
   *
   * @throws OperationCanceledError when `signal` fires
   */
  scan(signal?: AbortSignal): Promise<void>;
  /** The connections whose sockets bear that identifier: several when an AppHost runs more than once. */
  getConnectionsByHash(hash: string): readonly IAppHostConnection[];
  /** The connections of the AppHosts in a directory or below it; judged anew at each call, by the rules of `isInScope`. */
  getConnectionsForWorkingDirectory(directory: string): readonly IAppHostConnection[];
  /**
   * The file of the AppHost that the user has chosen; undefined: none. It stays chosen while the AppHost does not run: nothing but a new choice changes it.
   *
   * Symbolic links are resolved wherever paths are compared. Setting throws ArgumentError for a path that is not absolute.
   */
  selectedAppHostPath: string | undefined;
  /** The AppHost to work with, as {@link resolveSelected} without options would choose among those that answer now. Reading it changes nothing. */
  readonly selectedConnection: IAppHostConnection | undefined;
  /**
   * Which AppHost to work with, and why that one or none: the chosen one, else the only one in scope.
   *
   * Looks for new AppHosts first, and waits for those that were never tried to answer or fail. One that failed before holds it up no more while somebody watches, and for half a
   * second at most when nobody does.
   *
   * @throws OperationCanceledError when `signal` fires; PrivateDirectoryError when a directory cannot be read
   */
  resolveSelected(options?: ResolveSelectedOptions): Promise<AppHostSelection>;
  /**
   * The AppHosts that answer: at once, and after every change, several changes in a row as one. Watches for as long as somebody iterates.
   *
   * @throws whatever makes watching impossible; it never ends silently
   */
  watchConnections(signal?: AbortSignal): AsyncIterable<readonly IAppHostConnection[]>;
}

export const IAuxiliaryBackchannelMonitor: ServiceToken<IAuxiliaryBackchannelMonitor> = serviceToken('IAuxiliaryBackchannelMonitor');
