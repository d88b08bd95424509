export { computeAppHostId, computeLegacyHash } from './app-host-id.js';
export { comparablePath, resolveAppHostPath } from './app-host-path.js';
export { type FileSystemReach, reachOf } from './file-system-reach.js';
export { createInstanceId } from './instance-id.js';
export { findMatchingSockets, type MatchingSocket } from './matching-sockets.js';
export { IProcessTable, SystemProcessTable } from './process-table.js';
export { isProcessAlive, type ProcessTimes, readProcessTimes } from './process-times.js';
export { resolveSymlinks } from './resolve-symlinks.js';
export { type ClaimedTimes, isSameProcess } from './same-process.js';
export { isInScope } from './scope.js';
export { ScopeJudge, type ScopeJudgeOptions } from './scope-judge.js';
export {
  acceptsFileName,
  type BackchannelDirectories,
  backchannelDirectories,
  type BackchannelDirectoryKind,
  parseAcceptedName,
} from './socket-directories.js';
export { freshSocketAge, judgeSocketFile, type SocketFileFacts, type SocketFileJudgement } from './socket-file-judgement.js';
export { computeSocketKeys, type SocketKeys } from './socket-keys.js';
export { isMakerRunning } from './socket-maker.js';
export { formatSocketName, parseSocketName, type SocketName } from './socket-name.js';
export { assertSocketPathFits, SocketPathTooLongError } from './socket-path-limit.js';
export { type HomeDirectorySource, userHomeDirectory } from './user-home-directory.js';
export { findWorktree } from './worktree.js';
