import { join } from 'node:path';
import type { ILogger } from '../../hosting/logging/index.js';
import { errorCodeOf } from '../../hosting/primitives/index.js';
import { type TimeProvider, withDeadline } from '../../hosting/time/index.js';
import { type BackchannelDirectories, computeAppHostId, computeLegacyHash, type IProcessTable, parseSocketName, type SocketName } from '../naming/index.js';
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
 * Differs from .NET: only sockets of this user are removed, never other files (defect 14), and only when nobody listens on them (defect 15). One that bears this process's own
 * id, as all do where the process always has the same one, is no exception.
 *
 * @param path of the AppHost, with its symbolic links resolved
 * @see Aspire.Hosting.Backchannel, BackchannelConstants.CleanupOrphanedSockets
 */
export async function removeOrphans(directories: BackchannelDirectories, path: string, parts: OrphanParts): Promise<void> {
  const appHostId = await computeAppHostId(path);
  const legacyHash = await computeLegacyHash(path);
  await removeFrom(directories.current, name => parseSocketName(name)?.appHostId === appHostId, parts);
  await removeFrom(directories.legacy, name => name.startsWith('auxi.sock.') && parseSocketName(name)?.appHostId === legacyHash, parts);
}

async function removeFrom(directory: string, isOurs: (name: string) => boolean, parts: OrphanParts): Promise<void> {
  const { files, logger } = parts;
  try {
    for (const name of await files.list(directory)) if (isOurs(name)) await removeIfOrphan(join(directory, name), parseSocketName(name)!, parts);
  } catch (error) {
    logger.debug(error, 'What earlier instances left in {Directory} could not be looked at', directory);
  }
}

async function removeIfOrphan(path: string, name: SocketName, parts: OrphanParts): Promise<void> {
  const { files, logger } = parts;
  try {
    if (!(await isAbandoned(path, name, parts))) return;
    const facts = await files.inspect(path);
    if (!facts?.isSocket || !facts.isOurs) return;
    await files.remove(path);
    logger.debug('Removed {SocketPath}, which an earlier instance left behind', path);
  } catch (error) {
    logger.debug(error, 'The orphaned socket {SocketPath} could not be removed', path);
  }
}

/** Whether its process is gone, as far as this process can see it, and nobody listens: the process may be in another container, which has the home in common. */
async function isAbandoned(path: string, { processId }: SocketName, { processes, sockets, timeProvider }: OrphanParts): Promise<boolean> {
  if (processId === undefined || (processId !== process.pid && processes.isAlive(processId))) return false;
  try {
    const stream = await withDeadline(`the connection to ${path}`, probeTimeout, signal => sockets.connect(path, signal), { timeProvider });
    stream.on('error', () => undefined).destroy();
    return false;
  } catch (error) {
    return errorCodeOf(error) === 'ECONNREFUSED';
  }
}
