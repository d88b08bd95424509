import { isAbsolute } from 'node:path';
import { BackgroundService } from '../../hosting/background-service.js';
import { inject, optional } from '../../hosting/dependency-injection/index.js';
import { ILogger } from '../../hosting/logging/index.js';
import {
  ArgumentError,
  ChangeLatch,
  DeadlineExceededError,
  markHandled,
  ObjectDisposedError,
  raceAbort,
  throwIfAborted,
  toError,
} from '../../hosting/primitives/index.js';
import { nextTurn } from '../../hosting/time/next-turn.js';
import { CancellationSource, TimeProvider, waitWithTimeout, withDeadline } from '../../hosting/time/index.js';
import { backchannelDirectories, computeSocketKeys, IProcessTable, resolveSymlinks, ScopeJudge } from '../naming/index.js';
import { IDirectoryWatcher, IFileSystem, ISocketFactory } from '../platform/index.js';
import { type AppHostSelection, type ConnectionQuestion, type ResolveSelectedOptions, selectAppHost, selectConnection } from './app-host-selection.js';
import type { AppHostSocket } from './app-host-socket.js';
import { AttemptGate } from './attempt-gate.js';
import type { AppHostSocketStatus, IAppHostConnection, IAuxiliaryBackchannelMonitor, SocketState } from './auxiliary-backchannel-monitor-contract.js';
import { ICommandSelection, type SelectedCommand } from './command-selection.js';
import { Connector } from './connector.js';
import { MonitorLog } from './monitor-log.js';
import { assertMonitorOptions, MonitorOptions } from './monitor-options.js';
import { MonitorWatch } from './monitor-watch.js';
import { SharedWork } from './shared-work.js';
import { SocketRegistry } from './socket-registry.js';

/** How long a scan waits for those that failed before. Milliseconds. */
const patienceWithFailures = 500;

/**
 * Finds every AppHost of this user and keeps a connection to each.
 *
 * As a hosted service it watches for as long as the host runs, if the command that runs wants that; everything else works in any case. One AppHost that does not answer
 * delays none of the others. It only looks: no file is removed and no process stopped.
 *
 * @see Aspire.Cli.Backchannel.AuxiliaryBackchannelMonitor
 */
export class AuxiliaryBackchannelMonitor extends BackgroundService implements IAuxiliaryBackchannelMonitor, AsyncDisposable {
  readonly #registry: SocketRegistry;
  readonly #watch: MonitorWatch;
  readonly #watching: SharedWork;
  readonly #gate: AttemptGate;
  readonly #connector: Connector;
  readonly #scope: ScopeJudge;
  readonly #log: MonitorLog;
  readonly #latches = new Set<ChangeLatch>();
  #connections: readonly IAppHostConnection[] | undefined;
  #selectedAppHostPath: string | undefined;
  #isDisposed = false;

  constructor(
    @inject(MonitorOptions) private readonly options: MonitorOptions,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
    @inject(ISocketFactory) sockets: ISocketFactory,
    @inject(IFileSystem) files: IFileSystem,
    @inject(IDirectoryWatcher) watcher: IDirectoryWatcher,
    @inject(IProcessTable) processes: IProcessTable,
    @inject(ILogger) logger: ILogger,
    @inject(ICommandSelection) @optional() private readonly selection?: ICommandSelection,
  ) {
    super();
    assertMonitorOptions(options);
    const { homeDirectory, workingDirectory, maxConcurrentAttempts: slots, attemptSlotTime: slotTime } = options;
    const directories = backchannelDirectories(homeDirectory);
    this.#log = new MonitorLog(logger, options);
    this.#scope = new ScopeJudge(workingDirectory, { timeProvider });
    this.#gate = new AttemptGate({ slots, slotTime, timeProvider });
    this.#connector = new Connector({ options, timeProvider, sockets, files, processes, logger, gate: this.#gate });
    this.#registry = new SocketRegistry(
      directories,
      files,
      {
        connector: this.#connector,
        isInScope: path => this.#scope.isInScope(path),
        onChange: (socket, previous) => this.#onSocketChanged(socket, previous),
      },
      {
        onDiscovered: socket => {
          this.#log.discovered(socket);
          this.#watch.pursuit?.add(socket);
        },
        onForgotten: socket => {
          this.#log.forgotten(socket);
          this.#watch.pursuit?.remove(socket);
        },
        onTouched: socket => this.#watch.pursuit?.hurry(socket),
      },
      options.trustsOwnDirectories,
    );
    this.#watch = new MonitorWatch({ directories, registry: this.#registry, options, timeProvider, files, watcher, log: this.#log });
    this.#watching = new SharedWork(signal => this.#runWatch(signal), timeProvider);
  }

  get connections(): readonly IAppHostConnection[] {
    return (this.#connections ??= this.#registry.sockets.flatMap(({ connection }) => connection ?? []));
  }

  get sockets(): readonly AppHostSocketStatus[] {
    return this.#registry.sockets.map(toStatus);
  }

  getConnectionsByHash(hash: string): readonly IAppHostConnection[] {
    return this.connections.filter(({ appHostId }) => appHostId === hash);
  }

  getConnectionsForWorkingDirectory(directory: string): readonly IAppHostConnection[] {
    const scope = new ScopeJudge(directory, { timeProvider: this.timeProvider });
    return this.connections.filter(({ appHostInfo }) => scope.isInScope(appHostInfo?.appHostPath));
  }

  get selectedAppHostPath(): string | undefined {
    return this.#selectedAppHostPath;
  }

  set selectedAppHostPath(path: string | undefined) {
    if (path !== undefined && !isAbsolute(path)) throw new ArgumentError('selectedAppHostPath', `Expected an absolute path, but found '${path}'.`);
    this.#selectedAppHostPath = path;
  }

  get selectedConnection(): IAppHostConnection | undefined {
    return selectConnection(this.#question);
  }

  async resolveSelected({ allowOutOfScope, signal }: ResolveSelectedOptions = {}): Promise<AppHostSelection> {
    this.#throwIfUnusable(signal);
    await raceAbort(this.#registry.look(), signal);
    // Of a chosen file only a newer instance would change anything. What was lost is tried here when nobody watches, for nobody else would.
    const chosen = this.#selectedAppHostPath === undefined ? undefined : this.selectedConnection;
    const isConcerned = ({ socketName }: AppHostSocket) => !chosen || socketName.appHostId === chosen.appHostId;
    const again = this.#watching.isRunning ? undefined : this.#tryAgain(isConcerned, signal);
    await Promise.all([this.#tryAll(socket => !socket.isTried && isConcerned(socket), signal), again]);
    const selectedPath = this.#selectedAppHostPath;
    const selectedKeys = selectedPath === undefined ? undefined : await computeSocketKeys(resolveSymlinks(selectedPath), selectedPath);
    const { sockets, options } = this;
    return selectAppHost({ ...this.#question, selectedPath, allowOutOfScope, selectedKeys, sockets, workingDirectory: options.workingDirectory });
  }

  async scan(signal?: AbortSignal): Promise<void> {
    this.#throwIfUnusable(signal);
    await raceAbort(this.#registry.look(), signal);
    await Promise.all([this.#tryAll(({ isTried }) => !isTried, signal), this.#tryAgain(() => true, signal)]);
  }

  async *watchConnections(signal?: AbortSignal): AsyncGenerator<readonly IAppHostConnection[], void, undefined> {
    this.#throwIfUnusable(undefined);
    const latch = new ChangeLatch();
    this.#latches.add(latch);
    using ended = new CancellationSource({ timeProvider: this.timeProvider, linkedTo: [signal] });
    let failure: { readonly error: unknown } | undefined;
    const end = (error: unknown) => {
      if (ended.isCancellationRequested) return;
      failure = { error };
      ended.cancel();
    };
    const watching = this.#watching.during(ended.signal).then(() => end(new ObjectDisposedError('AuxiliaryBackchannelMonitor')), end);
    try {
      while (!ended.isCancellationRequested) {
        const given = this.connections;
        yield given;
        while (this.connections === given && !ended.isCancellationRequested) await this.#nextChange(latch, ended.signal);
      }
      if (failure) throw failure.error;
    } finally {
      this.#latches.delete(latch);
      ended.cancel();
      await watching;
    }
  }

  protected async execute(stopping: AbortSignal): Promise<void> {
    if (!(await this.#isWanted(stopping))) return;
    try {
      await this.#watching.during(stopping);
      this.#log.stopping();
    } catch (error) {
      // The application goes on, as it does in .NET; whoever asks the monitor is told.
      this.#log.failed(toError(error));
    }
  }

  /** Closes every connection and ends everything that is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this[Symbol.dispose]();
    await this.#watching[Symbol.asyncDispose]();
    await this.#registry[Symbol.asyncDispose]();
    this.#connector[Symbol.dispose]();
    this.#gate[Symbol.dispose]();
  }

  #runWatch(signal: AbortSignal): Promise<void> {
    // Whoever connects first is told when it fails.
    markHandled(this.#connector.load());
    return this.#watch.run(signal);
  }

  async #isWanted(stopping: AbortSignal): Promise<boolean> {
    const { selection } = this;
    if (!selection) return true;
    const command = await this.#selectedCommand(selection, stopping);
    if (command.watchesAppHosts) this.#log.commandWatches(command.name);
    else this.#log.commandDoesNotWatch(command.name);
    return command.watchesAppHosts;
  }

  /**
   * Differs from .NET: when the wait is over, a command that comes late is heard all the same; there, one that took longer to start than that is never watched for
   * (defect 18).
   */
  async #selectedCommand({ commandSelected }: ICommandSelection, stopping: AbortSignal): Promise<SelectedCommand> {
    const { options, timeProvider } = this;
    const waiting = { timeProvider, signal: stopping };
    try {
      return await withDeadline('the selection of a command', options.commandSelectionTimeout, () => commandSelected, waiting);
    } catch (error) {
      if (!(error instanceof DeadlineExceededError)) throw error;
      this.#log.noCommand();
      return await raceAbort(commandSelected, stopping);
    }
  }

  /** Those that failed before or were lost. Who hangs once mostly hangs again: that is not waited for a second time. */
  async #tryAgain(isConcerned: (socket: AppHostSocket) => boolean, signal: AbortSignal | undefined): Promise<void> {
    const attempts = this.#tryAll(socket => socket.isTried && !socket.connection && isConcerned(socket), signal);
    await waitWithTimeout(attempts, patienceWithFailures, { timeProvider: this.timeProvider, signal }).catch((error: unknown) => {
      if (!(error instanceof DeadlineExceededError)) throw error;
    });
  }

  /** Waits until every socket that is to be tried has answered or failed. */
  async #tryAll(isToBeTried: (socket: AppHostSocket) => boolean, signal: AbortSignal | undefined): Promise<void> {
    const attempts = this.#registry.sockets.filter(isToBeTried).map(socket => socket.tryConnect());
    await raceAbort(Promise.all(attempts), signal);
  }

  /** What changes in one turn of the event loop is one change: with a thousand AppHosts at once nobody wants a thousand lists. */
  async #nextChange(latch: ChangeLatch, signal: AbortSignal): Promise<void> {
    await latch.wait(signal).catch(() => undefined);
    if (!signal.aborted) await new Promise<void>(nextTurn);
  }

  get #question(): ConnectionQuestion {
    const canonicalPathOf = ({ appHostPath }: { readonly appHostPath: string }) => this.#scope.resolveAppHostPath(appHostPath);
    return { connections: this.connections, selectedPath: this.#selectedAppHostPath, canonicalPathOf };
  }

  #onSocketChanged(socket: AppHostSocket, previous: SocketState): void {
    this.#log.changed(socket, previous);
    this.#watch.pursuit?.follow(socket);
    if (socket.state !== 'connected' && previous !== 'connected') return;
    this.#connections = undefined;
    for (const latch of this.#latches) latch.set();
  }

  #throwIfUnusable(signal: AbortSignal | undefined): void {
    if (this.#isDisposed) throw new ObjectDisposedError('AuxiliaryBackchannelMonitor');
    throwIfAborted(signal);
  }
}

function toStatus({ path, socketName, state, problem, appHostPath, failedAttempts }: AppHostSocket): AppHostSocketStatus {
  const { appHostId, processId } = socketName;
  return { socketPath: path, appHostId, processId, state, problem, appHostPath, failedAttempts };
}
