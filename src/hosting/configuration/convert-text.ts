import { secretMask } from '../primitives/index.js';
import { ConfigurationBindingError } from './configuration-errors.js';
import type { ScalarType } from './configuration-types.js';
import type { IConfigurationSection } from './configuration.js';
import { sourceOf } from './provenance.js';
import { holdsSecret } from './secret-keys.js';

/** The value that the text of a section gives. @throws ConfigurationBindingError when it gives none */
export function convertText<T>(type: ScalarType<T, unknown>, text: string, section: IConfigurationSection): T | undefined {
  if (type.isNullable && text === '') return undefined;
  const value = type.convert(text);
  if (value === undefined) throw conversionError(section, text, type.name, type.expected);
  return value;
}

/** What is wrong with a text, without the text when the section is that of a secret. */
export function conversionError(section: IConfigurationSection, text: string, typeName: string, expected: string): ConfigurationBindingError {
  const { path } = section;
  const found = holdsSecret(section) ? secretMask : shortened(text);
  const source = sourceOf(section);
  const problem = `Failed to convert configuration value '${found}' at '${path}' to type '${typeName}'.`;
  const origin = source === undefined ? '' : ` The value comes from ${source}.`;
  return new ConfigurationBindingError(`${problem} Expected ${expected}.${origin}`, { path, source, expected, found });
}

/** A value may have any size, a message should not. */
function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
