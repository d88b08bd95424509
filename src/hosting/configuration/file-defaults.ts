import { FileWatcher, type FileWatcherOptions, type IFileProvider, PhysicalFileProvider } from '../files/index.js';
import { applicationBaseDirectory } from '../files/main-script.js';
import { errorCodeOf } from '../primitives/index.js';
import type { IConfigurationBuilder, IConfigurationProvider } from './configuration.js';

/** Given to whoever handles that a file cannot be loaded. @see Microsoft.Extensions.Configuration.FileLoadExceptionContext */
export interface FileLoadExceptionContext {
  readonly provider: IConfigurationProvider;
  readonly exception: Error;
  /** Set it, and the first load goes on as if there were no such file. A later load never throws: the values of before stay. */
  ignore: boolean;
}

/** Something about a configuration file that the program goes on without. */
export interface FileWarning {
  readonly message: string;
  readonly error: Error;
}

/** The keys of `properties` at which a builder keeps what its file sources share. */
export const fileProperties = {
  /** The `IFileProvider` that relative paths belong to. */
  fileProvider: 'FileProvider',
  /** Called with a {@link FileLoadExceptionContext} when a file cannot be loaded. */
  loadExceptionHandler: 'FileLoadExceptionHandler',
  /** Called with a {@link FileWarning}. Default: `process.emitWarning`. */
  warningHandler: 'FileWarningHandler',
  /** The `FileWatcher` that watches the files, with the clock that delays are measured by. */
  fileWatcher: 'FileWatcher',
} as const;

/** A builder of hostward keeps one watcher for all its sources; any other builder has one in its properties, or none. */
interface WatchingBuilder extends IConfigurationBuilder {
  readonly fileWatcher?: FileWatcher;
}

export function fileWatcherOf(builder: WatchingBuilder): FileWatcher {
  return builder.fileWatcher ?? (builder.properties.get(fileProperties.fileWatcher) as FileWatcher | undefined) ?? createFileWatcher(builder);
}

/** A watcher whose troubles are the builder's warnings. */
export function createFileWatcher(builder: IConfigurationBuilder, options: Omit<FileWatcherOptions, 'onDegraded'> = {}): FileWatcher {
  return new FileWatcher({
    ...options,
    onDegraded: (directory, error) => {
      const reason = errorCodeOf(error) ?? error.message;
      const message = `Changes of files in '${directory}' are found by looking for them every few seconds: the system does not tell of them (${reason}).`;
      warn(builder, { message, error });
    },
  });
}

/**
 * The files that relative paths belong to: those of the builder, else those in the directory of the main script.
 *
 * @see Microsoft.Extensions.Configuration.FileConfigurationExtensions.GetFileProvider
 */
export function fileProviderOf(builder: IConfigurationBuilder): IFileProvider {
  const given = builder.properties.get(fileProperties.fileProvider) as IFileProvider | undefined;
  return given ?? createFileProvider(builder, applicationBaseDirectory());
}

/** The files of a directory, also those whose name begins with a dot, watched by the builder's watcher. */
export function createFileProvider(builder: IConfigurationBuilder, root: string): PhysicalFileProvider {
  return new PhysicalFileProvider(root, { exclusionFilters: 'none', fileWatcher: fileWatcherOf(builder) });
}

export function loadExceptionHandlerOf(builder: IConfigurationBuilder): ((context: FileLoadExceptionContext) => void) | undefined {
  return builder.properties.get(fileProperties.loadExceptionHandler) as ((context: FileLoadExceptionContext) => void) | undefined;
}

/** Tells whoever the builder says, else the process. Never throws. */
export function warn(builder: IConfigurationBuilder, warning: FileWarning): void {
  const handler = builder.properties.get(fileProperties.warningHandler) as ((warning: FileWarning) => void) | undefined;
  try {
    if (handler) return handler(warning);
  } catch {
    // Whoever cannot take a warning leaves it to the process.
  }
  process.emitWarning(warning.message, { type: 'ConfigurationWarning', ...codeOption(warning.error) });
}

function codeOption(error: Error): { code?: string } {
  const code = errorCodeOf(error);
  return code === undefined ? {} : { code };
}
