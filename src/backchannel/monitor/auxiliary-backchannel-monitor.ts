import { BackgroundService } from '../../hosting/background-service.js';
import { inject, optional } from '../../hosting/dependency-injection/index.js';
import { ILogger } from '../../hosting/logging/index.js';
import { ChangeLatch, DeadlineExceededError, errorCodeOf, isCancellation, raceAbort, throwIfAborted } from '../../hosting/primitives/index.js';
import { CancellationSource, delay, TimeProvider, withDeadline } from '../../hosting/time/index.js';
import { type BackchannelDirectoryKind, backchannelDirectories, IProcessTable } from '../naming/index.js';
import { IDirectoryWatcher, IFileSystem, ISocketFactory } from '../platform/index.js';
import type { AppHostSocket } from './app-host-socket.js';
import type { AppHostSocketStatus, IAppHostConnection, IAuxiliaryBackchannelMonitor } from './auxiliary-backchannel-monitor-contract.js';
import { ICommandSelection } from './command-selection.js';
import { MonitorOptions } from './monitor-options.js';
import { SocketDirectoryWatch } from './socket-directory-watch.js';
import { SocketRegistry } from './socket-registry.js';

/**
 * Finds every AppHost of this user and keeps a connection to each.
 *
 * As a hosted service it watches for as long as the host runs, if the command that runs wants that; `scan` and `watchConnections` work in any case.
 * One AppHost that does not answer delays none of the others.
 *
 * @see Aspire.Cli.Backchannel.AuxiliaryBackchannelMonitor
 */
export class AuxiliaryBackchannelMonitor extends BackgroundService implements IAuxiliaryBackchannelMonitor, AsyncDisposable {
  readonly #registry: SocketRegistry;
  readonly #latches = new Set<ChangeLatch>();
  readonly #directories: Readonly<Record<BackchannelDirectoryKind, string>>;
  #watch: { readonly source: CancellationSource; readonly running: Promise<void>; watchers: number } | undefined;

  constructor(
    @inject(MonitorOptions) private readonly options: MonitorOptions,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
    @inject(ISocketFactory) sockets: ISocketFactory,
    @inject(IFileSystem) private readonly files: IFileSystem,
    @inject(IDirectoryWatcher) private readonly watcher: IDirectoryWatcher,
    @inject(IProcessTable) processes: IProcessTable,
    @inject(ILogger) private readonly logger: ILogger,
    @inject(ICommandSelection) @optional() private readonly selection?: ICommandSelection,
  ) {
    super();
    this.#directories = { ...backchannelDirectories(options.homeDirectory) };
    const context = { options, timeProvider, sockets, files, processes, onChange: (socket: AppHostSocket) => this.#onSocketChanged(socket) };
    this.#registry = new SocketRegistry(this.#directories, files, context, {
      onDiscovered: path => logger.debug('Socket created: {SocketPath}', path),
      onForgotten: path => logger.debug('Socket deleted: {SocketPath}', path),
    });
  }

  get connections(): readonly IAppHostConnection[] {
    return this.#registry.sockets.flatMap(({ connection }) => connection ?? []);
  }

  get sockets(): readonly AppHostSocketStatus[] {
    return this.#registry.sockets.map(({ path, socketName, state, problem }) => ({ socketPath: path, processId: socketName.processId, state, problem }));
  }

  async scan(signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    await raceAbort(this.#registry.reconcile(), signal);
    await raceAbort(Promise.all(this.#registry.sockets.map(socket => socket.tryConnect())), signal);
  }

  async *watchConnections(signal?: AbortSignal): AsyncGenerator<readonly IAppHostConnection[], void, undefined> {
    const latch = new ChangeLatch();
    this.#latches.add(latch);
    using ended = new CancellationSource({ timeProvider: this.timeProvider, linkedTo: [signal] });
    const watching = this.#watchWhile(ended.signal).catch((error: unknown) => {
      failure = { error };
      ended.cancel();
    });
    let failure: { readonly error: unknown } | undefined;
    try {
      while (!ended.isCancellationRequested) {
        yield this.connections;
        await latch.wait(ended.signal).catch(() => undefined);
      }
      if (failure) throw failure.error;
    } finally {
      this.#latches.delete(latch);
      ended.cancel();
      await watching;
    }
  }

  protected async execute(stopping: AbortSignal): Promise<void> {
    if (await this.#isWanted(stopping)) await this.#watchWhile(stopping);
  }

  async #isWanted(stopping: AbortSignal): Promise<boolean> {
    const { selection, options, timeProvider, logger } = this;
    if (!selection) return true;
    try {
      const command = await withDeadline('the selection of a command', options.commandSelectionTimeout, () => selection.commandSelected, {
        timeProvider,
        signal: stopping,
      });
      if (command.watchesAppHosts) logger.information('Starting auxiliary backchannel monitor for {CommandType}', command.name);
      else logger.debug('The command {CommandType} does not watch AppHosts: nothing is monitored', command.name);
      return command.watchesAppHosts;
    } catch (error) {
      if (!(error instanceof DeadlineExceededError)) throw error;
      logger.debug('No command was selected within {Milliseconds} ms: nothing is monitored', options.commandSelectionTimeout);
      return false;
    }
  }

  /** Watches until `signal` fires, together with everybody else who wants that. */
  async #watchWhile(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const watch = (this.#watch ??= this.#startWatch());
    watch.watchers++;
    try {
      await raceAbort(watch.running, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      if (--watch.watchers === 0) {
        if (this.#watch === watch) this.#watch = undefined;
        watch.source.cancel();
        await watch.running.catch(() => undefined);
      }
    }
  }

  #startWatch(): { source: CancellationSource; running: Promise<void>; watchers: number } {
    const source = new CancellationSource({ timeProvider: this.timeProvider });
    const running = this.#runWatch(source.signal);
    // Its failure reaches everybody who waits for it.
    running.catch(() => undefined);
    return { source, running, watchers: 0 };
  }

  async #runWatch(signal: AbortSignal): Promise<void> {
    const { files, logger, options, timeProvider, watcher } = this;
    await files.ensurePrivateDirectory(this.#directories.current);
    const changed = new ChangeLatch();
    // Notifications begin before the first look, so that nothing falls between the two.
    using _directories = new SocketDirectoryWatch({
      directories: Object.values(this.#directories),
      watcher,
      timeProvider,
      pollInterval: options.pollInterval,
      onChange: () => changed.set(),
      onDegraded: (directory, error) => this.#onDegraded(directory, error),
    });
    const pursued = new Map<AppHostSocket, Promise<void>>();
    try {
      for (;;) {
        await this.#registry.reconcile().catch((error: unknown) => logger.warning(error, 'Error processing directory changes'));
        for (const socket of this.#registry.sockets) {
          if (!pursued.has(socket))
            pursued.set(
              socket,
              this.#pursue(socket, signal).finally(() => pursued.delete(socket)),
            );
        }
        await changed.wait(signal);
      }
    } catch (error) {
      if (!signal.aborted || !isCancellation(error)) throw error;
    } finally {
      await Promise.all(pursued.values());
    }
  }

  #onDegraded(directory: string, error: Error | undefined): void {
    // A directory of old AppHosts that never was is the usual case.
    if (errorCodeOf(error) === 'ENOENT') return;
    this.logger.warning(
      error,
      'Changes of {Directory} are not reported any more; it is read every {Interval} ms instead',
      directory,
      this.options.pollInterval,
    );
  }

  /** Keeps a socket connected until it is gone or nobody watches any more. */
  async #pursue(socket: AppHostSocket, signal: AbortSignal): Promise<void> {
    const { options, timeProvider } = this;
    let retryDelay = options.retryDelay;
    using either = new CancellationSource({ timeProvider, linkedTo: [signal, socket.goneSignal] });
    while (!signal.aborted && socket.state !== 'gone') {
      await raceAbort(socket.tryConnect(), signal).catch(() => undefined);
      if (socket.state === 'connected') {
        retryDelay = options.retryDelay;
        await raceAbort(socket.disconnected(), signal).catch(() => undefined);
        continue;
      }
      const pause = socket.state === 'backingOff' ? retryDelay : options.pollInterval;
      retryDelay = Math.min(2 * retryDelay, options.maxRetryDelay);
      await delay(pause, { timeProvider, signal: either.signal }).catch(() => undefined);
    }
  }

  #onSocketChanged(socket: AppHostSocket): void {
    const { logger } = this;
    const { connection, state, problem, path } = socket;
    if (connection) {
      const { appHostInfo } = connection;
      logger.information(
        'Successfully connected to AppHost at {SocketPath}: {AppHostPath}, process {AppHostPid}, in scope: {InScope}',
        path,
        appHostInfo?.appHostPath ?? 'N/A',
        appHostInfo?.processId ?? 'N/A',
        connection.isInScope,
      );
    } else if (problem) {
      logger.debug('{SocketPath} is {State}: {Reason}', path, state, problem.message);
    }
    for (const latch of this.#latches) latch.set();
  }

  /** Closes every connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    this.#watch?.source.cancel();
    await this.#registry[Symbol.asyncDispose]();
  }
}
