import { basename, dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
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
import { FakeDirectories } from './fake-directories.js';
import { FakeProcessTable } from './fake-process-table.js';
import { fakeSocketPair } from './fake-socket-pair.js';

/** What answers on a socket of the fake machine. */
export type Peer = (stream: Duplex) => void;

/** What can be said of a file of the fake machine; {@link FakeMachine.add} fills in the rest. */
export interface FakeFile extends FileFacts {
  /** Undefined: connections are refused. */
  readonly peer?: Peer | undefined;
  /** What a connection fails with, whoever listens: `EACCES`. */
  readonly connectError?: string | undefined;
}

/**
 * A computer in memory: its files, sockets, processes and directory notifications. No real socket, file or timer is involved.
 *
 * A file is an entry: another that gets its name has another identity, and the connections that led to the first one stay open. The socket directories are there from the
 * beginning; one that was taken away is made again for the next file in it.
 */
export class FakeMachine implements ISocketFactory, IFileSystem, IDirectoryWatcher {
  static readonly home = '/home/u';
  static readonly directory = '/home/u/.aspire/cli/bch';
  static readonly legacyDirectory = '/home/u/.aspire/cli/backchannels';
  readonly #files = new Map<string, FakeFile>();
  readonly #directories = new FakeDirectories();
  #filesMade = 0;
  readonly processes: FakeProcessTable;
  readonly openStreams = new Set<Duplex>();
  /** The paths to which the clients' ends of {@link openStreams} lead. */
  readonly openClients = new Map<Duplex, string>();
  readonly connects: string[] = [];
  /** What was removed through {@link IFileSystem}. */
  readonly removals: string[] = [];
  /** Directories that belong to somebody else: they cannot be had, and not be listed. */
  readonly forbidden = new Set<string>();
  /** Directories without any permission: nothing is to be learnt of them and of what is in them, and nobody gets in. */
  readonly closed = new Set<string>();
  /** The permissions of the socket directory. */
  directoryMode = 0o700;
  /** When set, directories cannot be watched. */
  watchError: Error | undefined;
  /** Counts what goes on between the machine and its users: while it stands still, nothing but time can change anything. */
  activity = 0;

  constructor(private readonly time: TimeProvider) {
    this.processes = new FakeProcessTable(time);
    this.makeDirectory(FakeMachine.directory);
    this.makeDirectory(FakeMachine.legacyDirectory);
  }

  register(services: ServiceCollection): void {
    services
      .addSingleton(SocketFactoryToken, this)
      .addSingleton(FileSystemToken, this)
      .addSingleton(DirectoryWatcherToken, this)
      .addSingleton(IProcessTable, this.processes);
  }

  get watchCount(): number {
    return this.#directories.watchCount;
  }

  /** When false, changes happen without a notification, as when the system loses one. */
  get notifies(): boolean {
    return this.#directories.notifies;
  }

  set notifies(value: boolean) {
    this.#directories.notifies = value;
  }

  /** Makes an entry in the socket directory, in place of one that has the name, with a live process when its name has one. */
  add(name: string, facts: Partial<FakeFile> = {}, directory = FakeMachine.directory): string {
    const path = join(directory, name);
    const now = this.time.getUtcNowMilliseconds();
    this.#make(path, facts);
    const pid = Number(name.split('.').at(-1));
    // A process is older than what it makes.
    if (Number.isInteger(pid) && pid > 0) this.processes.start(pid, Math.min(now, facts.createdAt || now) - 1_000);
    this.notify(path);
    return path;
  }

  /** A running AppHost that answers the handshake. */
  addAppHost(name: string, methods: RpcMethods, directory = FakeMachine.directory): string {
    return this.add(name, { peer: stream => void serveRpc(stream, methods, { timeProvider: this.time }) }, directory);
  }

  /** What is at a path, whoever may look at it. */
  entry(path: string): FileFacts | undefined {
    return this.#files.get(path);
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** The same entry becomes another, of which its directory's watches hear nothing: whether somebody listens, for example. Tell them with {@link notify}. */
  change(path: string, facts: Partial<Omit<FakeFile, 'identity'>>): void {
    const file = this.#files.get(path);
    if (file) this.#files.set(path, { ...file, ...facts });
  }

  delete(path: string): void {
    if (this.#files.delete(path)) this.notify(path);
  }

  kill(pid: number): void {
    this.processes.end(pid);
  }

  makeDirectory(directory: string): void {
    this.#directories.make(directory);
  }

  /** Takes a directory away with all that is in it; who listened there goes on, and nobody finds the way any more. */
  deleteDirectory(directory: string): void {
    for (const path of [...this.#files.keys()]) if (dirname(path) === directory) this.delete(path);
    this.#directories.remove(directory);
  }

  /** Puts an empty directory in place of another at once, of which nobody is told. */
  replaceDirectory(directory: string): void {
    const { notifies } = this;
    this.notifies = false;
    this.deleteDirectory(directory);
    this.makeDirectory(directory);
    this.notifies = notifies;
  }

  /** Tells of a change of one entry; without a path, of one that is not named, in every directory. */
  notify(path?: string): void {
    if (path !== undefined) return this.#directories.changed(path);
    for (const directory of [FakeMachine.directory, FakeMachine.legacyDirectory]) this.#directories.changedSomehow(directory);
  }

  /** Ends the notifications as when the system gives up. */
  loseWatches(error?: Error): void {
    this.#directories.loseAll(error);
  }

  async connect(path: string, signal: AbortSignal): Promise<Duplex> {
    this.activity++;
    this.connects.push(path);
    signal.throwIfAborted();
    const file = this.#files.get(path);
    if (this.closed.has(dirname(path))) throw systemError('EACCES', `connect EACCES ${path}`);
    if (!file) throw systemError('ENOENT', `connect ENOENT ${path}`);
    if (file.connectError) throw systemError(file.connectError, `connect ${file.connectError} ${path}`);
    if (!file.isSocket || !file.peer) throw systemError('ECONNREFUSED', `connect ECONNREFUSED ${path}`);
    const [client, server] = fakeSocketPair(() => this.activity++);
    for (const end of [client, server]) {
      this.openStreams.add(end);
      end.once('close', () => this.openStreams.delete(end));
    }
    this.openClients.set(client, path);
    client.once('close', () => this.openClients.delete(client));
    file.peer(server);
    return client;
  }

  async listen(path: string, onConnection: Peer): Promise<ISocketListener> {
    if (this.#files.has(path)) throw systemError('EADDRINUSE', `listen EADDRINUSE ${path}`);
    this.#make(path, { peer: onConnection });
    this.processes.startUnknown(process.pid);
    this.notify(path);
    return {
      path,
      [Symbol.asyncDispose]: async () => this.delete(path),
    };
  }

  async list(directory: string): Promise<readonly string[]> {
    this.activity++;
    if (this.forbidden.has(directory)) throw systemError('EACCES', `EACCES: permission denied, scandir '${directory}'`);
    this.#throwIfClosed(directory, 'scandir');
    return [...this.#files.keys()].filter(path => dirname(path) === directory).map(path => basename(path));
  }

  async inspect(path: string): Promise<FileFacts | undefined> {
    this.activity++;
    this.#throwIfClosed(dirname(path), 'lstat');
    const directory = this.#directories.identityOf(path);
    if (directory !== undefined) return { isSocket: false, isOurs: true, createdAt: 0, identity: `directory ${directory}` };
    return this.#files.get(path);
  }

  async remove(path: string): Promise<void> {
    this.activity++;
    this.removals.push(path);
    this.delete(path);
  }

  async ensurePrivateDirectory(path: string): Promise<number | undefined> {
    this.activity++;
    if (this.forbidden.has(path)) throw new PrivateDirectoryError(path, 'belongs to somebody else.');
    if (this.closed.has(path)) throw new PrivateDirectoryError(path, 'cannot be opened (EACCES).');
    this.makeDirectory(path);
    const { directoryMode } = this;
    this.directoryMode = 0o700;
    return directoryMode === 0o700 ? undefined : directoryMode;
  }

  watch(directory: string, callbacks: DirectoryWatchCallbacks): Disposable {
    this.activity++;
    if (this.watchError) throw this.watchError;
    this.#throwIfClosed(directory, 'watch');
    // Of other homes than its own the machine has whatever is asked for.
    if (!directory.startsWith(FakeMachine.home)) this.makeDirectory(directory);
    return this.#directories.watch(directory, callbacks);
  }

  #make(path: string, facts: Partial<FakeFile>): void {
    this.makeDirectory(dirname(path));
    const createdAt = this.time.getUtcNowMilliseconds();
    this.#files.set(path, { isSocket: true, isOurs: true, createdAt, identity: `file ${++this.#filesMade}`, ...facts });
  }

  #throwIfClosed(directory: string, call: string): void {
    if (this.closed.has(directory)) throw systemError('EACCES', `EACCES: permission denied, ${call} '${directory}'`);
  }
}

/** The methods of an AppHost that knows who it is, and nothing else. */
export function appHostIdentity(appHostPath: string, processId: number): RpcMethods {
  return {
    GetAppHostInformationAsync: { parameters: [], invoke: () => ({ appHostPath, processId }) },
    GetCapabilitiesAsync: { parameters: ['request'], required: 0, invoke: () => ({ capabilities: ['aux.v1', 'aux.v2', 'aux.v3'] }) },
  };
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
