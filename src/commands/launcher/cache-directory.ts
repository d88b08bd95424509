import { isAbsolute } from 'node:path';

/** What {@link cacheDirectory} depends on. */
export interface CacheEnvironment {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/**
 * Where this user's programs keep what they can make again; undefined when there is no such place, or when `NODE_DISABLE_COMPILE_CACHE` is set.
 *
 * `XDG_CACHE_HOME`, else `~/.cache`; `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows.
 */
export function cacheDirectory({ env, platform }: CacheEnvironment): string | undefined {
  if (env['NODE_DISABLE_COMPILE_CACHE']) return undefined;
  const base = platform === 'win32' ? env['LOCALAPPDATA'] : (absolute(env['XDG_CACHE_HOME']) ?? belowHome(env['HOME'], platform));
  return absolute(base) && `${base}/hostward`;
}

function belowHome(home: string | undefined, platform: NodeJS.Platform): string | undefined {
  return absolute(home) && `${home}/${platform === 'darwin' ? 'Library/Caches' : '.cache'}`;
}

/** A relative path would lead somewhere else from each working directory, and counts as none. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}
