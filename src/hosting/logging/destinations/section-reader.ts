import type { IConfiguration, IConfigurationSection } from '../../configuration/configuration.js';
import { InvalidOperationError } from '../../primitives/index.js';

/**
 * Reads the values of a section of the configuration as what they have to be. A key that is not there, or empty, is undefined.
 *
 * Every method throws InvalidOperationError, with the key, what was expected and what was found, when a value is something else.
 */
export class SectionReader {
  constructor(private readonly section: IConfiguration) {}

  /** The text as it is; an empty one is none. */
  text(key: string): string | undefined {
    return this.section.get(key) || undefined;
  }

  boolean(key: string): boolean | undefined {
    const name = this.oneOf(key, ['true', 'false']);
    return name === undefined ? undefined : name === 'true';
  }

  integer(key: string): number | undefined {
    const text = this.text(key)?.trim();
    if (text === undefined) return undefined;
    if (!/^[+-]?\d{1,15}$/.test(text)) throw this.#unexpected(key, text, 'a whole number');
    return Number(text);
  }

  /** One of `names`, in any case. */
  oneOf<const T extends string>(key: string, names: readonly T[]): T | undefined {
    const text = this.text(key)?.trim();
    if (text === undefined) return undefined;
    const name = names.find(candidate => candidate.toLowerCase() === text.toLowerCase());
    if (name === undefined) throw this.#unexpected(key, text, `one of ${names.join(', ')}`);
    return name;
  }

  #unexpected(key: string, found: string, expected: string): InvalidOperationError {
    const { path } = this.section as Partial<IConfigurationSection>;
    return new InvalidOperationError(`Configuration value '${found}' is not supported at '${path ? `${path}:` : ''}${key}': expected ${expected}.`);
  }
}
