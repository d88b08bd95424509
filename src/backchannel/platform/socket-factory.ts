import { chmodSync } from 'node:fs';
import { type Socket, connect, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';
import { HostwardError, onAbort, OperationCanceledError } from '../../hosting/primitives/index.js';
import { assertSocketPathFits } from '../naming/index.js';

/** A socket that accepts connections; disposing it stops that, ends the open ones and takes the file away. */
export interface ISocketListener extends AsyncDisposable {
  readonly path: string;
}

/** Opens Unix-domain stream sockets. Replace it to run a whole discovery in memory. */
export interface ISocketFactory {
  /**
   * Connects once, without retry.
   *
   * @throws the system's error (`ECONNREFUSED`, `ENOENT`…), or OperationCanceledError when `signal` fires
   */
  connect(path: string, signal: AbortSignal): Promise<Duplex>;
  /** Listens on a path that does not exist yet, readable and writable for this user alone. */
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
  constructor(private readonly platform: NodeJS.Platform = process.platform) {}

  async connect(path: string, signal: AbortSignal): Promise<Duplex> {
    this.#assertAvailable(path);
    return new Promise((resolve, reject) => {
      const socket = connect({ path });
      const registration = onAbort(signal, () => settle(() => reject(new OperationCanceledError(signal))));
      const settle = (finish: () => void, keep = false) => {
        registration[Symbol.dispose]();
        socket.removeAllListeners('connect').removeAllListeners('error');
        if (!keep) socket.on('error', () => undefined).destroy();
        finish();
      };
      socket.once('connect', () => settle(() => resolve(socket), true));
      socket.once('error', error => settle(() => reject(error)));
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
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path, backlog: 64 }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    // A failing accept, such as EMFILE, costs that one client its connection and nothing else.
    server.on('error', () => undefined);
    chmodSync(path, 0o600);
    return {
      path,
      async [Symbol.asyncDispose]() {
        const closed = new Promise<void>(resolve => server.close(() => resolve()));
        for (const socket of open) socket.destroy();
        await closed;
      },
    };
  }

  #assertAvailable(path: string): void {
    assertUnixSocketsAvailable(this.platform);
    assertSocketPathFits(path, this.platform);
  }
}
