import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';
import { HostwardError, onDispose, OperationCanceledError, throwIfAborted } from '../../hosting/primitives/index.js';
import { assertSocketPathFits } from '../naming/index.js';

/** A socket that accepts connections; disposing it stops that, ends the open ones and takes the file away. */
export interface ISocketListener extends AsyncDisposable {
  readonly path: string;
}

/** Opens Unix-domain stream sockets. Replace it to run a whole discovery in memory. */
export interface ISocketFactory {
  /** Whether {@link connect} settles in the turn after it was called, whatever comes of it: there is nothing to end early then, and no signal need be given. Default: false. */
  readonly connectsAtOnce?: boolean;
  /**
   * Connects once, without retry.
   *
   * @throws the system's error (`ECONNREFUSED`, `ENOENT`…), or OperationCanceledError when `signal` fires
   */
  connect(path: string, signal?: AbortSignal): Promise<Duplex>;
  /**
   * Listens on a path that does not exist yet, readable and writable for this user alone.
   *
   * The system makes the file with the permissions that the process gives to all of its files; they are narrowed before this returns. Until then it is the directory that
   * keeps others out: give a path in one that is closed to them.
   */
  listen(path: string, onConnection: (stream: Duplex) => void): Promise<ISocketListener>;
}

export const ISocketFactory: ServiceToken<ISocketFactory> = serviceToken('ISocketFactory');

/** Unix-domain sockets need a platform on which Node offers them. */
export class UnixSocketsUnavailableError extends HostwardError {
  override readonly name = 'UnixSocketsUnavailableError';

  constructor(readonly platform: string) {
    super(
      'ERR_UNIX_SOCKETS_UNAVAILABLE',
      `The Aspire backchannel needs Unix-domain sockets, which Node does not offer on ${platform}. Use Linux or macOS, or WSL together with the AppHost.`,
    );
  }
}

/** @throws UnixSocketsUnavailableError on Windows */
export function assertUnixSocketsAvailable(platform: NodeJS.Platform = process.platform): void {
  if (platform === 'win32') throw new UnixSocketsUnavailableError(platform);
}

/** Sockets of this machine. */
export class SystemSocketFactory implements ISocketFactory {
  /** The system never lets a connection to a Unix socket wait: where its queue is full it refuses. */
  readonly connectsAtOnce = true;

  constructor(private readonly platform: NodeJS.Platform = process.platform) {}

  connect(path: string, signal?: AbortSignal): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      this.#assertAvailable(path);
      throwIfAborted(signal);
      // In the next turn: early enough to look at the signal.
      const onConnect = () => {
        if (signal?.aborted) return onError(new OperationCanceledError(signal));
        socket.off('connect', onConnect).off('error', onError);
        resolve(socket);
      };
      const onError = (error: Error) => {
        socket.off('connect', onConnect).off('error', onError);
        socket.on('error', () => undefined).destroy();
        reject(error);
      };
      const socket = connect({ path }).on('connect', onConnect).on('error', onError);
    });
  }

  async listen(path: string, onConnection: (stream: Duplex) => void): Promise<ISocketListener> {
    this.#assertAvailable(path);
    const open = new Set<Socket>();
    const server = createServer(socket => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      onConnection(socket);
    });
    await startListening(server, path);
    // With no descriptor left, the system hands the waiting connections over only to have them closed; whatever else an accept may fail of, it costs one client.
    server.on('error', () => undefined);
    const removal = removeAtExit(path);
    return {
      path,
      async [Symbol.asyncDispose]() {
        const closed = new Promise<void>(resolve => server.close(() => resolve()));
        for (const socket of open) socket.destroy();
        await closed;
        removal[Symbol.dispose]();
      },
    };
  }

  #assertAvailable(path: string): void {
    assertUnixSocketsAvailable(this.platform);
    assertSocketPathFits(path, this.platform);
  }
}

async function startListening(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Not handed to the primary process of a cluster: each process is an AppHost of its own.
    server.listen({ path, backlog: 511, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  try {
    chmodSync(path, 0o600);
  } catch (error) {
    await new Promise<void>(resolve => server.close(() => resolve()));
    throw error;
  }
}

/** Takes the file away also when the process ends without disposing anything: `process.exit`, an error that nobody handles. */
function removeAtExit(path: string): Disposable {
  const remove = () => rmSync(path, { force: true });
  process.on('exit', remove);
  return onDispose(() => process.off('exit', remove));
}
