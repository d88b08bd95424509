import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';

/** Links to links in a row, and links within the targets of links, that are followed. */
const maxDepth = 40;
/** Components that are looked at in all. No honest path has as many; without a limit, links that each lead through two others would take as good as for ever. */
const maxLooks = 5_000;

/**
 * The absolute path with its symbolic links resolved, as far as that is possible. Never throws.
 *
 * A link whose target is missing becomes that target. Where the path goes round in circles, through more than 40 links in a row, or through something that is missing or
 * unreadable, it is kept from there on as it is written.
 *
 * Differs from .NET: no more than 5000 components are looked at for one path, so that none takes long; .NET takes exponentially long for some.
 *
 * @see Aspire.Hosting.Utils, PathNormalizer.ResolveSymlinks
 */
export function resolveSymlinks(path: string): string {
  const absolute = resolve(path);
  // Of whatever exists the system says the same, and much faster.
  return realPath(absolute) ?? resolveSegments(absolute, 0, { looksLeft: maxLooks });
}

/** What the system makes of a path; undefined when it does not exist, or cannot be followed to its end. Never throws. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** No absolute path, and so the target of no link. */
const noLink = '';

interface Budget {
  looksLeft: number;
}

function resolveSegments(path: string, depth: number, budget: Budget): string {
  if (depth > maxDepth) return path;
  const { root } = parse(path);
  const segments = path.slice(root.length).split(sep).filter(Boolean);
  let current = root;
  for (const [index, segment] of segments.entries()) {
    current = join(current, segment);
    const target = targetOf(current, budget);
    if (target === undefined) return join(current, ...segments.slice(index + 1));
    if (target !== current) current = resolveSegments(target, depth + 1, budget);
  }
  return current;
}

/** Where a link leads in the end; the path itself when it is no link, undefined when it cannot be read or followed. */
function targetOf(path: string, budget: Budget): string | undefined {
  let target = readLink(path, budget);
  if (target === noLink) return path;
  for (let followed = 1; target !== undefined && followed <= maxDepth; followed++) {
    const next = readLink(target, budget);
    // Also when it cannot be read: whoever resolves the target comes upon that.
    if (next === undefined || next === noLink) return target;
    target = next;
  }
  return undefined;
}

/** The absolute path that a link names, {@link noLink} for anything else; undefined when it cannot be read. */
function readLink(path: string, budget: Budget): string | undefined {
  if (budget.looksLeft-- <= 0) return undefined;
  try {
    // Asked first, because most are none, and an exception for each of them takes longer than all the rest.
    const facts = lstatSync(path, { throwIfNoEntry: false });
    return facts?.isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : facts && noLink;
  } catch {
    return undefined;
  }
}
