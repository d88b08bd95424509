import { readdirSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { ArgumentError, errorCodeOf, type IChangeToken, ObjectDisposedError, onDispose } from '../primitives/index.js';
import { FileChangeToken, nullChangeToken } from './file-change-token.js';
import type { IFileInfo, IFileProvider } from './file-provider.js';
import { FileWatcher } from './file-watcher.js';
import { NotFoundFileInfo, PhysicalFileInfo } from './physical-file-info.js';

/** Options of {@link PhysicalFileProvider}. */
export interface PhysicalFileProviderOptions {
  /**
   * Which files it acts as if they did not exist: `sensitive` are those whose name begins with a dot. Default: `sensitive`.
   *
   * Differs from .NET: on Windows the attributes `hidden` and `system` do not count, Node has no access to them.
   */
  readonly exclusionFilters?: 'sensitive' | 'none';
  /** Who watches the files. Default: one of its own. One that is given is not disposed with the provider; several providers may share it. */
  readonly fileWatcher?: FileWatcher;
}

/**
 * The files below a directory, which need not exist yet.
 *
 * A path that leaves the root by `..`, or names a drive, leads to nothing; a `/` at its beginning stands for the root. Links are followed wherever they lead.
 *
 * Differs from .NET: what is watched is a path or a directory, without wildcards; and a watch ends with the last callback of its token, so that a provider that
 * is not disposed holds nothing once nobody listens.
 *
 * @see Microsoft.Extensions.FileProviders.PhysicalFileProvider
 */
export class PhysicalFileProvider implements IFileProvider, Disposable {
  /** Absolute, with a separator at its end. */
  readonly root: string;
  readonly #isSensitiveExcluded: boolean;
  readonly #watches = new Set<Disposable>();
  readonly #ownsWatcher: boolean;
  #watcher: FileWatcher | undefined;
  #isDisposed = false;

  /** @throws ArgumentError (`root`) when it is not an absolute path */
  constructor(root: string, { exclusionFilters = 'sensitive', fileWatcher }: PhysicalFileProviderOptions = {}) {
    if (typeof root !== 'string' || !isAbsolute(root) || root.includes('\0')) throw new ArgumentError('root', 'The path must be absolute.');
    this.root = join(root, sep);
    this.#isSensitiveExcluded = exclusionFilters === 'sensitive';
    this.#watcher = fileWatcher;
    this.#ownsWatcher = fileWatcher === undefined;
  }

  /** The same files with other exclusions, watched by the same watcher. */
  withExclusionFilters(exclusionFilters: 'sensitive' | 'none'): PhysicalFileProvider {
    return new PhysicalFileProvider(this.root, { exclusionFilters, fileWatcher: (this.#watcher ??= new FileWatcher()) });
  }

  getFileInfo(subpath: string): IFileInfo {
    const path = this.#resolve(subpath);
    if (path === undefined || path === this.root) return new NotFoundFileInfo(subpath);
    const info = new PhysicalFileInfo(path, false);
    return this.#isExcluded(info.name) ? new NotFoundFileInfo(subpath) : info;
  }

  /** @throws the system's error for a directory that is there but cannot be read */
  getDirectoryContents(subpath: string): IFileInfo[] {
    const path = this.#resolve(subpath);
    return path === undefined ? [] : (this.#namesIn(path) ?? []).map(name => new PhysicalFileInfo(join(path, name), true)).filter(({ exists }) => exists);
  }

  directoryExists(subpath: string): boolean {
    const path = this.#resolve(subpath);
    return path !== undefined && this.#namesIn(path) !== undefined;
  }

  /**
   * A token that fires once; it holds a watch from now on, until it fires, its last callback is disposed, or the provider is.
   *
   * @throws ObjectDisposedError
   */
  watch(filter: string): IChangeToken {
    if (this.#isDisposed) throw new ObjectDisposedError('PhysicalFileProvider');
    const path = this.#resolve(filter);
    if (path === undefined) return nullChangeToken();
    const watcher = (this.#watcher ??= new FileWatcher());
    return new FileChangeToken(callback => this.#hold(watcher.watch(path, callback)));
  }

  /** Ends what it watches; files can still be read. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const watch of [...this.#watches]) watch[Symbol.dispose]();
    if (this.#ownsWatcher) this.#watcher?.[Symbol.dispose]();
  }

  #hold(watch: Disposable): Disposable {
    const held = onDispose(() => {
      this.#watches.delete(held);
      watch[Symbol.dispose]();
    });
    this.#watches.add(held);
    return held;
  }

  /** The absolute path, or undefined when it is none below the root. */
  #resolve(subpath: string): string | undefined {
    const relative = subpath.replace(leadingSeparators, '');
    if (relative.includes('\0') || isAbsolute(relative) || (/^[a-z]:/i.test(relative) && sep === '\\') || leavesRoot(relative)) return undefined;
    const path = join(this.root, relative);
    return path + sep === this.root ? this.root : path;
  }

  #namesIn(path: string): string[] | undefined {
    try {
      return readdirSync(path).filter(name => !this.#isExcluded(name));
    } catch (error) {
      const code = errorCodeOf(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
  }

  #isExcluded(name: string): boolean {
    return this.#isSensitiveExcluded && name.startsWith('.');
  }
}

const separators = sep === '/' ? /\/+/ : /[\\/]+/;
const leadingSeparators = sep === '/' ? /^\/+/ : /^[\\/]+/;

/** Whether the path is above its beginning anywhere on its way, not only at its end. */
function leavesRoot(path: string): boolean {
  let depth = 0;
  for (const part of path.split(separators)) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}
