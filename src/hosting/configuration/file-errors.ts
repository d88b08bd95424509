import { HostwardError } from '../primitives/index.js';

/** A file that is not optional does not exist. The counterpart of .NET's `FileNotFoundException`. */
export class FileNotFoundError extends HostwardError {
  override readonly name = 'FileNotFoundError';

  /**
   * @param path as it was asked for
   * @param physicalPath where the file was expected, when it is a place in the file system
   */
  constructor(
    readonly path: string,
    readonly physicalPath: string | undefined,
  ) {
    const expected = physicalPath === undefined ? '' : ` The expected physical path was '${physicalPath}'.`;
    super('ERR_FILE_NOT_FOUND', `The configuration file '${path}' was not found and is not optional.${expected}`);
  }
}

/** A directory that is not optional does not exist. The counterpart of .NET's `DirectoryNotFoundException`. */
export class DirectoryNotFoundError extends HostwardError {
  override readonly name = 'DirectoryNotFoundError';

  constructor(
    /** The directory, when it is a place in the file system. */
    readonly path: string | undefined,
  ) {
    const expected = path === undefined ? '' : ` The expected physical path was '${path}'.`;
    super('ERR_DIRECTORY_NOT_FOUND', `The root directory for the FileProvider doesn't exist and is not optional.${expected}`);
  }
}

/** A file or directory is there, but does not hold what it should; `cause` is the reason. The counterpart of .NET's `InvalidDataException`. */
export class InvalidDataError extends HostwardError {
  override readonly name = 'InvalidDataError';

  constructor(
    readonly path: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super('ERR_INVALID_DATA', message, options);
  }
}
