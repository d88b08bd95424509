import { constants, lstatSync, readdirSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';
import { errorCodeOf, HostwardError } from '../../hosting/primitives/index.js';

/** What is known of a directory entry itself; links are not followed. */
export interface FileFacts {
  readonly isSocket: boolean;
  /** Whether it belongs to the user of this process; true where files have no such owner. */
  readonly isOurs: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Tells it from another entry that had, or gets, the same name; undefined: nothing does. */
  readonly identity?: string | undefined;
}

/** The few questions to the file system that the backchannel has. */
export interface IFileSystem {
  /** Names of the entries; empty when the directory does not exist. */
  list(directory: string): Promise<readonly string[]>;
  /**
   * The names of entries that are certain to be sockets of this user, told without a look at each: those of a directory to which nobody else can write, where the system says of
   * what kind an entry is. Empty for any other directory, and for one that does not exist. A file system that cannot tell goes without it.
   */
  listOwnSockets?(directory: string): Promise<readonly string[]>;
  /** Undefined when there is no such entry. */
  inspect(path: string): Promise<FileFacts | undefined>;
  /** Removes a file; one that is gone already is no error. */
  remove(path: string): Promise<void>;
  /**
   * Makes sure that the directory exists, belongs to this user and is closed to others, narrowing it to 0700 when it was wider. A link to a directory is none.
   *
   * @returns the permissions that it had when they let others in, else undefined
   * @throws PrivateDirectoryError when it cannot be had
   */
  ensurePrivateDirectory(path: string): Promise<number | undefined>;
}

export const IFileSystem: ServiceToken<IFileSystem> = serviceToken('IFileSystem');

/** The socket directory is not there, not ours or not writable, and that cannot be helped from here. */
export class PrivateDirectoryError extends HostwardError {
  override readonly name = 'PrivateDirectoryError';

  constructor(
    readonly path: string,
    problem: string,
    cause?: unknown,
  ) {
    super('ERR_PRIVATE_DIRECTORY', `The socket directory '${path}' ${problem}`, cause === undefined ? undefined : { cause });
  }
}

export class SystemFileSystem implements IFileSystem {
  // The questions are synchronous underneath: they take microseconds, and a thousand of them at a time would take many times as long in Node's thread pool.

  async list(directory: string): Promise<readonly string[]> {
    try {
      return readdirSync(directory);
    } catch (error) {
      if (errorCodeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  async listOwnSockets(directory: string): Promise<readonly string[]> {
    const facts = statSync(directory, { throwIfNoEntry: false });
    if (!facts || facts.uid !== process.getuid?.() || (facts.mode & 0o022) !== 0) return [];
    return readdirSync(directory, { withFileTypes: true }).flatMap(entry => (entry.isSocket() ? entry.name : []));
  }

  async inspect(path: string): Promise<FileFacts | undefined> {
    const facts = lstatSync(path, { throwIfNoEntry: false });
    if (!facts) return undefined;
    return {
      isSocket: facts.isSocket(),
      isOurs: facts.uid === (process.getuid?.() ?? facts.uid),
      createdAt: facts.birthtimeMs,
      // A number of an inode is given away again at once; the time of its birth is not, and where that is not known the time of its last change is that for a socket.
      identity: `${facts.dev}:${facts.ino}:${facts.birthtimeMs || facts.mtimeMs}`,
    };
  }

  async remove(path: string): Promise<void> {
    try {
      await unlink(path);
    } catch (error) {
      if (errorCodeOf(error) !== 'ENOENT') throw error;
    }
  }

  async ensurePrivateDirectory(path: string): Promise<number | undefined> {
    try {
      await makeDirectory(path);
      // Everything from here on is about the directory that was opened, also when another is put in its place meanwhile.
      await using directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
      return await narrow(path, directory);
    } catch (error) {
      if (error instanceof PrivateDirectoryError) throw error;
      throw new PrivateDirectoryError(path, problemOf(error), error);
    }
  }
}

/**
 * Makes it, and what is missing above it, unless there is something at the path.
 *
 * Not by Node's `recursive`, which never ends where a directory says that it does not exist when something is to be made in it: /proc and automounted homes do.
 */
async function makeDirectory(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: 0o700 });
  try {
    await make().catch(async (error: unknown) => {
      if (errorCodeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
      await makeDirectory(dirname(path));
      await make();
    });
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
  }
}

async function narrow(path: string, directory: FileHandle): Promise<number | undefined> {
  const { uid, mode } = await directory.stat();
  const user = process.getuid?.() ?? uid;
  if (uid !== user)
    throw new PrivateDirectoryError(
      path,
      `belongs to user ${uid}, but this process runs as user ${user}. Give it back, or set HOME to a directory of your own.`,
    );
  if ((mode & 0o077) === 0) return undefined;
  await directory.chmod(0o700);
  return mode & 0o777;
}

function problemOf(error: unknown): string {
  const code = errorCodeOf(error);
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'ELOOP')
    return 'is no directory, or one of the directories above it is none. A link does not count as one: it could lead to where others get in. Move what is there out of the way.';
  return `cannot be created or opened (${code ?? String(error)}). Check that your home directory is writable, or set HOME to one that is.`;
}
