import { EOL } from 'node:os';
import { type IFileInfo, type IFileProvider, PhysicalFileProvider } from '../files/index.js';
import { ArgumentError, errorCodeOf, HostwardError } from '../primitives/index.js';
import type { TimeProvider } from '../time/index.js';
import { ConfigurationData } from './configuration-data.js';
import { keyDelimiter } from './configuration-path.js';
import type { IConfigurationBuilder, IConfigurationSource } from './configuration.js';
import { type FileLoadExceptionContext, fileWatcherOf, loadExceptionHandlerOf } from './file-defaults.js';
import { defaultMaxLength } from './file-configuration-source.js';
import { DirectoryNotFoundError, InvalidDataError } from './file-errors.js';
import { defaultReloadDelay, ReloadingConfigurationProvider } from './reloading-configuration-provider.js';

/** Options of the key-per-file source. */
export interface KeyPerFileOptions {
  /** Whether the directory need not exist. Default: false. */
  readonly optional?: boolean | undefined;
  /** Files whose name begins so are left out. Default: `ignore.`. */
  readonly ignorePrefix?: string | undefined;
  /** Which files are left out, by their name; `ignorePrefix` does not count then. */
  readonly ignoreCondition?: ((name: string) => boolean) | undefined;
  /** What stands for `:` in names. Default: `__`. */
  readonly sectionDelimiter?: string | undefined;
  /** Whether the files are read again when one changes. Default: false. */
  readonly reloadOnChange?: boolean | undefined;
  /** Milliseconds for which the files must be at rest before they are read again. Default: 250. */
  readonly reloadDelay?: number | undefined;
  /** Called when the files cannot be read. Default: that of the builder. */
  readonly onLoadException?: ((context: FileLoadExceptionContext) => void) | undefined;
  /** The clock that measures `reloadDelay`. Default: that of the builder's file watcher. */
  readonly timeProvider?: TimeProvider | undefined;
  /** How many bytes all files together may have. Default: 16,777,216. */
  readonly maxLength?: number | undefined;
}

/** Options of {@link KeyPerFileConfigurationSource}: either a directory or a file provider. */
export type KeyPerFileConfigurationSourceOptions = KeyPerFileOptions &
  ({ readonly directory: string; readonly fileProvider?: undefined } | { readonly fileProvider: IFileProvider; readonly directory?: undefined });

/**
 * A directory in which each file is a value and its name the key: the secrets of Docker and Kubernetes.
 *
 * Files whose name begins with a dot are no values, neither are directories. One line break at the end is cut off, in the form that it has on the system.
 *
 * Differs from .NET: the directory may appear after the program has started; a failed reload keeps the values of before.
 *
 * @see Microsoft.Extensions.Configuration.KeyPerFile.KeyPerFileConfigurationSource
 */
export class KeyPerFileConfigurationSource implements IConfigurationSource {
  /** @throws ArgumentError (`root`) when the directory is no absolute path, (`sectionDelimiter`) when that is empty */
  constructor(private readonly options: KeyPerFileConfigurationSourceOptions) {
    if (options.sectionDelimiter === '') throw new ArgumentError('sectionDelimiter', 'The delimiter of sections must not be empty.');
    if (options.fileProvider === undefined) new PhysicalFileProvider(options.directory);
  }

  build(builder: IConfigurationBuilder): KeyPerFileConfigurationProvider {
    const { directory, fileProvider } = this.options;
    const files = fileProvider ?? new PhysicalFileProvider(directory, { fileWatcher: fileWatcherOf(builder) });
    return new KeyPerFileConfigurationProvider(this.options, files, builder);
  }
}

/** So often the files are read while they change. */
const attempts = 5;

/** @see Microsoft.Extensions.Configuration.KeyPerFile.KeyPerFileConfigurationProvider */
export class KeyPerFileConfigurationProvider extends ReloadingConfigurationProvider {
  readonly #options: KeyPerFileOptions;
  readonly #files: IFileProvider;

  constructor(options: KeyPerFileOptions, files: IFileProvider, builder: IConfigurationBuilder) {
    super({
      builder,
      fileProvider: files,
      filter: '/',
      reloadOnChange: options.reloadOnChange ?? false,
      reloadDelay: options.reloadDelay ?? defaultReloadDelay,
      timeProvider: options.timeProvider ?? fileWatcherOf(builder).timeProvider,
      onLoadException: options.onLoadException ?? loadExceptionHandlerOf(builder),
    });
    this.#options = options;
    this.#files = files;
  }

  /**
   * @throws DirectoryNotFoundError when there is no directory, and it is not optional
   * @throws InvalidDataError when a file cannot be read, or two files have names that are one key
   */
  protected override read(): ConfigurationData {
    try {
      return this.#readUnchanged();
    } catch (cause) {
      if (cause instanceof DirectoryNotFoundError) throw cause;
      throw new InvalidDataError(this.#where, `Failed to load configuration from the files in '${this.#where}'.`, { cause });
    }
  }

  override toString(): string {
    return `${super.toString()} for files in '${this.#where}' (${this.#options.optional ? 'Optional' : 'Required'})`;
  }

  get #where(): string {
    return this.#files instanceof PhysicalFileProvider ? this.#files.root : this.#files.constructor.name;
  }

  /** Files that belong together are replaced together, and so may be while they are read: then all are read again. */
  #readUnchanged(): ConfigurationData {
    for (let attempt = 1; ; attempt++) {
      const files = this.#list();
      try {
        const data = this.#readAll(files);
        if (attempt === attempts || isSame(files, this.#list())) return data;
      } catch (error) {
        if (attempt === attempts || errorCodeOf(error) !== 'ENOENT') throw error;
      }
    }
  }

  #list(): IFileInfo[] {
    const entries = this.#files.getDirectoryContents('/');
    const exists = this.#files.directoryExists?.('/') ?? entries.length > 0;
    if (!exists && !this.#options.optional) throw new DirectoryNotFoundError(this.#files instanceof PhysicalFileProvider ? this.#files.root : undefined);
    return entries.filter(({ isDirectory, name }) => !isDirectory && !this.#isIgnored(name));
  }

  #isIgnored(name: string): boolean {
    const { ignoreCondition, ignorePrefix = 'ignore.' } = this.#options;
    return ignoreCondition ? ignoreCondition(name) : ignorePrefix !== '' && name.startsWith(ignorePrefix);
  }

  #readAll(files: readonly IFileInfo[]): ConfigurationData {
    this.#throwIfTooLong(files);
    const data = new ConfigurationData();
    for (const file of files) {
      const key = file.name.replaceAll(this.#options.sectionDelimiter ?? '__', keyDelimiter);
      if (data.has(key)) throw new InvalidDataError(this.#where, `More than one file has a name that is the key '${key}'. Remove or rename all but one.`);
      data.set(key, withoutLineBreak(file.readText()));
    }
    return data;
  }

  #throwIfTooLong(files: readonly IFileInfo[]): void {
    const { maxLength = defaultMaxLength } = this.#options;
    const length = files.reduce((sum, file) => sum + file.length, 0);
    if (length <= maxLength) return;
    const problem = `The files were expected to have at most ${maxLength} bytes together, but have ${length}. Raise maxLength if it is the right directory.`;
    throw new HostwardError('ERR_FILE_TOO_LONG', problem);
  }
}

function isSame(before: readonly IFileInfo[], after: readonly IFileInfo[]): boolean {
  const looks = (files: readonly IFileInfo[]) => files.map(({ name, length, lastModified }) => `${name}/${length}/${lastModified}`).join('\n');
  return looks(before) === looks(after);
}

function withoutLineBreak(text: string): string {
  return text.endsWith(EOL) ? text.slice(0, -EOL.length) : text;
}
