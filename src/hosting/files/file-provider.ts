import type { IChangeToken } from '../primitives/index.js';

/** A file or directory as it was when it was asked for. @see Microsoft.Extensions.FileProviders.IFileInfo */
export interface IFileInfo {
  readonly exists: boolean;
  readonly name: string;
  /** Undefined when the file lies on no file system. */
  readonly physicalPath: string | undefined;
  /** In bytes; -1 for directories and for what does not exist. */
  readonly length: number;
  /** Milliseconds since 1970; 0 for what does not exist. */
  readonly lastModified: number;
  readonly isDirectory: boolean;
  /** The whole content as UTF-8 text, without a byte-order mark. @throws when it cannot be read */
  readText(): string;
}

/**
 * Files below a root, and word of their changes.
 *
 * @see Microsoft.Extensions.FileProviders.IFileProvider
 */
export interface IFileProvider {
  /** What lies at a path relative to the root. */
  getFileInfo(subpath: string): IFileInfo;
  /** The entries of a directory, empty when there is none. */
  getDirectoryContents(subpath: string): IFileInfo[];
  /** Whether there is such a directory and it can be read. Without this method there is one when it has entries. */
  directoryExists?(subpath: string): boolean;
  /** A token that fires once, when one of the files that match changes, appears or disappears: a path relative to the root, or a directory with a `/` at its end for all that lies directly in it. */
  watch(filter: string): IChangeToken;
}
