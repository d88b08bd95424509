import { ConfigurationData } from './configuration-data.js';
import { ConfigurationProvider } from './configuration-provider.js';
import type { IConfigurationProvider, IConfigurationSource } from './configuration.js';
import { parseJsonConfiguration } from './json-configuration-parser.js';

/** A JSON document: text, or bytes of UTF-8. @see Microsoft.Extensions.Configuration.Json.JsonStreamConfigurationSource */
export class JsonTextConfigurationSource implements IConfigurationSource {
  constructor(readonly json: string | Uint8Array) {}

  build(): IConfigurationProvider {
    return new JsonTextConfigurationProvider(this.json);
  }
}

/**
 * Differs from .NET: it can be loaded again, for the document is there still. Values that were set are lost then.
 *
 * @see Microsoft.Extensions.Configuration.Json.JsonStreamConfigurationProvider
 */
export class JsonTextConfigurationProvider extends ConfigurationProvider {
  readonly #json: string | Uint8Array;

  constructor(json: string | Uint8Array) {
    super();
    this.#json = json;
  }

  /** @throws JsonReaderError, ConfigurationFormatError as `parseJsonConfiguration` does */
  override load(): void {
    const text = typeof this.#json === 'string' ? this.#json : new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#json);
    this.data = new ConfigurationData(parseJsonConfiguration(text));
  }

  override toString(): string {
    return 'JsonTextConfigurationProvider';
  }
}
