import { ConfigurationFormatError, JsonReaderError } from './configuration-errors.js';
import type { IConfigurationBuilder } from './configuration.js';
import { FileConfigurationProvider } from './file-configuration-provider.js';
import { FileConfigurationSource } from './file-configuration-source.js';
import { parseJsonConfiguration } from './json-configuration-parser.js';

/** A JSON file. @see Microsoft.Extensions.Configuration.Json.JsonConfigurationSource */
export class JsonConfigurationSource extends FileConfigurationSource {
  override build(builder: IConfigurationBuilder): JsonConfigurationProvider {
    return new JsonConfigurationProvider(this, builder);
  }
}

/** @see Microsoft.Extensions.Configuration.Json.JsonConfigurationProvider */
export class JsonConfigurationProvider extends FileConfigurationProvider {
  /** @throws ConfigurationFormatError when the text is no JSON, which is its `cause`, or when the document is none of a configuration */
  protected override parse(text: string): Map<string, string | null> {
    try {
      return parseJsonConfiguration(text);
    } catch (cause) {
      if (cause instanceof JsonReaderError) throw new ConfigurationFormatError('Could not parse the JSON file.', { cause });
      throw cause;
    }
  }
}
