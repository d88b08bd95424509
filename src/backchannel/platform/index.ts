export { addBackchannelPlatform } from './add-backchannel-platform.js';
export { type DirectoryWatchCallbacks, IDirectoryWatcher, SystemDirectoryWatcher } from './directory-watcher.js';
export { type FileFacts, IFileSystem, PrivateDirectoryError, SystemFileSystem } from './file-system.js';
export { assertUnixSocketsAvailable, ISocketFactory, type ISocketListener, SystemSocketFactory, UnixSocketsUnavailableError } from './socket-factory.js';
