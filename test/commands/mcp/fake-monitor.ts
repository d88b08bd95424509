import type { AppHostConnection, AppHostSocketStatus, IAppHostConnection, IAuxiliaryBackchannelMonitor, ResourceSnapshot } from 'hostward/backchannel';
import { selectAppHost } from '../../../src/backchannel/monitor/app-host-selection.js';
import type { AppHostSelection, ResolveSelectedOptions } from '../../../src/backchannel/monitor/index.js';
import { raceAbort } from '../../../src/hosting/primitives/index.js';

/** The calls of an AppHost that the tools make. */
export type FakeCalls = Partial<Pick<AppHostConnection, 'getResources' | 'getDashboardUrls'>>;

/** An AppHost that answers; without calls it has neither resources nor a dashboard. */
export function connection(
  appHostPath: string | undefined,
  { processId = 101, isInScope = true, ...calls }: FakeCalls & { processId?: number; isInScope?: boolean } = {},
): IAppHostConnection {
  const times = { startedAt: null, stableStartedAt: null, cliStartedAt: null, cliStableStartedAt: null };
  const client: FakeCalls = { getResources: async () => [], getDashboardUrls: async () => undefined, ...calls };
  return {
    socketPath: `/home/u/.aspire/cli/bch/AAAAAAAAAAAAAAAAAAA.${processId}`,
    appHostId: 'AAAAAAAAAAA',
    appHostInfo: appHostPath === undefined ? undefined : { appHostPath, processId, cliProcessId: null, cliLogFilePath: null, ...times },
    capabilities: ['aux.v1', 'aux.v2', 'aux.v3'],
    isInScope,
    client: client as AppHostConnection,
  };
}

/** A socket that nobody answers on. */
export function silentSocket(facts: Partial<AppHostSocketStatus> = {}): AppHostSocketStatus {
  return {
    socketPath: '/home/u/.aspire/cli/bch/BBBBBBBBBBBBBBBBBBB.202',
    appHostId: 'BBBBBBBBBBB',
    processId: 202,
    state: 'backingOff',
    problem: new Error('It accepted the connection, but the handshake did not finish within 5000 ms.'),
    appHostPath: undefined,
    failedAttempts: 1,
    ...facts,
  };
}

/** A monitor that knows what the test tells it; what a scan finds comes to be known with it. */
export class FakeMonitor implements IAuxiliaryBackchannelMonitor {
  connections: IAppHostConnection[] = [];
  sockets: AppHostSocketStatus[] = [];
  selectedAppHostPath: string | undefined;
  scans = 0;
  /** What the next scan does. */
  onScan: () => void | Promise<void> = () => undefined;
  readonly questions: ResolveSelectedOptions[] = [];

  constructor(private readonly workingDirectory: string) {}

  async scan(signal?: AbortSignal): Promise<void> {
    this.scans++;
    await raceAbort(Promise.resolve(this.onScan()), signal);
  }

  get selectedConnection(): IAppHostConnection | undefined {
    return this.#select({}).connection;
  }

  async resolveSelected(options: ResolveSelectedOptions = {}): Promise<AppHostSelection> {
    this.questions.push(options);
    await this.scan(options.signal);
    return this.#select(options);
  }

  getConnectionsByHash(): readonly IAppHostConnection[] {
    throw new Error('No tool asks for that.');
  }

  getConnectionsForWorkingDirectory(): readonly IAppHostConnection[] {
    throw new Error('No tool asks for that.');
  }

  watchConnections(): AsyncIterable<readonly IAppHostConnection[]> {
    throw new Error('No tool asks for that.');
  }

  #select({ allowOutOfScope = false }: ResolveSelectedOptions): AppHostSelection {
    const { connections, sockets, selectedAppHostPath: selectedPath, workingDirectory } = this;
    return selectAppHost({ connections, sockets, selectedPath, workingDirectory, allowOutOfScope });
  }
}

/** Resources that are told at once. */
export function telling(...resources: readonly ResourceSnapshot[]): FakeCalls {
  return { getResources: async () => resources };
}
