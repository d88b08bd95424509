import { type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { errorCodeOf, HostwardError } from '../primitives/index.js';
import type { IFileInfo } from './file-provider.js';
import { readTextFile } from './read-text-file.js';

/** A file as it was when it was asked for; its text is read when that is asked for. @see Microsoft.Extensions.FileProviders.Physical.PhysicalFileInfo */
export class PhysicalFileInfo implements IFileInfo {
  readonly exists: boolean;
  readonly name: string;
  readonly length: number;
  readonly lastModified: number;
  readonly isDirectory: boolean;

  /**
   * @param physicalPath absolute; links are followed
   * @param mayBeDirectory whether a directory exists, as an entry of another, or does not, where a file was asked for
   */
  constructor(
    readonly physicalPath: string,
    mayBeDirectory: boolean,
  ) {
    const facts = factsOf(physicalPath);
    const isDirectory = facts?.isDirectory() ?? false;
    this.isDirectory = isDirectory && mayBeDirectory;
    this.exists = facts !== undefined && (mayBeDirectory || !isDirectory);
    this.name = basename(physicalPath);
    this.length = facts && !isDirectory ? facts.size : -1;
    this.lastModified = facts && this.exists ? facts.mtimeMs : 0;
  }

  readText(): string {
    return readTextFile(this.physicalPath);
  }
}

/** What a path leads to that cannot lead to anything. @see Microsoft.Extensions.FileProviders.NotFoundFileInfo */
export class NotFoundFileInfo implements IFileInfo {
  readonly exists = false;
  readonly physicalPath = undefined;
  readonly length = -1;
  readonly lastModified = 0;
  readonly isDirectory = false;

  constructor(readonly name: string) {}

  readText(): string {
    throw new HostwardError('ERR_FILE_UNREADABLE', `There is no file '${this.name}' to be read.`);
  }
}

/** Undefined: nothing is there. Null: something is that cannot be looked at, and whoever reads it learns why. */
function factsOf(path: string): Stats | null | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return ['ENOTDIR', 'ENAMETOOLONG'].includes(errorCodeOf(error) ?? '') ? undefined : null;
  }
}
