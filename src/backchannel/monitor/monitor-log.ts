import type { ILogger } from '../../hosting/logging/index.js';
import { capabilities } from '../contract/index.js';
import type { AppHostSocket } from './app-host-socket.js';
import type { SocketState } from './auxiliary-backchannel-monitor-contract.js';
import type { MonitorOptions } from './monitor-options.js';

/**
 * What the monitor says in its log. Levels and names of the values are those of .NET; what happens again and again is said once.
 *
 * @see Aspire.Cli.Backchannel.AuxiliaryBackchannelMonitor
 */
export class MonitorLog {
  /** What was last said of each directory that is in trouble. */
  readonly #unreadable = new Set<string>();
  readonly #problems = new WeakMap<AppHostSocket, string>();

  constructor(
    private readonly logger: ILogger,
    private readonly options: MonitorOptions,
  ) {}

  discovered({ path }: AppHostSocket): void {
    this.logger.debug('Socket created: {SocketPath}', path);
  }

  forgotten({ path }: AppHostSocket): void {
    this.logger.debug('Socket deleted: {SocketPath}', path);
  }

  /** The change of a socket's state, when it tells something new. */
  changed(socket: AppHostSocket, previous: SocketState): void {
    const { path, state, problem, isTried } = socket;
    if (state === 'connecting') {
      if (isTried) this.logger.debug('Retrying connection to auxiliary socket: {SocketPath}', path);
      else this.logger.information('Connecting to auxiliary socket: {SocketPath}', path);
    } else if (state === 'connected') this.#connected(socket);
    else if (previous === 'connected')
      this.logger.information('Disconnected from AppHost at {SocketPath}: {Reason}', path, problem?.message ?? 'the socket is gone');
    else if (problem && this.#problems.get(socket) !== problem.message) {
      this.#problems.set(socket, problem.message);
      this.logger.debug('{SocketPath} is {State}: {Reason}', path, state, problem.message);
    }
  }

  #connected(socket: AppHostSocket): void {
    this.#problems.delete(socket);
    const { connection, path, socketName } = socket;
    if (!connection || !this.logger.isEnabled('information')) return;
    const { appHostInfo, isInScope, client } = connection;
    this.logger.information(
      'Connected to the AppHost at {SocketPath}: {AppHostPath}, process {AppHostPid}. Hash: {Hash}, CLI: {CliPid}, in scope: {InScope}, v2: {SupportsV2}',
      path,
      appHostInfo?.appHostPath ?? 'N/A',
      appHostInfo?.processId ?? 'N/A',
      socketName.appHostId,
      appHostInfo?.cliProcessId ?? 'N/A',
      isInScope,
      client.supports(capabilities.v2),
    );
  }

  commandWatches(command: string): void {
    this.logger.information('Starting auxiliary backchannel monitor for {CommandType}', command);
  }

  commandDoesNotWatch(command: string): void {
    this.logger.debug('The command {CommandType} does not watch AppHosts: nothing is monitored', command);
  }

  noCommand(): void {
    this.logger.debug('No command was selected within {Milliseconds} ms: nothing is monitored until one is', this.options.commandSelectionTimeout);
  }

  failed(error: Error): void {
    this.logger.error(error, 'Error in auxiliary backchannel monitor');
  }

  stopping(): void {
    this.logger.information('Auxiliary backchannel monitor stopping');
  }

  /** The directories cannot be read at the moment. */
  unreadable(error: Error): void {
    if (this.#unreadable.has(error.message)) return;
    this.#unreadable.add(error.message);
    this.logger.warning(error, 'Error processing directory changes');
  }

  readable(): void {
    if (this.#unreadable.size === 0) return;
    this.#unreadable.clear();
    this.logger.information('The socket directories can be read again');
  }

  unwatched(directory: string, error: Error | undefined): void {
    this.logger.warning(
      error,
      'Changes of {Directory} are not reported any more; it is read every {Interval} ms instead',
      directory,
      this.options.unwatchedPollInterval,
    );
  }

  watchedAgain(directory: string): void {
    this.logger.information('Changes of {Directory} are reported again', directory);
  }
}
