import { comparablePath, resolveAppHostPath, type SocketKeys } from '../naming/index.js';
import { type CanonicalPathOf, inOrderOfFiles, newestOf, pathOf, readCanonicalPath } from './app-host-order.js';
import { selectionMessage } from './app-host-selection-message.js';
import type { AppHostSocketStatus, IAppHostConnection } from './auxiliary-backchannel-monitor-contract.js';

/**
 * Why there is a connection, or none.
 *
 * With one: `selected`: the AppHost that the user has chosen; `onlyInScope`: the only one in the working directory; `onlyOutOfScope`: none is there, and the only one elsewhere
 * was allowed.
 *
 * Without: `selectedNotRunning`, `selectedNotResponding`: the chosen one is away, or does not answer; `severalInScope`, `noneInScope`: the user has to choose;
 * `noneRunning`; `noneResponding`: there are sockets, and nobody answers on them.
 */
export type AppHostSelectionReason =
  | 'selected'
  | 'onlyInScope'
  | 'onlyOutOfScope'
  | 'selectedNotRunning'
  | 'selectedNotResponding'
  | 'severalInScope'
  | 'noneInScope'
  | 'noneRunning'
  | 'noneResponding';

/** What came of the choice of an AppHost. */
export interface AppHostSelection {
  readonly connection: IAppHostConnection | undefined;
  readonly reason: AppHostSelectionReason;
  /** What there is to choose from: those in scope when they are several, else all that answer; in the order of their files, the newest instance of a file first. */
  readonly candidates: readonly IAppHostConnection[];
  /** The reason as a sentence for people: what was found, and what to do. */
  readonly message: string;
}

/** Options of `resolveSelected`. */
export interface ResolveSelectedOptions {
  /**
   * Whether the only AppHost may be taken although it is not in the working directory, when nothing was chosen. For what only reads: what changes an AppHost has to leave
   * it out. Default: false.
   */
  readonly allowOutOfScope?: boolean | undefined;
  /** Ends the wait with `OperationCanceledError`. */
  readonly signal?: AbortSignal | undefined;
}

/** What is asked when only the connection is wanted. */
export interface ConnectionQuestion {
  /** Those that answer. */
  readonly connections: readonly IAppHostConnection[];
  /** The file that the user has chosen, absolute. */
  readonly selectedPath: string | undefined;
  /** See {@link ResolveSelectedOptions}. Default: false. */
  readonly allowOutOfScope?: boolean | undefined;
  /** Where the caller knows it already, the file system is not asked for each AppHost. Default: it is. */
  readonly canonicalPathOf?: CanonicalPathOf | undefined;
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform | undefined;
}

/** What is asked when a reason is wanted, too. */
export interface SelectionQuestion extends ConnectionQuestion {
  /** All that are known, as the monitor lists them: those that do not answer are of interest. */
  readonly sockets: readonly AppHostSocketStatus[];
  /** How sockets of the chosen file are named, from `computeSocketKeys`; without them one that never answered is not recognised. */
  readonly selectedKeys?: SocketKeys | undefined;
  /** Where "in scope" is; the message names it. */
  readonly workingDirectory: string;
}

/**
 * Which AppHost to work with, and why that one or none. A pure choice: it remembers nothing and changes nothing, and the order of what it is given does not matter.
 *
 * A chosen file is the only thing that counts when there is one: the newest of its instances is taken, by the start that they report and then by their process ids, and when none
 * answers, none is. Otherwise it is the only one in scope. An AppHost that says nothing of itself is in no scope and has no file, but can be chosen from.
 *
 * Differs from .NET: there, two algorithms disagree; both forget the choice when the chosen AppHost is away, and go on with another, which may be one outside of the working
 * directory.
 *
 * @see Aspire.Cli.Backchannel, AuxiliaryBackchannelMonitor.SelectedConnection; AppHostConnectionHelper.GetSelectedConnectionAsync
 */
export function selectAppHost(question: SelectionQuestion): AppHostSelection {
  const { connections, sockets, canonicalPathOf = readCanonicalPath, platform = process.platform } = question;
  const choice = choose(question);
  const silent = sockets.filter(isSilent).sort((a, b) => (a.socketPath < b.socketPath ? -1 : 1));
  const chosenSilent = choice.reason === 'selectedNotRunning' ? silentOfSelected(silent, question) : [];
  const reason = withSilence(choice.reason, silent, chosenSilent);
  const candidates = inOrderOfFiles(reason === 'severalInScope' ? connections.filter(isInScope) : connections, canonicalPathOf, platform);
  const message = selectionMessage(reason, { ...question, ...choice, candidates, silent: chosenSilent.length > 0 ? chosenSilent : silent });
  return { connection: choice.connection, reason, candidates, message };
}

/** The connection that {@link selectAppHost} would choose, and nothing else: cheap enough for a getter. */
export function selectConnection(question: ConnectionQuestion): IAppHostConnection | undefined {
  return choose(question).connection;
}

interface Choice {
  readonly connection?: IAppHostConnection | undefined;
  readonly reason: AppHostSelectionReason;
  /** How many run of the chosen file. */
  readonly instances?: number;
}

/** As far as it can be said without those that do not answer. */
function choose(question: ConnectionQuestion): Choice {
  const { connections, selectedPath, allowOutOfScope = false } = question;
  if (selectedPath !== undefined) return chooseSelected(question, selectedPath);
  const inScope = connections.filter(isInScope);
  if (inScope.length > 1) return { reason: 'severalInScope' };
  const [only] = inScope;
  if (only) return { connection: only, reason: 'onlyInScope' };
  const [first, second] = connections;
  if (!first) return { reason: 'noneRunning' };
  return allowOutOfScope && !second ? { connection: first, reason: 'onlyOutOfScope' } : { reason: 'noneInScope' };
}

function chooseSelected(question: ConnectionQuestion, selectedPath: string): Choice {
  const isSelected = matcherOf(selectedPath, question);
  const instances = question.connections.filter(each => isSelected(each.socketPath, pathOf(each)));
  const connection = newestOf(instances);
  return connection ? { connection, reason: 'selected', instances: instances.length } : { reason: 'selectedNotRunning' };
}

/** Whether what is behind a socket is of the selected file, by the path that it has said. */
function matcherOf(
  selectedPath: string,
  { canonicalPathOf = readCanonicalPath, platform = process.platform }: ConnectionQuestion,
): (socketPath: string, appHostPath: string | undefined) => boolean {
  const selected = resolveAppHostPath(selectedPath);
  if (selected === undefined) return () => false;
  const wanted = comparablePath(selected, platform);
  return (socketPath, appHostPath) => {
    if (!appHostPath) return false;
    // The same text is the same file, also when a link in it leads elsewhere than at the time when the AppHost introduced itself.
    if (appHostPath === selectedPath) return true;
    const path = canonicalPathOf({ socketPath, appHostPath });
    return path !== undefined && comparablePath(path, platform) === wanted;
  };
}

function isInScope(connection: IAppHostConnection): boolean {
  return connection.isInScope && pathOf(connection) !== undefined;
}

function withSilence(
  reason: AppHostSelectionReason,
  silent: readonly AppHostSocketStatus[],
  chosenSilent: readonly AppHostSocketStatus[],
): AppHostSelectionReason {
  if (reason === 'selectedNotRunning' && chosenSilent.length > 0) return 'selectedNotResponding';
  return reason === 'noneRunning' && silent.length > 0 ? 'noneResponding' : reason;
}

/** Whether somebody may be there who does not answer, or not yet. */
function isSilent({ state }: AppHostSocketStatus): boolean {
  return state === 'discovered' || state === 'connecting' || state === 'handshaking' || state === 'backingOff';
}

function silentOfSelected(silent: readonly AppHostSocketStatus[], question: SelectionQuestion): readonly AppHostSocketStatus[] {
  const { selectedPath = '', selectedKeys } = question;
  const isSelected = matcherOf(selectedPath, question);
  const names = new Set([...(selectedKeys?.appHostIds ?? []), ...(selectedKeys?.legacyHashes ?? [])]);
  return silent.filter(({ appHostId, socketPath, appHostPath }) => names.has(appHostId) || isSelected(socketPath, appHostPath));
}
