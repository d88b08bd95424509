import { ArgumentOutOfRangeError } from '../primitives/index.js';
import { ConfigurationRoot } from './configuration-root.js';
import { ConfigurationBuilderMethods } from './configuration-sources.js';
import type { IConfigurationRoot, IConfigurationSource } from './configuration.js';
import { buildProviders } from './provider-ownership.js';

/**
 * Collects sources and builds a configuration of them; each `build` makes one of its own.
 *
 * @see Microsoft.Extensions.Configuration.ConfigurationBuilder
 */
export class ConfigurationBuilder extends ConfigurationBuilderMethods {
  readonly #sources: IConfigurationSource[] = [];
  override readonly properties: Map<unknown, unknown> = new Map();

  override get sources(): readonly IConfigurationSource[] {
    return this.#sources;
  }

  override insert(index: number, source: IConfigurationSource): this {
    throwUnlessIndex(index, this.#sources.length);
    this.#sources.splice(index, 0, source);
    return this;
  }

  override removeAt(index: number): this {
    throwUnlessIndex(index, this.#sources.length - 1);
    this.#sources.splice(index, 1);
    return this;
  }

  override clear(): this {
    this.#sources.length = 0;
    return this;
  }

  /** Loads all sources. @throws whatever the first one throws that cannot be loaded; nothing stays open then */
  override build(): IConfigurationRoot {
    return new ConfigurationRoot(buildProviders(this.#sources, source => source.build(this)));
  }
}

/** @throws ArgumentOutOfRangeError unless `index` is a place from 0 to `last` */
export function throwUnlessIndex(index: number, last: number): void {
  if (Number.isInteger(index) && index >= 0 && index <= last) return;
  throw new ArgumentOutOfRangeError('index', index, last < 0 ? 'given only when there are sources' : `a whole number from 0 to ${last}`);
}
