import type { Duplex } from 'node:stream';
import type { TimeProvider } from '../../hosting/time/index.js';
import {
  type AppHostInfo,
  type AppHostInformation,
  auxMethods,
  capabilities,
  type DashboardUrls,
  readAppHostInfo,
  readAppHostInformation,
  readCapabilities,
  readDashboardUrls,
  readResources,
  readResourceSnapshot,
  type ResourceSnapshot,
} from '../contract/index.js';
import { MethodNotFoundError, RpcClient } from '../rpc/index.js';

/** The levels that this client understands; sent with requests whose answer depends on it. */
const clientCapabilities = [capabilities.v1, capabilities.v2, capabilities.v3];

/** Options of the calls of a connection. */
export interface CallOptions {
  /** Ends the call early. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the call is given up. Default: 10,000. */
  readonly timeout?: number | undefined;
}

/** What {@link AppHostConnection.open} needs to know. */
export interface ConnectionOptions {
  readonly timeProvider: TimeProvider;
  /** Ends the handshake early. */
  readonly signal?: AbortSignal;
}

/**
 * One connection to one AppHost, after its handshake.
 *
 * Every call has a deadline, and all of them fail when the AppHost goes. Disposing it closes the socket.
 */
export class AppHostConnection implements AsyncDisposable {
  private constructor(
    private readonly rpc: RpcClient,
    /** What the AppHost says of itself; undefined when it said nothing. */
    readonly information: AppHostInformation | undefined,
    /** `aux.v1` and what else it offers. */
    readonly capabilities: readonly string[],
  ) {}

  /**
   * Asks an AppHost who it is and what it can do. The stream belongs to the connection from here on, also when this fails.
   *
   * @throws ContractError when the answers make no sense
   * @throws ConnectionLostError when the AppHost hangs up
   */
  static async open(stream: Duplex, { timeProvider, signal }: ConnectionOptions): Promise<AppHostConnection> {
    const rpc = RpcClient.over(stream, { timeProvider });
    try {
      const answer = await rpc.request(auxMethods.getAppHostInformation, [], { signal });
      const information = answer === null || answer === undefined ? undefined : readAppHostInformation(answer);
      return new AppHostConnection(rpc, information, await fetchCapabilities(rpc, signal));
    } catch (error) {
      await rpc[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Settles when the connection has ended: with undefined when it was closed in order, else with the reason. */
  get closed(): Promise<Error | undefined> {
    return this.rpc.closed;
  }

  get isClosed(): boolean {
    return this.rpc.isClosed;
  }

  supports(capability: string): boolean {
    return this.capabilities.includes(capability);
  }

  /** Version and identity as of `aux.v2`; an AppHost without it is described by what it said in the handshake, with an unknown version. */
  async getAppHostInfo(options: CallOptions = {}): Promise<AppHostInfo | undefined> {
    if (this.supports(capabilities.v2)) return readAppHostInfo(await this.rpc.request(auxMethods.getAppHostInfo, [{}], options));
    const { information } = this;
    if (!information) return undefined;
    const { appHostPath, processId, cliProcessId, startedAt, cliLogFilePath } = information;
    return { appHostPath, pid: String(processId), aspireHostVersion: 'unknown', cliProcessId, startedAt, cliLogFilePath };
  }

  /** The dashboard's addresses, login token included; undefined when the AppHost is too old to know. */
  async getDashboardUrls(options: CallOptions = {}): Promise<DashboardUrls | undefined> {
    return orUndefined(async () => readDashboardUrls(await this.rpc.request(auxMethods.getDashboardUrls, [], options)));
  }

  /** The resources, hidden ones included, in the AppHost's order. */
  async getResources(options: CallOptions = {}): Promise<readonly ResourceSnapshot[]> {
    if (this.supports(capabilities.v2)) return readResources(await this.rpc.request(auxMethods.getResources, [{ clientCapabilities }], options));
    const snapshots = await orUndefined(() => this.rpc.request<readonly unknown[] | null>(auxMethods.getResourceSnapshots, [], options));
    return (snapshots ?? []).map(readResourceSnapshot);
  }

  /** Every resource as it is now, then each change, until the AppHost goes or the signal fires. */
  async *watchResources({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncGenerator<ResourceSnapshot, void, undefined> {
    const [method, args] = this.supports(capabilities.v2) ? [auxMethods.watchResources, [{ clientCapabilities }]] : [auxMethods.watchResourceSnapshots, []];
    for await (const snapshot of this.rpc.stream<unknown>(method, args, { signal })) yield readResourceSnapshot(snapshot);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.rpc[Symbol.asyncDispose]();
  }
}

async function fetchCapabilities(rpc: RpcClient, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const answer = await orUndefined(() => rpc.request(auxMethods.getCapabilities, [{}], { signal }));
  return answer === undefined || answer === null ? [capabilities.v1] : readCapabilities(answer);
}

/** The result of a call that an older AppHost may not have. */
async function orUndefined<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof MethodNotFoundError) return undefined;
    throw error;
  }
}
