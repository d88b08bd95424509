import type { IFileInfo, IFileProvider } from '../files/index.js';
import { HostwardError } from '../primitives/index.js';
import { ConfigurationData } from './configuration-data.js';
import type { IConfigurationBuilder } from './configuration.js';
import type { FileConfigurationSource } from './file-configuration-source.js';
import { FileNotFoundError, InvalidDataError } from './file-errors.js';
import { ReloadingConfigurationProvider } from './reloading-configuration-provider.js';

/**
 * The base of providers that read one file.
 *
 * Differs from .NET: when the file changes to something that cannot be loaded, or is deleted although it is not optional, the values of before stay, where .NET
 * goes on without any; a reload that finds the same values fires no token; and a file is loaded again when it is at rest, not a fixed time after the first change.
 *
 * @see Microsoft.Extensions.Configuration.FileConfigurationProvider
 */
export abstract class FileConfigurationProvider extends ReloadingConfigurationProvider {
  readonly #source: FileConfigurationSource;
  readonly #fileProvider: IFileProvider;

  constructor(source: FileConfigurationSource, builder: IConfigurationBuilder) {
    const parts = source.partsFor(builder);
    super(parts);
    this.#source = source;
    this.#fileProvider = parts.fileProvider;
  }

  /** The keys and values that the text of the file means. @throws when it means none */
  protected abstract parse(text: string): Iterable<readonly [key: string, value: string | null]>;

  /**
   * @throws FileNotFoundError when there is no file, and it is not optional
   * @throws InvalidDataError when it cannot be read or understood; `cause` says why
   */
  protected override read(): ConfigurationData {
    const { path, optional } = this.#source;
    const file = this.#fileProvider.getFileInfo(path);
    if (!file.exists && optional) return new ConfigurationData();
    if (!file.exists) throw new FileNotFoundError(path, file.physicalPath);
    try {
      return new ConfigurationData(this.parse(this.#readText(file)));
    } catch (cause) {
      const where = file.physicalPath ?? path;
      throw new InvalidDataError(where, `Failed to load configuration from file '${where}'.`, { cause });
    }
  }

  override toString(): string {
    return `${super.toString()} for '${this.#source.path}' (${this.#source.optional ? 'Optional' : 'Required'})`;
  }

  #readText(file: IFileInfo): string {
    const { maxLength } = this.#source;
    if (file.length <= maxLength) return file.readText();
    const problem = `A configuration file was expected to have at most ${maxLength} bytes, but has ${file.length}. Raise maxLength if it is the right file.`;
    throw new HostwardError('ERR_FILE_TOO_LONG', problem);
  }
}
