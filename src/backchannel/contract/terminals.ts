import { MemberReader } from './member-reader.js';

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
  readonly peers: readonly TerminalPeer[] | null;
}

/** Who is attached to a terminal. */
export interface TerminalPeer {
  readonly peerId: string;
  readonly displayName: string | null;
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

/** Reads the request of `GetTerminalInfoAsync`. @throws ContractError without a resource name */
export function readTerminalInfoRequest(value: unknown): TerminalInfoRequest {
  return { resourceName: new MemberReader(value, 'TerminalInfoRequest').string('resourceName') };
}

/** Reads an answer to `GetTerminalInfoAsync`. @throws ContractError */
export function readTerminalInfo(value: unknown): TerminalInfo {
  const info = new MemberReader(value, 'TerminalInfo');
  return {
    isAvailable: info.boolean('isAvailable'),
    replicas: info.listOrNull('replicas', readReplica),
    socketPath: info.stringOrNull('socketPath'),
    columns: info.integerOrNull('columns') ?? 0,
    rows: info.integerOrNull('rows') ?? 0,
  };
}

/** Reads an answer to `ListTerminalsAsync`; null is an empty list. @throws ContractError */
export function readTerminalList(value: unknown): TerminalList {
  return { terminals: new MemberReader(value ?? {}, 'TerminalList').list('terminals', readSummary) };
}

function readSummary(value: unknown, path: string): TerminalSummary {
  const summary = new MemberReader(value, path);
  return {
    resourceName: summary.string('resourceName'),
    displayName: summary.string('displayName'),
    configuredColumns: summary.integer('configuredColumns'),
    configuredRows: summary.integer('configuredRows'),
    isHostReachable: summary.boolean('isHostReachable'),
    replicas: summary.listOrNull('replicas', readReplica),
  };
}

function readReplica(value: unknown, path: string): TerminalReplica {
  const replica = new MemberReader(value, path);
  const isAlive = replica.boolean('isAlive');
  return {
    replicaIndex: replica.integer('replicaIndex'),
    label: replica.string('label'),
    consumerUdsPath: replica.string('consumerUdsPath'),
    isAlive,
    exitCode: replica.integerOrNull('exitCode'),
    producerConnected: replica.boolean('producerConnected', isAlive),
    restartCount: replica.integerOrNull('restartCount') ?? 0,
    currentColumns: replica.integerOrNull('currentColumns'),
    currentRows: replica.integerOrNull('currentRows'),
    attachedPeerCount: replica.integerOrNull('attachedPeerCount'),
    peers: replica.listOrNull('peers', readPeer),
  };
}

function readPeer(value: unknown, path: string): TerminalPeer {
  const peer = new MemberReader(value, path);
  return { peerId: peer.string('peerId'), displayName: peer.stringOrNull('displayName') };
}
