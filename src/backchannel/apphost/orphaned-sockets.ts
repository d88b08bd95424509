import { dirname, join } from 'node:path';
import type { ILogger } from '../../hosting/logging/index.js';
import { errorCodeOf } from '../../hosting/primitives/index.js';
import { delay, type TimeProvider, withDeadline } from '../../hosting/time/index.js';
import {
  type BackchannelDirectories,
  computeAppHostId,
  computeLegacyHash,
  type FileSystemReach,
  freshSocketAge,
  type IProcessTable,
  isMakerRunning,
  judgeSocketFile,
  parseSocketName,
  reachOf,
  type SocketFileFacts,
  type SocketFileJudgement,
} from '../naming/index.js';
import type { IFileSystem, ISocketFactory } from '../platform/index.js';

/** How long a socket may take to refuse a connection, in milliseconds. */
const probeTimeout = 1_000;

/** What {@link removeOrphans} works with. */
export interface OrphanParts {
  readonly files: IFileSystem;
  readonly processes: IProcessTable;
  readonly sockets: ISocketFactory;
  readonly timeProvider: TimeProvider;
  readonly logger: ILogger;
}

/**
 * Takes away what earlier instances of the application left behind, in both directories: sockets of its own identifier, of this user, whose process is gone. Nothing else
 * is touched, and what cannot be removed is left.
 *
 * Differs from .NET: {@link judgeSocketFile} decides: only sockets of this user are removed, never other files (defect 14), and only when nobody listens on them (defect 15).
 * One that bears this process's own id, as all do where the process always has the same one, is no exception.
 *
 * @param path of the AppHost, with its symbolic links resolved
 * @returns sockets that were made a moment ago, whose refusal says nothing yet: give them to {@link removeLateOrphans}
 * @see Aspire.Hosting.Backchannel, BackchannelConstants.CleanupOrphanedSockets
 */
export async function removeOrphans(directories: BackchannelDirectories, path: string, parts: OrphanParts): Promise<readonly string[]> {
  const appHostId = await computeAppHostId(path);
  const legacyHash = await computeLegacyHash(path);
  const isCurrent = (name: string) => parseSocketName(name)?.appHostId === appHostId;
  const isLegacy = (name: string) => name.startsWith('auxi.sock.') && parseSocketName(name)?.appHostId === legacyHash;
  return [...(await removeFrom(directories.current, isCurrent, parts)), ...(await removeFrom(directories.legacy, isLegacy, parts))];
}

/** The same for what was too young then, when it has had time to listen. @throws OperationCanceledError when `signal` fires before */
export async function removeLateOrphans(paths: readonly string[], parts: OrphanParts, signal: AbortSignal): Promise<void> {
  if (paths.length === 0) return;
  await delay(freshSocketAge, { timeProvider: parts.timeProvider, signal });
  for (const path of paths) await removeIfOrphan(path, reachOf(dirname(path)), parts);
}

async function removeFrom(directory: string, isOurs: (name: string) => boolean, parts: OrphanParts): Promise<readonly string[]> {
  const { files, logger } = parts;
  const justMade: string[] = [];
  try {
    const reach = reachOf(directory);
    for (const name of await files.list(directory)) {
      const path = join(directory, name);
      if (isOurs(name) && (await removeIfOrphan(path, reach, parts)) === 'justMade') justMade.push(path);
    }
  } catch (error) {
    logger.debug(error, 'What earlier instances left in {Directory} could not be looked at', directory);
  }
  return justMade;
}

/** @returns what became of it, undefined when it is gone or nothing can be said */
async function removeIfOrphan(path: string, reach: FileSystemReach, parts: OrphanParts): Promise<SocketFileJudgement | undefined> {
  const { files, logger } = parts;
  try {
    const first = await judge(path, 'untried', reach, parts);
    if (first !== 'untried') return first;
    const connection = await tryToConnect(path, parts);
    const judgement = await judge(path, connection, reach, parts);
    if (judgement !== 'orphan') return judgement;
    await files.remove(path);
    logger.debug('Removed {SocketPath}, which an earlier instance left behind', path);
  } catch (error) {
    logger.debug(error, 'The orphaned socket {SocketPath} could not be removed', path);
  }
  return undefined;
}

/** From what is to be seen at this moment; undefined when the file is gone. */
async function judge(
  path: string,
  connection: SocketFileFacts['connection'],
  reach: FileSystemReach,
  { files, processes, timeProvider }: OrphanParts,
): Promise<SocketFileJudgement | undefined> {
  const file = await files.inspect(path);
  if (!file) return undefined;
  const processId = parseSocketName(path)?.processId;
  // This process has no socket yet: what bears its id was made by another that had it before.
  const isRunning = processId === undefined || processId === process.pid ? false : isMakerRunning(processId, file.createdAt, processes);
  const age = file.createdAt > 0 ? timeProvider.getUtcNowMilliseconds() - file.createdAt : NaN;
  return judgeSocketFile({
    isSocket: file.isSocket,
    isOurs: file.isOurs,
    processId,
    isMakerRunning: isRunning,
    connection,
    reach,
    age,
  });
}

async function tryToConnect(path: string, { sockets, timeProvider }: OrphanParts): Promise<SocketFileFacts['connection']> {
  try {
    const stream = await withDeadline(`the connection to ${path}`, probeTimeout, signal => sockets.connect(path, signal), { timeProvider });
    stream.on('error', () => undefined).destroy();
    return 'accepted';
  } catch (error) {
    return errorCodeOf(error) === 'ECONNREFUSED' ? 'refused' : 'noAnswer';
  }
}
