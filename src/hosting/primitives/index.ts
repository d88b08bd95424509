export { createAbortController, onAbort, raceAbort, throwIfAborted } from './abort.js';
export { ChangeLatch } from './change-latch.js';
export { ChangeToken, type IChangeToken, onChange } from './change-token.js';
export { Deferred, markHandled } from './deferred.js';
export { type AnyDisposable, disposeAll, disposeAllSync, disposeOne, isDisposable, onDispose, throwCollected } from './disposal.js';
export {
  ArgumentError,
  ArgumentNullError,
  ArgumentOutOfRangeError,
  DeadlineExceededError,
  errorCodeOf,
  HostwardError,
  InvalidOperationError,
  isCancellation,
  ObjectDisposedError,
  OperationCanceledError,
  toError,
} from './errors.js';
export { defaultSecretNames, isSecretName, secretMask } from './secrets.js';
