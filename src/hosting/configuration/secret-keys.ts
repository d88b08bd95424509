import { isSecretName } from '../primitives/index.js';
import type { IConfiguration, IConfigurationSection } from './configuration.js';
import { keyDelimiter } from './configuration-path.js';
import { equalKeys } from './key-case.js';

/** What knows which of its values are secret, and can be told: this library's configurations and their sections. */
export interface KnowsSecrets {
  /** Hides what stands there from now on. */
  markSecret(key: string): void;
  /** Whether what stands there is hidden: by its name, or because it was marked. */
  isSecret(key: string): boolean;
}

/** The keys that were marked as those of secrets. */
export class SecretKeys {
  readonly #marked: (readonly string[])[] = [];

  add(key: string): void {
    const names = key.split(keyDelimiter);
    if (!this.#marked.some(marked => marked.length === names.length && isAtOrBelow(names, marked))) this.#marked.push(names);
  }

  has(key: string): boolean {
    if (this.#marked.length === 0) return false;
    const names = key.split(keyDelimiter);
    return this.#marked.some(marked => isAtOrBelow(names, marked));
  }
}

/** Whether the names lead to `place`, or further down. `*` is any name; the positions of lists need not stand in it: what it says of one item, it says of all. */
export function isAtOrBelow(names: readonly string[], place: readonly string[]): boolean {
  let found = 0;
  for (const name of names) {
    if (found === place.length) return true;
    if (place[found] === '*' || equalKeys(name, place[found]!)) found++;
    else if (!/^\d+$/.test(name)) return false;
  }
  return found === place.length;
}

export function knowsSecrets(value: object): value is KnowsSecrets {
  return typeof (value as Partial<KnowsSecrets>).markSecret === 'function';
}

/** Whether the value of a key is secret, as far as the configuration can tell; one of another kind is judged by the name. */
export function isSecretKey(configuration: IConfiguration, key: string): boolean {
  return knowsSecrets(configuration) ? configuration.isSecret(key) : isSecretName(key);
}

/** The same of the value that a section itself has. */
export function holdsSecret(section: IConfigurationSection): boolean {
  return (section as { readonly hasSecretValue?: boolean }).hasSecretValue ?? isSecretName(section.path);
}
