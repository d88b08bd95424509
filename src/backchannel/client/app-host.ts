import { ArgumentOutOfRangeError, DeadlineExceededError } from '../../hosting/primitives/index.js';
import { infiniteTimeSpan, withDeadline } from '../../hosting/time/index.js';
import {
  type AppHostInformation,
  type ExecuteResourceCommandResponse,
  isHiddenResource,
  type ResourceSnapshot,
  type VisibleResourcesOptions,
} from '../contract/index.js';
import type { AppHostConnection } from './app-host-connection.js';
import { executeOn, type CommandArguments, type ExecuteOptions } from './app-host-execute.js';
import type { AppHostLogLine } from './app-host-log-lines.js';
import { type AppHostLogOptions, openLogs } from './app-host-logs.js';
import { type AppHostMachine, type AppHostMachineOptions, machineOf } from './app-host-machine.js';
import { AppHostProcess } from './app-host-process.js';
import type { ConnectedAppHost } from './app-host-resources.js';
import { AppHostSearch, type FoundAppHost } from './app-host-search.js';
import { AppHostStop, type StopMeans, type StopOptions } from './app-host-stop.js';
import { type AppHostTarget, matcherOf } from './app-host-target.js';
import { type ResourceCondition, ResourceWait, type WaitForOptions } from './app-host-wait.js';
import type { StreamOptions } from './call-options.js';
import { LeavableStream } from './leavable-stream.js';
import { appHostName } from './name-call.js';
import type { GetResourcesOptions } from './resource-calls.js';

/** Options of {@link AppHost.connect}. */
export interface AppHostConnectOptions extends AppHostMachineOptions {
  /** Milliseconds in which the AppHost has to appear and to answer; -1 is without a limit. Default: 30,000. */
  readonly timeout?: number | undefined;
  /** Ends the search with `OperationCanceledError`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link AppHost.watchResources}. */
export interface WatchOptions extends StreamOptions, VisibleResourcesOptions {}

const defaultTimeout = 30_000;

/**
 * A running AppHost, for programs and tests: one connection to one process.
 *
 * No host is needed. Every call has a limit and takes a signal; the errors say how things were last seen. Disposing it closes the connection, and nothing else: the AppHost goes
 * on until {@link stop}.
 *
 * It stays with its process: when the AppHost restarts, all calls fail with ConnectionLostError, and {@link closed} settles. Whoever wants the successor connects again, and
 * knows then that it is another one.
 */
export class AppHost implements AsyncDisposable {
  #disposal: Promise<void> | undefined;

  private constructor(
    private readonly found: FoundAppHost,
    private readonly process: AppHostProcess,
    private readonly machine: AppHostMachine,
  ) {}

  /**
   * Connects to an AppHost that runs or is about to start.
   *
   * Of several instances of one file the one that was started last is taken. Several AppHosts below one directory are an error. Sockets of other users, and files that are
   * no sockets, are never connected to.
   *
   * @throws AppHostConnectError when there is none in time, several are meant, or the process that was meant has ended
   * @throws ArgumentError for a target that says nothing, or too much; ArgumentOutOfRangeError for a `timeout` below 1
   * @throws PrivateDirectoryError when a directory with sockets cannot be read; OperationCanceledError
   */
  static async connect(target: AppHostTarget, options: AppHostConnectOptions = {}): Promise<AppHost> {
    const { timeout = defaultTimeout, signal } = options;
    if (!(timeout > 0 || timeout === infiniteTimeSpan)) throw new ArgumentOutOfRangeError('timeout', timeout, 'a number of milliseconds above 0, or -1');
    const machine = machineOf(options);
    const matcher = await matcherOf(target);
    await using search = new AppHostSearch(matcher, machine);
    const what = `the search for ${matcher.description}`;
    try {
      const found = await withDeadline(what, timeout, limit => search.find(limit), { timeProvider: machine.timeProvider, signal });
      search.take(found);
      return new AppHost(found, new AppHostProcess(found.socket.socketName, found.connection.appHostInfo, machine.processes), machine);
    } catch (error) {
      if (!(error instanceof DeadlineExceededError && error.what === what)) throw error;
      throw search.failure('notFound', `${timeout} ms have passed without a connection to ${matcher.description}.`);
    }
  }

  /** Every call of the contract; it belongs to this object, which disposes it. */
  get connection(): AppHostConnection {
    return this.found.connection.client;
  }

  /** What the AppHost has said of itself. */
  get information(): AppHostInformation | undefined {
    return this.found.connection.appHostInfo;
  }

  /** The file that stands for the application. */
  get path(): string | undefined {
    return this.information?.appHostPath;
  }

  /** As the AppHost says, else as the name of its socket does. */
  get processId(): number | undefined {
    return this.process.pid;
  }

  get socketPath(): string {
    return this.found.socket.path;
  }

  /** Settles when the connection has ended: with undefined when it was closed in order, else with the reason. */
  get closed(): Promise<Error | undefined> {
    return this.connection.closed;
  }

  /** The resources by name, without the hidden ones unless they are asked for. */
  resources(options: GetResourcesOptions = {}): Promise<readonly ResourceSnapshot[]> {
    return this.connection.getResources(options);
  }

  /** Every resource as it is now, in no order, then each change, until the AppHost goes, the loop is left or the signal fires; without the hidden ones unless they are asked for. */
  watchResources({ includeHidden = false, signal }: WatchOptions = {}): AsyncIterableIterator<ResourceSnapshot> {
    const { connection } = this;
    return new LeavableStream(async function* (ending) {
      for await (const resource of connection.watchResources({ signal: ending })) if (includeHidden || !isHiddenResource(resource)) yield resource;
    }, signal);
  }

  /**
   * The lines of the log of a resource, or of all when the name is null: those that there are in the order of time, then, with `follow`, each new one as it comes.
   *
   * @param name an instance or model name; a model name means all instances
   * @throws ResourceNotFoundError, DeadlineExceededError, ConnectionLostError while it is iterated
   * @throws ArgumentOutOfRangeError (synchronously) for a `tail` that is no whole number from 0 on
   */
  logs(name: string | null, options: AppHostLogOptions = {}): AsyncIterableIterator<AppHostLogLine> {
    return openLogs(this.#shared, name, options);
  }

  /**
   * Waits until a resource is `healthy`, `up` (running) or `down` (ended), or until a function says so of its state, and tells the state.
   *
   * It ends early when the resource cannot get there any more, such as one that has failed to start and is to be healthy; a function decides for itself. A function must not wait.
   *
   * @param name an instance name, or the name of a model with one instance
   * @throws ResourceWaitError with how the resource was last seen, and the end of its log
   * @throws ResourceNotFoundError with the names that there are; OperationCanceledError
   */
  async waitFor(name: string, condition: ResourceCondition, options: WaitForOptions = {}): Promise<ResourceSnapshot> {
    return await new ResourceWait(this.#shared, name, condition).run(options);
  }

  /**
   * Runs a command of a resource, such as `restart`, and tells what it answered: a message, a value.
   *
   * @throws ResourceCommandError when it does not succeed, and `throwOnFailure` is not false; ResourceNotFoundError with the names that there are
   * @throws RpcError when the AppHost cannot take the request, MethodNotFoundError when it is too old; ConnectionLostError, OperationCanceledError
   */
  async execute(name: string, command: string, args?: CommandArguments, options: ExecuteOptions = {}): Promise<ExecuteResourceCommandResponse> {
    return await executeOn(this.#shared, name, command, args, options);
  }

  /**
   * Tells the AppHost to stop, and returns when its process and its socket are gone: what ended it.
   *
   * It is asked over the connection; one that is too old for that, or does not answer, gets SIGTERM. With `force` its process is killed when the time is over. A signal is sent
   * only to the process of which it is certain that it is the AppHost.
   *
   * @throws AppHostStopError with what is still there, and how the resources were last seen; OperationCanceledError
   */
  async stop(options: StopOptions = {}): Promise<StopMeans> {
    const { connection, process, socketPath, machine } = this;
    const isSocketItsOwn = this.found.socket.socketName.processId !== undefined && this.found.socket.socketName.processId === process.pid;
    const means = await new AppHostStop({ connection, process, socketPath, isSocketItsOwn, machine, name: appHostName(this.path) }).run(options);
    await this[Symbol.asyncDispose]();
    return means;
  }

  /** Closes the connection. The AppHost goes on. */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#disposal ??= this.found.socket[Symbol.asyncDispose]());
  }

  get #shared(): ConnectedAppHost {
    return { connection: this.connection, timeProvider: this.machine.timeProvider, name: appHostName(this.path) };
  }
}
