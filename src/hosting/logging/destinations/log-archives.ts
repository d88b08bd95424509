import { open, readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { errorCodeOf } from '../../primitives/index.js';

/** So many names are tried, each a millisecond later. */
const maximumAttempts = 100;

/**
 * Puts a log file aside: `app.log` becomes `app.20261123T023326123Z.log`.
 *
 * The name is reserved before the file gets it, so that two processes that do this at the same time do not overwrite each other's file.
 *
 * @returns the moment in the name, which is later than the one that was given where that was taken
 * @throws what the file system says
 */
export async function putAside(path: string, milliseconds: number): Promise<number> {
  const { directory, stem, extension } = partsOf(path);
  for (let moment = milliseconds; moment < milliseconds + maximumAttempts; moment++) {
    const archive = join(directory, `${stem}.${new Date(moment).toISOString().replace(/[-:.]/g, '')}${extension}`);
    if (!(await reserve(archive))) continue;
    try {
      await rename(path, archive);
    } catch (error) {
      await unlink(archive).catch(() => undefined);
      // Another process was faster.
      if (errorCodeOf(error) !== 'ENOENT') throw error;
    }
    return moment;
  }
  throw new Error(`the names of the next ${maximumAttempts} ms are taken`);
}

/** Deletes the oldest of the files that were put aside, by the moments in their names, until `count` are left. What cannot be deleted stays. */
export async function removeOldArchives(path: string, count: number): Promise<void> {
  const { directory, stem, extension } = partsOf(path);
  const names = (await readdir(directory).catch(() => [])).filter(name => isArchive(name, stem, extension)).sort();
  for (const name of names.slice(0, Math.max(0, names.length - count))) await unlink(join(directory, name)).catch(() => undefined);
}

function partsOf(path: string): { directory: string; stem: string; extension: string } {
  const extension = extname(path);
  return { directory: dirname(path), stem: basename(path, extension), extension };
}

function isArchive(name: string, stem: string, extension: string): boolean {
  if (!name.startsWith(`${stem}.`) || !name.endsWith(extension)) return false;
  return /^\d{8}T\d{9}Z$/.test(name.slice(stem.length + 1, name.length - extension.length));
}

async function reserve(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
