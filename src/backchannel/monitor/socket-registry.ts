import { dirname, join, sep } from 'node:path';
import { Deferred, errorCodeOf, markHandled, toError } from '../../hosting/primitives/index.js';
import { acceptsFileName, type BackchannelDirectoryKind, parseAcceptedName, parseSocketName, type SocketName } from '../naming/index.js';
import { type FileFacts, type IFileSystem, PrivateDirectoryError } from '../platform/index.js';
import { AppHostSocket, type SocketContext } from './app-host-socket.js';
import type { SocketDirectoryChange } from './socket-directory-watch.js';

/** What a {@link SocketRegistry} tells of. */
export interface SocketRegistryEvents {
  readonly onDiscovered: (socket: AppHostSocket) => void;
  readonly onForgotten: (socket: AppHostSocket) => void;
  /** Something happened to the file of a known socket, and it is the same file. */
  readonly onTouched: (socket: AppHostSocket) => void;
}

/** What to look at, for all who ask before the look begins. */
interface Look {
  all: boolean;
  identities: boolean;
  readonly names: Map<string, SocketDirectoryChange>;
  readonly done: Deferred<void>;
}

/** So many files are looked at together. */
const crowd = 32;

/**
 * The socket files that exist, each with what has become of it. It owns the sockets: one whose file is gone, or has been replaced, is disposed.
 *
 * Looks come one after the other, so that none undoes what another has just found; all who ask during one share the next.
 */
export class SocketRegistry implements AsyncDisposable {
  readonly #sockets = new Map<string, AppHostSocket>();
  #inOrder: readonly AppHostSocket[] | undefined;
  #next: Look | undefined;
  #isLooking = false;
  #isDisposed = false;

  /** @param trustsOwnDirectories whether files that `listOwnSockets` names are not looked at before they are connected to. Default: false */
  constructor(
    private readonly directories: Readonly<Record<BackchannelDirectoryKind, string>>,
    private readonly files: IFileSystem,
    private readonly context: SocketContext,
    private readonly events: SocketRegistryEvents,
    private readonly trustsOwnDirectories: boolean = false,
  ) {}

  /** In the order of their paths. Sorted when there are others than before only: a change of a thousand sockets' states is cheap. */
  get sockets(): readonly AppHostSocket[] {
    return (this.#inOrder ??= [...this.#sockets.values()].sort((a, b) => (a.path < b.path ? -1 : 1)));
  }

  /**
   * Brings the known sockets in line with the directories.
   *
   * @throws PrivateDirectoryError when a directory cannot be read
   */
  look(): Promise<void> {
    return this.#request(look => (look.all = true));
  }

  /** The same, and every file is compared with the one that was found under its name. */
  lookClosely(): Promise<void> {
    return this.#request(look => (look.all = look.identities = true));
  }

  /** Looks at one file, about which something was reported. */
  lookAt(file: SocketDirectoryChange): Promise<void> {
    return this.#request(look => look.names.set(join(file.directory, file.name), file));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    this.#inOrder = undefined;
    await Promise.all(sockets.map(socket => socket[Symbol.asyncDispose]()));
  }

  #request(add: (look: Look) => void): Promise<void> {
    this.#next ??= { all: false, identities: false, names: new Map(), done: new Deferred() };
    const { done } = this.#next;
    add(this.#next);
    if (!this.#isLooking) void this.#lookUntilDone();
    return done.promise;
  }

  async #lookUntilDone(): Promise<void> {
    this.#isLooking = true;
    for (let look = this.#next; look; look = this.#next) {
      this.#next = undefined;
      markHandled(look.done.promise);
      try {
        await this.#run(look);
        look.done.resolve();
      } catch (error) {
        look.done.reject(error);
      }
    }
    this.#isLooking = false;
  }

  async #run({ all, identities, names }: Look): Promise<void> {
    const failure = all ? await this.#compareNames() : undefined;
    const paths = new Set(identities ? this.#sockets.keys() : []);
    for (const [path, file] of names) if (this.#isCandidate(file)) paths.add(path);
    const rest = [...paths];
    while (rest.length > 0) await Promise.all(rest.splice(0, crowd).map(path => this.#compare(path, names.has(path))));
    if (failure) throw toError(failure.reason);
  }

  #isCandidate({ directory, name }: SocketDirectoryChange): boolean {
    return (Object.keys(this.directories) as BackchannelDirectoryKind[]).some(kind => this.directories[kind] === directory && acceptsFileName(kind, name));
  }

  /** A directory that cannot be read keeps what it was known to have, and nothing from the other. */
  async #compareNames(): Promise<PromiseRejectedResult | undefined> {
    const kinds = Object.entries(this.directories) as [BackchannelDirectoryKind, string][];
    const results = await Promise.allSettled(kinds.map(([kind, directory]) => this.#compareNamesIn(kind, directory)));
    return results.find(result => result.status === 'rejected');
  }

  async #compareNamesIn(kind: BackchannelDirectoryKind, directory: string): Promise<void> {
    const { names, trusted } = await this.#read(directory);
    const paths = new Map(names.map(name => [`${directory}${sep}${name}`, name]));
    // One that was seen to be gone has been made anew under its old name since.
    for (const socket of this.#sockets.values())
      if (dirname(socket.path) === directory && (!paths.has(socket.path) || socket.state === 'gone')) this.#forget(socket);
    // Most are known at most looks, and what is known was accepted.
    for (const [path, name] of paths) if (!this.#sockets.has(path)) this.#discover(path, parseAcceptedName(kind, name), trusted?.has(name));
  }

  async #read(directory: string): Promise<{ names: readonly string[]; trusted?: ReadonlySet<string> }> {
    const { files } = this;
    try {
      const names = await files.list(directory);
      return this.trustsOwnDirectories ? { names, trusted: new Set(await files.listOwnSockets?.(directory)) } : { names };
    } catch (error) {
      throw new PrivateDirectoryError(
        directory,
        `cannot be read (${errorCodeOf(error) ?? String(error)}). Check who owns it and what its permissions are.`,
        error,
      );
    }
  }

  async #compare(path: string, isReported: boolean): Promise<void> {
    let facts: FileFacts | undefined;
    try {
      facts = await this.files.inspect(path);
    } catch {
      // Nothing is known of it, and nothing changes: an attempt to connect will say why.
      return;
    }
    const known = this.#sockets.get(path);
    if (known && (!facts || known.state === 'gone' || known.isAnotherThan(facts))) this.#forget(known);
    else if (known && isReported) this.events.onTouched(known);
    if (facts && !this.#sockets.has(path)) this.#discover(path, parseSocketName(path));
  }

  #discover(path: string, name: SocketName | undefined, isTrusted?: boolean): void {
    if (!name || this.#isDisposed) return;
    const socket = new AppHostSocket(path, name, this.context, isTrusted);
    this.#sockets.set(path, socket);
    this.#inOrder = undefined;
    this.events.onDiscovered(socket);
  }

  #forget(socket: AppHostSocket): void {
    this.#sockets.delete(socket.path);
    this.#inOrder = undefined;
    void socket[Symbol.asyncDispose]();
    this.events.onForgotten(socket);
  }
}
