import { HostwardError } from '../../hosting/primitives/index.js';

/** The path is too long for the address of a Unix domain socket. */
export class SocketPathTooLongError extends HostwardError {
  override readonly name = 'SocketPathTooLongError';

  constructor(
    readonly path: string,
    /** UTF-8 bytes of the path with its terminating NUL. */
    readonly bytes: number,
    /** The most that the platform takes. */
    readonly limit: number,
  ) {
    super(
      'ERR_SOCKET_PATH_TOO_LONG',
      `The socket path '${path}' needs ${bytes} bytes, but a socket address holds at most ${limit}. Use a home directory with a shorter path.`,
    );
  }
}

/**
 * Checks that `path` fits into the address of a Unix domain socket: 104 bytes on macOS, 108 elsewhere, the terminating NUL included.
 *
 * Check before listening or connecting: depending on its version Node fails with a vague error or cuts the path.
 *
 * @throws SocketPathTooLongError
 */
export function assertSocketPathFits(path: string, platform: NodeJS.Platform = process.platform): void {
  const bytes = Buffer.byteLength(path, 'utf8') + 1;
  const limit = platform === 'darwin' ? 104 : 108;
  if (bytes > limit) throw new SocketPathTooLongError(path, bytes, limit);
}
