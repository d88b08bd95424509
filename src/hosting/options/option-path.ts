import type { IConfiguration } from '../configuration/index.js';
import { isAtOrBelow } from '../configuration/secret-keys.js';
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
  return secrets.some(secret => isAtOrBelow(names, secret.split(/[.:]/)));
}
