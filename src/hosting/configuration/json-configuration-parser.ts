import { ConfigurationData } from './configuration-data.js';
import { ConfigurationFormatError } from './configuration-errors.js';
import { combineConfigurationPath } from './configuration-path.js';
import { type JsonNode, readJson } from './json-reader.js';

/**
 * The keys and values of a JSON document: objects become sections, arrays sections with numbers for keys, numbers stay as they are written, booleans become
 * `True` and `False`, an empty array the empty text, null and an empty object null.
 *
 * Comments, trailing commas and a byte-order mark are accepted. The parts of a document may be at most 64 deep.
 *
 * @throws JsonReaderError when the text is no JSON
 * @throws ConfigurationFormatError when the document is no object, or gives two values to one key
 * @see Microsoft.Extensions.Configuration.Json.JsonConfigurationFileParser
 */
export function parseJsonConfiguration(text: string): Map<string, string | null> {
  const root = readJson(text.startsWith('\ufeff') ? text.slice(1) : text);
  if (root.kind !== 'Object') throw new ConfigurationFormatError(`Top-level JSON element must be an object. Instead, '${root.kind}' was found.`);
  const data = new ConfigurationData();
  for (const [name, value] of root.members) visit(value, name, data);
  return new Map(data);
}

function visit(node: JsonNode, path: string, data: ConfigurationData): void {
  switch (node.kind) {
    case 'Object':
      for (const [name, value] of node.members) visit(value, combineConfigurationPath(path, name), data);
      // Empty says what it is, and does so over an earlier value: only values of their own are told from each other.
      if (node.members.length === 0) data.set(path, null);
      break;
    case 'Array':
      node.items.forEach((item, index) => visit(item, combineConfigurationPath(path, String(index)), data));
      if (node.items.length === 0) data.set(path, '');
      break;
    default:
      if (data.has(path)) throw new ConfigurationFormatError(`A duplicate key '${path}' was found.`);
      data.set(path, node.text);
  }
}
