import { basename, dirname, isAbsolute } from 'node:path';
import type { IFileProvider } from '../files/index.js';
import { ArgumentError } from '../primitives/index.js';
import type { TimeProvider } from '../time/index.js';
import type { IConfigurationBuilder, IConfigurationProvider, IConfigurationSource } from './configuration.js';
import { createFileProvider, type FileLoadExceptionContext, fileProviderOf, fileWatcherOf, loadExceptionHandlerOf } from './file-defaults.js';
import { defaultReloadDelay, type ReloadingParts } from './reloading-configuration-provider.js';

/** Options of the sources that read one file. */
export interface FileSourceOptions {
  /** Whether the file need not exist. Default: false. */
  readonly optional?: boolean | undefined;
  /** Whether the file is loaded again when it changes. Default: false. */
  readonly reloadOnChange?: boolean | undefined;
  /**
   * Milliseconds for which the file must be at rest before it is loaded again. After eight times that a rest of 20 ms is enough, after forty times none is
   * needed. Default: 250.
   */
  readonly reloadDelay?: number | undefined;
  /** Where the file lies. Default: an absolute path in the file system, a relative one below the base path of the builder. */
  readonly fileProvider?: IFileProvider | undefined;
  /** Called when the file cannot be loaded. Default: that of the builder. */
  readonly onLoadException?: ((context: FileLoadExceptionContext) => void) | undefined;
  /** The clock that measures `reloadDelay`. Default: that of the builder's file watcher. */
  readonly timeProvider?: TimeProvider | undefined;
  /** How many bytes the file may have. Default: 16,777,216. */
  readonly maxLength?: number | undefined;
}

/** Options of {@link FileConfigurationSource}. */
export interface FileConfigurationSourceOptions extends FileSourceOptions {
  readonly path: string;
}

/** In bytes: far more than anyone writes, far less than what would hold up the program. */
export const defaultMaxLength = 16_777_216;

/**
 * The base of sources that read one file.
 *
 * @see Microsoft.Extensions.Configuration.FileConfigurationSource
 */
export abstract class FileConfigurationSource implements IConfigurationSource {
  readonly path: string;
  readonly optional: boolean;
  readonly maxLength: number;

  /** @throws ArgumentError (`path`) when it is empty */
  constructor(private readonly options: FileConfigurationSourceOptions) {
    if (typeof options.path !== 'string' || options.path === '') throw new ArgumentError('path', 'File path must be a non-empty string.');
    const { path, optional = false, maxLength = defaultMaxLength } = options;
    // As in .NET, an absolute path becomes a name in a directory of its own.
    this.path = this.#isInFileSystem ? basename(path) : path;
    this.optional = optional;
    this.maxLength = maxLength;
  }

  abstract build(builder: IConfigurationBuilder): IConfigurationProvider;

  /** What a provider of this source needs, with what the builder has to say. */
  partsFor(builder: IConfigurationBuilder): ReloadingParts {
    const { reloadOnChange = false, reloadDelay = defaultReloadDelay, onLoadException, timeProvider } = this.options;
    return {
      builder,
      fileProvider: this.#fileProviderFor(builder),
      filter: this.path,
      reloadOnChange,
      reloadDelay,
      timeProvider: timeProvider ?? fileWatcherOf(builder).timeProvider,
      onLoadException: onLoadException ?? loadExceptionHandlerOf(builder),
    };
  }

  /** What of the builder's files the source sees. */
  protected adapt(files: IFileProvider): IFileProvider {
    return files;
  }

  get #isInFileSystem(): boolean {
    return this.options.fileProvider === undefined && isAbsolute(this.options.path);
  }

  #fileProviderFor(builder: IConfigurationBuilder): IFileProvider {
    if (this.#isInFileSystem) return createFileProvider(builder, dirname(this.options.path));
    return this.options.fileProvider ?? this.adapt(fileProviderOf(builder));
  }
}
