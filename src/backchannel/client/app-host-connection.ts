import type { Duplex } from 'node:stream';
import type { ILogger } from '../../hosting/logging/index.js';
import { toError } from '../../hosting/primitives/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import type {
  AppHostInfo,
  AppHostInformation,
  AppHostLogEntry,
  DashboardInfo,
  DashboardUrls,
  ExecuteResourceCommandRequest,
  ExecuteResourceCommandResponse,
  GetConsoleLogsRequest,
  McpCallToolResult,
  ResourceLogBatch,
  ResourceLogLine,
  ResourceSnapshot,
  TerminalInfo,
  TerminalList,
  WaitForResourceRequest,
  WaitForResourceResponse,
} from '../contract/index.js';
import type { CallDeadlines, WithDeadline } from '../rpc/call-deadlines.js';
import { RpcClient, type RpcCounters, type TraceContext, type WireLog } from '../rpc/index.js';
import type { WriteBurst } from '../rpc/write-burst.js';
import { AnswersAhead, type AheadOfTime } from './answers-ahead.js';
import { AuxCaller } from './aux-caller.js';
import type { CallOptions, StreamOptions } from './call-options.js';
import { type Handshake, shakeHands } from './handshake.js';
import { appHostInfoFrom, fetchAppHostInfo, fetchDashboardInfo, fetchDashboardUrls } from './identity-calls.js';
import { openAppHostLogEntries, openConsoleLogBatches, openConsoleLogs, openResourceLogs, type ResourceLogsOptions } from './log-calls.js';
import { fetchResources, type GetResourcesOptions, openResourceWatch, type WatchResourcesOptions } from './resource-calls.js';
import { fetchTerminalInfo, fetchTerminals } from './terminal-calls.js';
import { callTool, executeCommand, stop, waitForAppHostReady, waitForResource } from './work-calls.js';

/** What {@link AppHostConnection.open} needs to know. */
export interface ConnectionOptions {
  /** The clock that measures deadlines. */
  readonly timeProvider: TimeProvider;
  /** Where the calls wait for their deadlines, for an owner of many connections. Default: a place of their own. */
  readonly deadlines?: CallDeadlines<WithDeadline> | undefined;
  /** With what else the handshake's questions go out, for an owner who opens many at once. Default: they go out by themselves, at once. */
  readonly burst?: WriteBurst | undefined;
  /** Ends the handshake early. Each of its two calls has a limit of 10 seconds, all of it together none. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether version and identity and the dashboard's addresses are asked for together with the handshake, for an owner who will want them at once: the first call of
   * {@link AppHostConnection.getAppHostInfo} and of {@link AppHostConnection.getDashboardUrls} then takes that answer, however old it is by then, and waits for it when it has
   * not come. The AppHost is not told when that wait is given up. Default: false.
   */
  readonly asksAhead?: boolean | undefined;
  /**
   * Whether disposing the connection leaves its socket to the system, which closes it with the end of the process; until then it does not keep the process running. For a
   * program that ends at once: a thousand are closed faster by the system than one by one. Default: false.
   */
  readonly leavesOpen?: boolean | undefined;
  /** Is told what the AppHost offers and what it lacks, at debug level, and warned when it does not say what it can do. Default: nobody is. */
  readonly logger?: ILogger | undefined;
  /** Receives every message, secrets masked. Default: none is logged. */
  readonly wireLog?: WireLog | undefined;
  /** Asked at each call which trace it belongs to. Default: none is sent. */
  readonly traceContext?: (() => TraceContext | undefined) | undefined;
}

/**
 * One connection to one AppHost, after its handshake, with every call of the contract.
 *
 * A call takes the newest way that the AppHost offers, and an older one where it lacks that. Every call has a deadline, and all of them fail when the AppHost goes:
 * with ConnectionLostError. Other errors are DeadlineExceededError, OperationCanceledError, RpcError for what the AppHost answers, and ContractError, which names the
 * member, for an answer that cannot be read. The message says what was asked of whom. Disposing the connection closes the socket.
 *
 * @see Aspire.Cli.Backchannel.AppHostAuxiliaryBackchannel
 */
export class AppHostConnection implements AsyncDisposable {
  private constructor(
    private readonly rpc: RpcClient,
    private readonly caller: AuxCaller,
    private readonly handshake: Handshake,
    private readonly ahead: AnswersAhead | undefined,
  ) {}

  /**
   * Asks an AppHost who it is and what it can do. The stream belongs to the connection from here on, also when this fails.
   *
   * An AppHost whose capabilities cannot be had is taken for one of `aux.v1`.
   *
   * @throws ContractError when it does not say its path and its process, RpcError when it cannot say who it is
   * @throws ConnectionLostError when it hangs up; OperationCanceledError and DeadlineExceededError when it takes too long
   */
  static open(stream: Duplex, options: ConnectionOptions): Promise<AppHostConnection> {
    const { timeProvider, deadlines, burst, signal, logger, wireLog, traceContext, asksAhead, leavesOpen } = options;
    const rpc = RpcClient.over(stream, { timeProvider, deadlines, wireLog, traceContext, leavesOpen });
    const caller = new AuxCaller(rpc, logger);
    return new Promise((resolve, reject) => {
      let ahead: AnswersAhead | undefined;
      const succeed = (handshake: Handshake) => resolve(new AppHostConnection(rpc, caller, handshake, ahead));
      const fail = (error: unknown) => {
        rpc[Symbol.dispose]();
        // There is nobody to say goodbye to: an AppHost that does not read would hold this up.
        stream.destroy();
        void rpc.closed.then(() => reject(toError(error)));
      };
      try {
        rpc.together(() => {
          shakeHands(caller, signal, succeed, fail);
          if (asksAhead) ahead = new AnswersAhead(caller, timeProvider);
        }, burst);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** What the AppHost says of itself; undefined when it said nothing. */
  get information(): AppHostInformation | undefined {
    return this.handshake.information;
  }

  /** `aux.v1` and what else the AppHost offers. */
  get capabilities(): readonly string[] {
    return this.handshake.capabilities;
  }

  /** Settles when the connection has ended: with undefined when it was closed in order, else with the reason. */
  get closed(): Promise<Error | undefined> {
    return this.rpc.closed;
  }

  /** Whether the connection has ended; calls then reject. */
  get isClosed(): boolean {
    return this.rpc.isClosed;
  }

  /** What has passed over the connection so far. */
  get counters(): RpcCounters {
    return this.rpc.counters;
  }

  supports(capability: string): boolean {
    return this.capabilities.includes(capability);
  }

  /** Version and identity as of `aux.v2`; an AppHost without it is described by what it said in the handshake, with an unknown version. */
  getAppHostInfo(options: CallOptions = {}): Promise<AppHostInfo | undefined> {
    return fetchAppHostInfo(this.caller, this.handshake, options, this.ahead);
  }

  /**
   * The dashboard's addresses, login token included; undefined when the AppHost is too old to know.
   *
   * It answers when its dashboard is up, which may take longer than the default deadline.
   */
  getDashboardUrls(options: CallOptions = {}): Promise<DashboardUrls | undefined> {
    return fetchDashboardUrls(this.caller, options, this.ahead);
  }

  /** The dashboard with the address of its API; below `aux.v2` what {@link getDashboardUrls} tells, without an API. It takes as long as that. */
  getDashboardInfo(options: CallOptions = {}): Promise<DashboardInfo | undefined> {
    return fetchDashboardInfo(this.caller, this.handshake, options);
  }

  /** What was asked for ahead, once and when all of it has come well; undefined otherwise, and then it is to be had by the calls. */
  takeAnswersAhead(): AheadOfTime | undefined {
    const answers = this.ahead?.takeAll();
    return answers && { ...answers, appHostInfo: appHostInfoFrom(this.handshake, answers.appHostInfo) };
  }

  /** The resources by name, regardless of letter case, without the hidden ones unless they are asked for; none when the AppHost is too old to know. */
  getResources(options: GetResourcesOptions = {}): Promise<readonly ResourceSnapshot[]> {
    return fetchResources(this.caller, this.capabilities, options);
  }

  /**
   * Every resource as it is now, hidden ones included, in no order, then each change, until the AppHost goes or the signal fires; at its end at once when the AppHost
   * is too old to tell.
   */
  watchResources(options: WatchResourcesOptions = {}): AsyncIterableIterator<ResourceSnapshot> {
    return openResourceWatch(this.caller, this.capabilities, options);
  }

  /**
   * The lines of the logs of a resource, or of all, as the AppHost has them: not in order of time.
   *
   * An AppHost that is too old for `search`, `tail` or `includeHidden` sends more than was asked for, and one that cannot read a log sends nothing.
   *
   * @throws ArgumentOutOfRangeError (synchronously) for a `tail` that is no whole number
   */
  getConsoleLogs(request: GetConsoleLogsRequest = {}, options: StreamOptions = {}): AsyncIterableIterator<ResourceLogLine> {
    return openConsoleLogs(this.caller, this.capabilities, request, options);
  }

  /** The same in batches; those of an AppHost without `aux.v3` are made here, one of each line when following, else of 256 lines. */
  getConsoleLogBatches(request: GetConsoleLogsRequest = {}, options: StreamOptions = {}): AsyncIterableIterator<ResourceLogBatch> {
    return openConsoleLogBatches(this.caller, this.capabilities, request, options);
  }

  /** The lines by the method of `aux.v1`, as the MCP server of the CLI asks for them. @param resourceName null is all resources */
  getResourceLogs(resourceName: string | null, options: ResourceLogsOptions = {}): AsyncIterableIterator<ResourceLogLine> {
    return openResourceLogs(this.caller, resourceName, options);
  }

  /** The AppHost's own log: its last entries, then each new one; at its end at once when the AppHost is too old to tell. */
  getAppHostLogEntries(options: StreamOptions = {}): AsyncIterableIterator<AppHostLogEntry> {
    return openAppHostLogEntries(this.caller, options);
  }

  /**
   * Runs a command of a resource. What it refuses is an answer, not an error.
   *
   * The default deadline is 10 minutes; when it passes, or the signal fires, the command is cancelled.
   *
   * @throws MethodNotFoundError when the AppHost is too old
   */
  executeResourceCommand(request: ExecuteResourceCommandRequest, options: CallOptions = {}): Promise<ExecuteResourceCommandResponse> {
    return executeCommand(this.caller, request, options);
  }

  /**
   * Waits until a resource is `healthy`, `up` or `down`; below `aux.v2` the answer is a failure that says so.
   *
   * The default deadline is 10 seconds after the end of the wait itself, which is the AppHost's to watch.
   *
   * @throws ArgumentOutOfRangeError for a `timeoutSeconds` that is no whole number from 0 to 2147483647
   */
  waitForResource(request: WaitForResourceRequest, options: CallOptions = {}): Promise<WaitForResourceResponse> {
    return waitForResource(this.caller, this.capabilities, request, options);
  }

  /**
   * Calls a tool of the MCP server that a resource runs. The default deadline is 10 minutes.
   *
   * @param resourceName the model name; an instance name is not found
   * @throws RpcError when there is no such resource, server or tool, MethodNotFoundError when the AppHost is too old
   */
  callResourceMcpTool(
    resourceName: string,
    toolName: string,
    args?: Readonly<Record<string, unknown>> | null,
    options: CallOptions = {},
  ): Promise<McpCallToolResult> {
    return callTool(this.caller, resourceName, toolName, args, options);
  }

  /** Tells the AppHost to stop: true when it has begun, about half a second before the connection ends; false when it is too old to be told. */
  stopAppHost(options: CallOptions = {}): Promise<boolean> {
    return stop(this.caller, options);
  }

  /** Whether the AppHost is ready, when it says so; undefined below `aux.v3`. The default deadline is 130 seconds. A .NET AppHost says yes before its resources are up. */
  waitForAppHostReady(options: CallOptions = {}): Promise<boolean | undefined> {
    return waitForAppHostReady(this.caller, this.capabilities, options);
  }

  /** The terminals of a resource; without `terminals.v1` it has none. */
  getTerminalInfo(resourceName: string, options: CallOptions = {}): Promise<TerminalInfo> {
    return fetchTerminalInfo(this.caller, this.capabilities, resourceName, options);
  }

  /** All terminals; without `terminals.v1` there are none. */
  listTerminals(options: CallOptions = {}): Promise<TerminalList> {
    return fetchTerminals(this.caller, this.capabilities, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.rpc[Symbol.asyncDispose]();
  }
}
