import { isAbsolute, sep } from 'node:path';
import { comparablePath } from './app-host-path.js';
import { resolveSymlinks } from './resolve-symlinks.js';
import { findWorktree } from './worktree.js';

/**
 * Whether an AppHost belongs to a working directory: its file lies in that directory or below it, symbolic links resolved on both sides, and in the same git checkout.
 *
 * So an AppHost of a nested worktree (`repo/.worktrees/feature`) or clone is none of the checkout around it; one of a submodule is. An AppHost without a path belongs to
 * no directory. Letter case counts on Linux only. Reads the file system at each call and remembers nothing, because checkouts come and go;
 * where many AppHosts are judged at once, `ScopeJudge` says the same with fewer looks.
 *
 * Differs from .NET: a directory whose name merely begins with two dots (`..foo`) is inside. From a working directory that lies in no checkout, such as one that holds
 * many of them, everything below it is in scope; .NET 13.6 leaves out whatever is in a checkout there. A path that is not absolute is in no scope: it would be seen from
 * the directory of this process, which is not that of the AppHost.
 *
 * @see Aspire.Cli.Backchannel, AuxiliaryBackchannelMonitor.IsAppHostInScopeOfDirectory
 */
export function isInScope(appHostPath: string | null | undefined, workingDirectory: string, platform: NodeJS.Platform = process.platform): boolean {
  if (!appHostPath || !isAbsolute(appHostPath)) return false;
  const directory = resolveSymlinks(workingDirectory);
  const appHost = resolveSymlinks(appHostPath);
  return isBelow(appHost, directory, platform) && isInSameCheckout(appHost, directory, platform);
}

/** Whether a path is that directory, or leads into it. Both absolute, with their links resolved and no separator too many. */
export function isBelow(path: string, directory: string, platform: NodeJS.Platform): boolean {
  const outer = comparablePath(directory, platform);
  const inner = comparablePath(path, platform);
  if (!inner.startsWith(outer)) return false;
  return inner.length === outer.length || inner[outer.length] === sep || outer.endsWith(sep);
}

/** Both roots are existing directories with their links resolved: the system has given them the letter case that they have on disk. */
function isInSameCheckout(path: string, directory: string, platform: NodeJS.Platform): boolean {
  const worktree = findWorktree(directory, platform);
  return worktree === undefined || findWorktree(path, platform) === worktree;
}
