import { dirname, join } from 'node:path';
import { type Duplex, duplexPair } from 'node:stream';
import type { DirectoryWatchCallbacks, FileFacts, IDirectoryWatcher, IFileSystem, ISocketFactory, ISocketListener } from 'hostward/backchannel';
import { PrivateDirectoryError } from 'hostward/backchannel';
import type { ServiceCollection, TimeProvider } from 'hostward';
import {
  IDirectoryWatcher as DirectoryWatcherToken,
  IFileSystem as FileSystemToken,
  IProcessTable,
  ISocketFactory as SocketFactoryToken,
} from 'hostward/backchannel';
import { serveRpc, type RpcMethods } from '../../src/backchannel/rpc/index.js';

/** What answers on a socket of the fake machine. */
export type Peer = (stream: Duplex) => void;

interface FakeFile extends FileFacts {
  /** Undefined: connections are refused. */
  readonly peer?: Peer | undefined;
}

/** A computer in memory: its files, sockets, processes and directory notifications. No real socket, file or timer is involved. */
export class FakeMachine implements ISocketFactory, IFileSystem, IDirectoryWatcher {
  static readonly home = '/home/u';
  static readonly directory = '/home/u/.aspire/cli/bch';
  static readonly legacyDirectory = '/home/u/.aspire/cli/backchannels';
  readonly #files = new Map<string, FakeFile>();
  readonly #processes = new Set<number>();
  readonly #watches = new Set<{ directory: string; callbacks: DirectoryWatchCallbacks }>();
  readonly openStreams = new Set<Duplex>();
  readonly connects: string[] = [];
  /** Directories that cannot be had. */
  readonly forbidden = new Set<string>();
  /** The permissions of the socket directory. */
  directoryMode = 0o700;
  /** When false, changes happen without a notification, as when the system loses one. */
  notifies = true;
  /** When set, directories cannot be watched. */
  watchError: Error | undefined;

  constructor(private readonly time: TimeProvider) {}

  register(services: ServiceCollection): void {
    services
      .addSingleton(SocketFactoryToken, this)
      .addSingleton(FileSystemToken, this)
      .addSingleton(DirectoryWatcherToken, this)
      .addSingleton(IProcessTable, { isAlive: (pid: number) => this.#processes.has(pid), timesOf: () => ({}) });
  }

  get watchCount(): number {
    return this.#watches.size;
  }

  /** Makes an entry in the socket directory, with a live process when its name has one. */
  add(name: string, facts: Partial<FakeFile> = {}, directory = FakeMachine.directory): string {
    const path = join(directory, name);
    this.#files.set(path, { isSocket: true, isOurs: true, createdAt: this.time.getUtcNowMilliseconds(), ...facts });
    const pid = Number(name.split('.').at(-1));
    if (Number.isInteger(pid) && pid > 0) this.#processes.add(pid);
    this.notify();
    return path;
  }

  /** A running AppHost that answers the handshake. */
  addAppHost(name: string, methods: RpcMethods): string {
    return this.add(name, { peer: stream => void serveRpc(stream, methods, { timeProvider: this.time }) });
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  delete(path: string): void {
    this.#files.delete(path);
    this.notify();
  }

  kill(pid: number): void {
    this.#processes.delete(pid);
  }

  notify(): void {
    if (this.notifies) for (const { callbacks } of this.#watches) callbacks.onChange();
  }

  /** Ends the notifications as when the directory is removed. */
  loseWatches(error?: Error): void {
    for (const watch of [...this.#watches]) {
      this.#watches.delete(watch);
      watch.callbacks.onLost(error);
    }
  }

  async connect(path: string, signal: AbortSignal): Promise<Duplex> {
    this.connects.push(path);
    signal.throwIfAborted();
    const file = this.#files.get(path);
    if (!file) throw Object.assign(new Error(`connect ENOENT ${path}`), { code: 'ENOENT' });
    if (!file.peer) throw Object.assign(new Error(`connect ECONNREFUSED ${path}`), { code: 'ECONNREFUSED' });
    const [client, server] = duplexPair();
    for (const end of [client, server]) {
      this.openStreams.add(end);
      end.once('close', () => this.openStreams.delete(end));
    }
    // A pair in memory does not tell one end of the other's destruction, as a socket does.
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
    server.on('error', () => undefined);
    file.peer(server);
    return client;
  }

  async listen(path: string, onConnection: Peer): Promise<ISocketListener> {
    if (this.#files.has(path)) throw Object.assign(new Error(`listen EADDRINUSE ${path}`), { code: 'EADDRINUSE' });
    this.#files.set(path, { isSocket: true, isOurs: true, createdAt: this.time.getUtcNowMilliseconds(), peer: onConnection });
    this.#processes.add(process.pid);
    this.notify();
    return {
      path,
      [Symbol.asyncDispose]: async () => this.delete(path),
    };
  }

  async list(directory: string): Promise<readonly string[]> {
    if (this.forbidden.has(directory)) throw Object.assign(new Error(`EACCES ${directory}`), { code: 'EACCES' });
    return [...this.#files.keys()].filter(path => dirname(path) === directory).map(path => path.slice(directory.length + 1));
  }

  async inspect(path: string): Promise<FileFacts | undefined> {
    return this.#files.get(path);
  }

  async remove(path: string): Promise<void> {
    this.delete(path);
  }

  async ensurePrivateDirectory(path: string): Promise<number | undefined> {
    if (this.forbidden.has(path)) throw new PrivateDirectoryError(path, 'belongs to somebody else.');
    const { directoryMode } = this;
    this.directoryMode = 0o700;
    return directoryMode === 0o700 ? undefined : directoryMode;
  }

  watch(directory: string, callbacks: DirectoryWatchCallbacks): Disposable {
    if (this.watchError) throw this.watchError;
    const watch = { directory, callbacks };
    this.#watches.add(watch);
    return { [Symbol.dispose]: () => void this.#watches.delete(watch) };
  }
}

/** The methods of an AppHost that knows who it is, and nothing else. */
export function appHostIdentity(appHostPath: string, processId: number): RpcMethods {
  return {
    GetAppHostInformationAsync: { parameters: [], invoke: () => ({ appHostPath, processId }) },
    GetCapabilitiesAsync: { parameters: ['request'], required: 0, invoke: () => ({ capabilities: ['aux.v1', 'aux.v2', 'aux.v3'] }) },
  };
}
