import { isAbsolute } from 'node:path';
import { resolveSymlinks } from './resolve-symlinks.js';

/**
 * The file that an AppHost says it is, with symbolic links resolved; undefined for a path that is empty or not absolute: it would be seen from the directory of this process,
 * which is not that of the AppHost. Reads the file system. Never throws.
 */
export function resolveAppHostPath(appHostPath: string | null | undefined): string | undefined {
  return appHostPath && isAbsolute(appHostPath) ? resolveSymlinks(appHostPath) : undefined;
}

/** A path in the form in which it equals another spelling of itself: letter case counts on Linux, and not on macOS and Windows. */
export function comparablePath(path: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'darwin' || platform === 'win32' ? path.toLowerCase() : path;
}
