import { isAbsolute, relative, sep } from 'node:path';
import { resolveSymlinks } from './resolve-symlinks.js';

/**
 * Whether an AppHost belongs to a working directory: its file lies in that directory or below it, symbolic links resolved on both sides.
 *
 * An AppHost without a path belongs to none. Letter case counts on Linux only.
 *
 * Differs from .NET: a directory whose name merely begins with two dots (`..foo`) is inside.
 *
 * @see Aspire.Cli.Backchannel, AuxiliaryBackchannelMonitor.IsAppHostInScopeOfDirectory
 */
export function isInScope(appHostPath: string | null | undefined, workingDirectory: string, platform: NodeJS.Platform = process.platform): boolean {
  if (!appHostPath) return false;
  const path = relative(comparable(workingDirectory, platform), comparable(appHostPath, platform));
  const isOutside = path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
  return !isOutside;
}

/** Node compares paths as the platform does on Linux and Windows, but with case on macOS. */
function comparable(path: string, platform: NodeJS.Platform): string {
  const resolved = resolveSymlinks(path);
  return platform === 'darwin' ? resolved.toLowerCase() : resolved;
}
