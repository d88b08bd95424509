import type { FileWatcher, IFileProvider } from '../files/index.js';
import { type ChainedConfigurationOptions, ChainedConfigurationSource } from './chained-configuration.js';
import { CommandLineConfigurationSource, type SwitchMappings } from './command-line-configuration.js';
import type { IConfiguration, IConfigurationBuilder, IConfigurationRoot, IConfigurationSource } from './configuration.js';
import { DotEnvConfigurationSource, type DotEnvFileOptions } from './dot-env-configuration-source.js';
import { EnvironmentVariablesConfigurationSource, type EnvironmentVariablesOptions } from './environment-variables-configuration.js';
import type { FileSourceOptions } from './file-configuration-source.js';
import { createFileProvider, createFileWatcher, type FileLoadExceptionContext, fileProperties, type FileWarning } from './file-defaults.js';
import { JsonConfigurationSource } from './json-configuration-source.js';
import { JsonTextConfigurationSource } from './json-text-configuration.js';
import { KeyPerFileConfigurationSource, type KeyPerFileOptions } from './key-per-file-configuration-source.js';
import { type InitialData, MemoryConfigurationSource } from './memory-configuration.js';
import { readAll } from './read-all.js';
import { addUserSecrets, type UserSecretsOptions } from './user-secrets.js';

/** A method for each kind of source, for everything that collects sources: each adds one that wins over those that are there. */
export abstract class ConfigurationBuilderMethods implements IConfigurationBuilder {
  abstract readonly sources: readonly IConfigurationSource[];
  abstract readonly properties: Map<unknown, unknown>;
  /** @throws ArgumentOutOfRangeError when there is no such place among the sources */
  abstract insert(index: number, source: IConfigurationSource): this;
  /** @throws ArgumentOutOfRangeError when there is no such source */
  abstract removeAt(index: number): this;
  abstract clear(): this;
  abstract build(): IConfigurationRoot;

  add(source: IConfigurationSource): this {
    return this.insert(this.sources.length, source);
  }

  /** Keys and values that the program gives. @throws ArgumentError when a key occurs twice, ignoring case */
  addInMemoryCollection(initialData: InitialData = []): this {
    return this.add(new MemoryConfigurationSource(initialData));
  }

  /** Arguments such as `process.argv.slice(2)`; `switchMappings` gives keys to switches such as `-p`. */
  addCommandLine(args: Iterable<string>, switchMappings: SwitchMappings = []): this {
    return this.add(new CommandLineConfigurationSource(args, switchMappings));
  }

  /** The environment variables, or those whose names begin with the prefix, which is taken off. */
  addEnvironmentVariables(prefix?: string, options: Omit<EnvironmentVariablesOptions, 'prefix'> = {}): this {
    return this.add(new EnvironmentVariablesConfigurationSource({ ...options, ...(prefix !== undefined && { prefix }) }));
  }

  /** Another configuration, with whatever it becomes. */
  addConfiguration(configuration: IConfiguration, options: ChainedConfigurationOptions = {}): this {
    return this.add(new ChainedConfigurationSource(configuration, options));
  }

  /** A JSON document that is at hand. */
  addJsonText(json: string | Uint8Array): this {
    return this.add(new JsonTextConfigurationSource(json));
  }

  /**
   * A JSON document that a stream brings: it is read to its end, and then added.
   *
   * @throws ConfigurationFormatError when it has more than 16 MiB
   * @throws OperationCanceledError when `options.signal` fires first
   */
  async addJsonStream(stream: AsyncIterable<Uint8Array | string>, options: { readonly signal?: AbortSignal } = {}): Promise<this> {
    return this.addJsonText(await readAll(stream, options.signal));
  }

  /**
   * A JSON file, with comments and trailing commas; below the base path unless the path is absolute.
   *
   * @throws ArgumentError (`path`) when it is empty
   */
  addJsonFile(path: string, options: FileSourceOptions = {}): this {
    return this.add(new JsonConfigurationSource({ ...options, path }));
  }

  /** A `.env` file; nothing of it goes into `process.env`. @throws ArgumentError (`path`) when it is empty */
  addEnvFile(path: string, options: DotEnvFileOptions = {}): this {
    return this.add(new DotEnvConfigurationSource({ ...options, path }));
  }

  /** A directory in which each file is a value: the secrets of Docker and Kubernetes. @throws ArgumentError when it is no absolute path */
  addKeyPerFile(directory: string, options: KeyPerFileOptions = {}): this {
    return this.add(new KeyPerFileConfigurationSource({ ...options, directory }));
  }

  /**
   * The secrets that a developer keeps outside of the project, by their id; without one by the `userSecretsId` of the nearest package.json.
   *
   * @throws InvalidOperationError when the id is none, or there is none and the secrets are not optional, which they are by default
   */
  addUserSecrets(id?: string, options: UserSecretsOptions = {}): this {
    return addUserSecrets(this, id, options);
  }

  /** The directory that relative paths of files belong to. Default: that of the main script. @throws ArgumentError (`root`) when it is no absolute path */
  setBasePath(basePath: string): this {
    return this.setFileProvider(createFileProvider(this, basePath));
  }

  /** The files that relative paths belong to. Whoever made the provider disposes it. */
  setFileProvider(fileProvider: IFileProvider): this {
    return this.#setProperty(fileProperties.fileProvider, fileProvider);
  }

  /** Called when a file cannot be loaded, by all file sources that say nothing else. */
  setFileLoadExceptionHandler(handler: (context: FileLoadExceptionContext) => void): this {
    return this.#setProperty(fileProperties.loadExceptionHandler, handler);
  }

  /** Called with what the program goes on without. Default: `process.emitWarning`. */
  setFileWarningHandler(handler: (warning: FileWarning) => void): this {
    return this.#setProperty(fileProperties.warningHandler, handler);
  }

  /** Who watches the files, and by which clock; to be said before the base path. Whoever made the watcher disposes it. */
  setFileWatcher(fileWatcher: FileWatcher): this {
    return this.#setProperty(fileProperties.fileWatcher, fileWatcher);
  }

  /** Who watches the files of all sources. Default: one that holds nothing while no file is watched, and so needs no disposal. */
  get fileWatcher(): FileWatcher {
    const given = this.properties.get(fileProperties.fileWatcher) as FileWatcher | undefined;
    return given ?? (this.#fileWatcher ??= createFileWatcher(this));
  }

  #fileWatcher: FileWatcher | undefined;

  #setProperty(key: string, value: unknown): this {
    this.properties.set(key, value);
    return this;
  }
}
