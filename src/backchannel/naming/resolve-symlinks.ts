import { realpathSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

/**
 * The absolute path with its symbolic links resolved, as far as that is possible.
 *
 * Where a component is missing, unreadable, or a broken or circular link, it and everything after it are kept as written. Never throws.
 */
export function resolveSymlinks(path: string): string {
  const absolute = resolve(path);
  for (let prefix = absolute; ; prefix = dirname(prefix)) {
    try {
      return resolve(realpathSync.native(prefix), relative(prefix, absolute));
    } catch {
      if (dirname(prefix) === prefix) return absolute;
    }
  }
}
