import { ArgumentError } from '../primitives/index.js';
import { ConfigurationData } from './configuration-data.js';
import { ConfigurationProvider } from './configuration-provider.js';
import type { IConfigurationProvider, IConfigurationSource } from './configuration.js';

/** Keys, with `:` between their parts, and values; undefined is null. */
export type InitialData = Readonly<Record<string, string | null | undefined>> | Iterable<readonly [key: string, value: string | null | undefined]>;

/** Values that the program itself gives. @see Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource */
export class MemoryConfigurationSource implements IConfigurationSource {
  constructor(readonly initialData: InitialData = []) {}

  /** @throws ArgumentError when a key occurs twice, ignoring case */
  build(): IConfigurationProvider {
    return new MemoryConfigurationProvider(this.initialData);
  }
}

/** Keeps what was set when it is loaded again. @see Microsoft.Extensions.Configuration.Memory.MemoryConfigurationProvider */
export class MemoryConfigurationProvider extends ConfigurationProvider {
  constructor(initialData: InitialData = []) {
    super();
    this.data = new ConfigurationData();
    for (const [key, value] of isIterable(initialData) ? initialData : Object.entries(initialData)) {
      if (this.data.has(key)) throw new ArgumentError('initialData', `An item with the same key has already been added. Key: ${key}`);
      this.data.set(key, value ?? null);
    }
  }

  override toString(): string {
    return 'MemoryConfigurationProvider';
  }
}

function isIterable(data: InitialData): data is Iterable<readonly [key: string, value: string | null | undefined]> {
  return typeof (data as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';
}
