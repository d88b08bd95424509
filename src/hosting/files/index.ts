export { type DirectoryListener, type IDirectoryNotifier, SystemDirectoryNotifier } from './directory-notifier.js';
export type { IFileInfo, IFileProvider } from './file-provider.js';
export { FileWatcher } from './file-watcher.js';
export type { FileWatcherOptions } from './file-watcher-options.js';
export { NullFileProvider } from './null-file-provider.js';
export { PhysicalFileProvider, type PhysicalFileProviderOptions } from './physical-file-provider.js';
