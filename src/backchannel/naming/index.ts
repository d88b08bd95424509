export { computeAppHostId, computeLegacyHash } from './app-host-id.js';
export { createInstanceId } from './instance-id.js';
export { IProcessTable, SystemProcessTable } from './process-table.js';
export { isProcessAlive, type ProcessTimes, readProcessTimes } from './process-times.js';
export { resolveSymlinks } from './resolve-symlinks.js';
export { isInScope } from './scope.js';
export { acceptsFileName, type BackchannelDirectories, backchannelDirectories, type BackchannelDirectoryKind } from './socket-directories.js';
export { formatSocketName, parseSocketName, type SocketName } from './socket-name.js';
export { assertSocketPathFits, SocketPathTooLongError } from './socket-path-limit.js';
