import { join } from 'node:path';
import { ChangeLatch, DeadlineExceededError, errorCodeOf, throwIfAborted } from '../../hosting/primitives/index.js';
import { CancellationSource, waitWithTimeout } from '../../hosting/time/index.js';
import { AppHostSocket, type SocketContext } from '../monitor/app-host-socket.js';
import { Connector } from '../monitor/connector.js';
import type { IAppHostConnection } from '../monitor/auxiliary-backchannel-monitor-contract.js';
import { defaultMonitorOptions } from '../monitor/monitor-options.js';
import { SocketDirectoryWatch } from '../monitor/socket-directory-watch.js';
import { acceptsFileName, backchannelDirectories, type BackchannelDirectoryKind, isInScope, parseSocketName } from '../naming/index.js';
import { PrivateDirectoryError } from '../platform/index.js';
import { type AppHostCandidate, AppHostConnectError, type AppHostConnectFailure } from './app-host-errors.js';
import type { AppHostMachine } from './app-host-machine.js';
import type { TargetMatcher } from './app-host-target.js';
import { asLine } from './app-host-text.js';

/** The wait between the first two looks. Milliseconds; it doubles from one to the next. */
const firstPause = 50;
/** The longest wait between two looks. Milliseconds. */
const longestPause = 1_000;
/** How long an AppHost that has answered waits for others that may be meant as well. Milliseconds. */
const settleTime = 1_000;
/** So many sockets stand in a message at most. */
const maxListed = 10;

/** The AppHost that was found. Who takes it disposes the socket, and with it the connection. */
export interface FoundAppHost {
  readonly socket: AppHostSocket;
  readonly connection: IAppHostConnection;
}

/**
 * Looks for one AppHost until it is there. The sockets whose names fit are tried at once, all others when none of those answers: an AppHost may be known by another name than
 * that of its socket, and the error is to say who was there instead.
 *
 * It owns the sockets; disposing it closes all connections but that which was taken.
 */
export class AppHostSearch implements AsyncDisposable {
  readonly #directories: Readonly<Record<BackchannelDirectoryKind, string>>;
  readonly #sockets = new Map<string, AppHostSocket>();
  readonly #changed = new ChangeLatch();
  readonly #context: SocketContext;

  constructor(
    private readonly matcher: TargetMatcher,
    private readonly machine: AppHostMachine,
  ) {
    const { homeDirectory, timeProvider, sockets, files, processes } = machine;
    this.#directories = backchannelDirectories(homeDirectory);
    const options = defaultMonitorOptions(homeDirectory, matcher.directory);
    // An attempt that fails is followed by a pause, one that succeeds by a look.
    const onChange = ({ state }: AppHostSocket) => state === 'connected' && this.#changed.set();
    const inScope = (appHostPath: string | undefined) => isInScope(appHostPath, matcher.directory);
    this.#context = { connector: new Connector({ options, timeProvider, sockets, files, processes }), isInScope: inScope, onChange };
  }

  /**
   * Looks until there is one.
   *
   * @throws AppHostConnectError when several AppHosts are meant, or none can come any more
   * @throws PrivateDirectoryError when a directory cannot be read; OperationCanceledError when `signal` fires
   */
  async find(signal: AbortSignal): Promise<FoundAppHost> {
    using _watch = new SocketDirectoryWatch({
      directories: Object.values(this.#directories),
      watcher: this.machine.watcher,
      timeProvider: this.machine.timeProvider,
      pollInterval: longestPause,
      unwatchedPollInterval: longestPause,
      rewatchInterval: longestPause,
      onChange: () => this.#changed.set(),
      onDegraded: () => undefined,
      onRestored: () => undefined,
    });
    for (let pause = firstPause, isFirst = true; ; isFirst = false) {
      await this.#look(signal);
      this.#tryAll(isFirst);
      const found = await this.#newest(signal);
      if (found) return found;
      this.#throwIfHopeless();
      await this.#pause(pause, signal);
      pause = Math.min(2 * pause, longestPause);
    }
  }

  /** Hands over what was found. */
  take({ socket }: FoundAppHost): void {
    this.#sockets.delete(socket.path);
  }

  /** The error that says what was looked for, where, and what is there instead. */
  failure(reason: AppHostConnectFailure, beginning: string): AppHostConnectError {
    const directories = Object.values(this.#directories);
    const found = [...this.#sockets.values()].map(toCandidate);
    const listed = found.slice(0, maxListed).map(describe);
    if (found.length > maxListed) listed.push(`… and ${found.length - maxListed} more`);
    const there = found.length === 0 ? 'There is no socket of any AppHost.' : `There is:\n${listed.map(line => `  ${line}`).join('\n')}`;
    return new AppHostConnectError(`${beginning} Looked in ${directories.join(' and ')}. ${there}`, reason, directories, found);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    await Promise.all(sockets.map(socket => socket[Symbol.asyncDispose]()));
    this.#context.connector[Symbol.dispose]();
  }

  /** Brings the known sockets in line with the files. */
  async #look(signal: AbortSignal): Promise<void> {
    const present = new Set<string>();
    for (const [kind, directory] of Object.entries(this.#directories) as [BackchannelDirectoryKind, string][])
      for (const name of await this.#list(directory)) if (acceptsFileName(kind, name)) present.add(join(directory, name));
    // Whoever gave up has disposed of the sockets: one that came now would stay.
    throwIfAborted(signal);
    for (const [path, socket] of this.#sockets) {
      if (present.has(path) && socket.state !== 'gone') continue;
      this.#sockets.delete(path);
      void socket[Symbol.asyncDispose]();
    }
    for (const path of present) {
      const name = this.#sockets.has(path) ? undefined : parseSocketName(path);
      if (name) this.#sockets.set(path, new AppHostSocket(path, name, this.#context));
    }
  }

  async #list(directory: string): Promise<readonly string[]> {
    try {
      return await this.machine.files.list(directory);
    } catch (error) {
      throw new PrivateDirectoryError(directory, `cannot be read (${errorCodeOf(error) ?? String(error)}). Check who owns it and who may read it.`, error);
    }
  }

  /** Those that are not likely to be meant are left alone as long as one of the others may still answer. */
  #tryAll(isFirst: boolean): void {
    const likely = this.#likely();
    const tried = isFirst || likely.some(({ state }) => state === 'connected' || isTrying(state)) ? likely : this.#sockets.values();
    for (const socket of tried) void socket.tryConnect();
  }

  #likely(): readonly AppHostSocket[] {
    return [...this.#sockets.values()].filter(({ socketName }) => this.matcher.isLikely(socketName));
  }

  /** Of several instances of one file the one that was started last. */
  async #newest(signal: AbortSignal): Promise<FoundAppHost | undefined> {
    if (this.#matching().length === 0) return undefined;
    const trying = this.#likely().filter(({ state }) => isTrying(state));
    await this.#settle(
      trying.map(socket => socket.tryConnect()),
      signal,
    );
    const matching = this.#matching();
    this.#throwIfAmbiguous(matching);
    let newest: { readonly found: FoundAppHost; readonly startedAt: number } | undefined;
    for (const found of matching) {
      const startedAt = await this.#startOf(found);
      if (!newest || startedAt >= newest.startedAt) newest = { found, startedAt };
    }
    throwIfAborted(signal);
    // One that has hung up meanwhile is none.
    return newest?.found.socket.connection ? newest.found : undefined;
  }

  #matching(): readonly FoundAppHost[] {
    return [...this.#sockets.values()].flatMap(socket => {
      const { connection } = socket;
      return connection && this.matcher.matches(socket.socketName, connection.appHostInfo) ? [{ socket, connection }] : [];
    });
  }

  async #settle(attempts: readonly Promise<void>[], signal: AbortSignal): Promise<void> {
    try {
      if (attempts.length > 0) await waitWithTimeout(Promise.all(attempts), settleTime, { timeProvider: this.machine.timeProvider, signal });
    } catch (error) {
      if (!(error instanceof DeadlineExceededError)) throw error;
    }
  }

  async #startOf({ socket, connection }: FoundAppHost): Promise<number> {
    const startedAt = Date.parse(connection.appHostInfo?.startedAt ?? '');
    return Number.isNaN(startedAt) ? ((await this.machine.files.inspect(socket.path))?.createdAt ?? 0) : startedAt;
  }

  #throwIfAmbiguous(matching: readonly FoundAppHost[]): void {
    const paths = new Set(matching.map(({ socket, connection }) => connection.appHostInfo?.appHostPath ?? socket.path));
    if (paths.size > 1) throw this.failure('ambiguous', `Several AppHosts are meant by ${this.matcher.description}: name one by its { path } or { pid }.`);
  }

  #throwIfHopeless(): void {
    const { pid } = this.matcher;
    if (pid === undefined || this.machine.processes.isAlive(pid)) return;
    throw this.failure(
      'processEnded',
      `There is no process ${pid} any more: it has ended before it could be connected to as an AppHost; see what it has printed.`,
    );
  }

  async #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    using limit = new CancellationSource({ timeProvider: this.machine.timeProvider, delay: milliseconds, linkedTo: [signal], keepAlive: true });
    try {
      await this.#changed.wait(limit.signal);
    } catch (error) {
      if (signal.aborted || !limit.isCancellationRequested) throw error;
    }
  }
}

function isTrying(state: AppHostSocket['state']): boolean {
  return state === 'discovered' || state === 'connecting' || state === 'handshaking';
}

function toCandidate({ path, socketName, state, connection, problem }: AppHostSocket): AppHostCandidate {
  return { socketPath: path, state, processId: socketName.processId, appHostPath: connection?.appHostInfo?.appHostPath, problem: problem?.message };
}

function describe({ socketPath, state, appHostPath, problem }: AppHostCandidate): string {
  const facts = [appHostPath === undefined ? undefined : `'${asLine(appHostPath)}'`, problem === undefined ? undefined : asLine(problem)];
  return [`${asLine(socketPath)}: ${state}`, ...facts.filter(fact => fact !== undefined)].join(', ');
}
