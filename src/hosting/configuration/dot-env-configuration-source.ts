import { type IFileProvider, PhysicalFileProvider } from '../files/index.js';
import { keyDelimiter } from './configuration-path.js';
import type { IConfigurationBuilder } from './configuration.js';
import { parseDotEnv } from './dot-env-parser.js';
import { FileConfigurationProvider } from './file-configuration-provider.js';
import { FileConfigurationSource, type FileConfigurationSourceOptions, type FileSourceOptions } from './file-configuration-source.js';
import { startsWithKey } from './key-case.js';

/** Options of the source that reads a `.env` file. */
export interface DotEnvFileOptions extends FileSourceOptions {
  /** Only names that begin so count, in any case and after `__` has become `:`, and without it. Default: all. */
  readonly prefix?: string | undefined;
}

/** Options of {@link DotEnvConfigurationSource}. */
export interface DotEnvConfigurationSourceOptions extends FileConfigurationSourceOptions, DotEnvFileOptions {}

/** A `.env` file: `NAME=value`, with `__` for `:`. Nothing of it goes into `process.env`. Differs from .NET: an addition. */
export class DotEnvConfigurationSource extends FileConfigurationSource {
  readonly prefix: string;

  constructor(options: DotEnvConfigurationSourceOptions) {
    super(options);
    this.prefix = toKey(options.prefix ?? '');
  }

  override build(builder: IConfigurationBuilder): DotEnvConfigurationProvider {
    return new DotEnvConfigurationProvider(this, builder);
  }

  /** The name of a `.env` file is one of those that a file provider leaves out. */
  protected override adapt(files: IFileProvider): IFileProvider {
    return files instanceof PhysicalFileProvider ? files.withExclusionFilters('none') : files;
  }
}

export class DotEnvConfigurationProvider extends FileConfigurationProvider {
  readonly #prefix: string;

  constructor(source: DotEnvConfigurationSource, builder: IConfigurationBuilder) {
    super(source, builder);
    this.#prefix = source.prefix;
  }

  protected override parse(text: string): [key: string, value: string][] {
    const entries = parseDotEnv(text).map(([name, value]) => [toKey(name), value] as const);
    return entries.filter(([key]) => startsWithKey(key, this.#prefix)).map(([key, value]) => [key.slice(this.#prefix.length), value]);
  }
}

function toKey(name: string): string {
  return name.replaceAll('__', keyDelimiter);
}
