import { join } from 'node:path';
import { errorCodeOf } from '../../hosting/primitives/index.js';
import { acceptsFileName, type BackchannelDirectoryKind, parseSocketName } from '../naming/index.js';
import { type IFileSystem, PrivateDirectoryError } from '../platform/index.js';
import { AppHostSocket, type SocketContext } from './app-host-socket.js';

/** What a {@link SocketRegistry} tells of. */
export interface SocketRegistryEvents {
  readonly onDiscovered: (path: string) => void;
  readonly onForgotten: (path: string) => void;
}

/** The socket files that exist, each with what has become of it. It owns the sockets: one whose file is gone is disposed. */
export class SocketRegistry implements AsyncDisposable {
  readonly #sockets = new Map<string, AppHostSocket>();
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(
    private readonly directories: Readonly<Record<BackchannelDirectoryKind, string>>,
    private readonly files: IFileSystem,
    private readonly context: SocketContext,
    private readonly events: SocketRegistryEvents,
  ) {}

  /** In the order of their paths. */
  get sockets(): AppHostSocket[] {
    return [...this.#sockets.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Brings the known sockets in line with the files, once for all who ask at the same time; who asks during a run gets the next one.
   *
   * @throws PrivateDirectoryError when a directory cannot be read
   */
  reconcile(): Promise<void> {
    if (!this.#running) return (this.#running = this.#reconcileOnce().finally(() => (this.#running = undefined)));
    return (this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.reconcile();
      }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    await Promise.all(sockets.map(socket => socket[Symbol.asyncDispose]()));
  }

  async #reconcileOnce(): Promise<void> {
    const present = new Set<string>();
    for (const [kind, directory] of Object.entries(this.directories) as [BackchannelDirectoryKind, string][]) {
      for (const name of await this.#list(directory)) if (acceptsFileName(kind, name)) present.add(join(directory, name));
    }
    // One that was seen to be gone has been made anew under its old name since.
    for (const socket of this.#sockets.values()) if (!present.has(socket.path) || socket.state === 'gone') this.#forget(socket);
    for (const path of present) this.#discover(path);
  }

  async #list(directory: string): Promise<readonly string[]> {
    try {
      return await this.files.list(directory);
    } catch (error) {
      throw new PrivateDirectoryError(
        directory,
        `cannot be read (${errorCodeOf(error) ?? String(error)}). Check who owns it and what its permissions are.`,
        error,
      );
    }
  }

  #discover(path: string): void {
    const name = this.#sockets.has(path) ? undefined : parseSocketName(path);
    if (!name) return;
    this.events.onDiscovered(path);
    this.#sockets.set(path, new AppHostSocket(path, name, this.context));
  }

  #forget(socket: AppHostSocket): void {
    this.events.onForgotten(socket.path);
    this.#sockets.delete(socket.path);
    void socket[Symbol.asyncDispose]();
  }
}
