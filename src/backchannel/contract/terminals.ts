/** The request of `GetTerminalInfoAsync`. */
export interface TerminalInfoRequest {
  readonly resourceName: string;
}

/** The answer to `GetTerminalInfoAsync`. */
export interface TerminalInfo {
  readonly isAvailable: boolean;
  readonly replicas: readonly TerminalReplica[] | null;
  /** Always null. */
  readonly socketPath: string | null;
  readonly columns: number;
  readonly rows: number;
}

/** The terminal of one replica. */
export interface TerminalReplica {
  readonly replicaIndex: number;
  readonly label: string;
  /** The socket that a terminal attaches to. */
  readonly consumerUdsPath: string;
  readonly isAlive: boolean;
  readonly exitCode: number | null;
  /** The same as `isAlive`. */
  readonly producerConnected: boolean;
  readonly restartCount: number;
  readonly currentColumns: number | null;
  readonly currentRows: number | null;
  readonly attachedPeerCount: number | null;
  readonly peers: readonly { readonly peerId: string; readonly displayName: string | null }[] | null;
}

/** The answer to `ListTerminalsAsync`. */
export interface TerminalList {
  readonly terminals: readonly TerminalSummary[];
}

/** A resource that has terminals. */
export interface TerminalSummary {
  readonly resourceName: string;
  readonly displayName: string;
  readonly configuredColumns: number;
  readonly configuredRows: number;
  /** Whether any replica answered. */
  readonly isHostReachable: boolean;
  readonly replicas: readonly TerminalReplica[] | null;
}
