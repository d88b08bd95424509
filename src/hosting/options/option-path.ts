import type { IConfiguration } from '../configuration/index.js';
import { equalKeys } from '../configuration/key-case.js';
import { isSecretName } from '../primitives/index.js';

/** Where a section stands; the whole configuration has no path. */
export function sectionPathOf(configuration: IConfiguration): string {
  return (configuration as { readonly path?: string }).path ?? '';
}

/**
 * Whether what stands there is secret: its key says so, or it was declared to be, or something that holds it.
 *
 * @param path the names from the options on; the positions of lists do not count
 * @param key the whole key in the configuration
 */
export function isSecretPath(path: readonly PropertyKey[], key: string, secrets: readonly string[] = []): boolean {
  if (isSecretName(key)) return true;
  const names = path.map(String);
  const withoutPositions = names.filter(name => !/^\d+$/.test(name));
  return secrets.some(secret => isAtOrBelow(names, secret) || isAtOrBelow(withoutPositions, secret));
}

function isAtOrBelow(names: readonly string[], secret: string): boolean {
  const parts = secret.split(/[.:]/);
  return parts.length <= names.length && parts.every((part, index) => equalKeys(part, names[index]!));
}
