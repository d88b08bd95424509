import { types } from 'node:util';

/** The base of every error that hostward itself raises: a stable `code` to match on, the facts as fields, the reason as `cause`. */
export class HostwardError extends Error {
  override readonly name: string = 'HostwardError';
  /** A stable identifier such as `ERR_SOCKET_PATH_TOO_LONG`; the text of `message` may change, this may not. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An argument lies outside its range. The counterpart of .NET's `ArgumentOutOfRangeException`. */
export class ArgumentOutOfRangeError extends RangeError {
  override readonly name = 'ArgumentOutOfRangeError';
  readonly code = 'ERR_OUT_OF_RANGE';

  constructor(
    readonly paramName: string,
    readonly actualValue: unknown,
    expected: string,
  ) {
    super(`'${paramName}' must be ${expected}, but was ${String(actualValue)}.`);
  }
}

/** A required argument is null or undefined. The counterpart of .NET's `ArgumentNullException`. */
export class ArgumentNullError extends TypeError {
  override readonly name = 'ArgumentNullError';
  readonly code = 'ERR_ARGUMENT_NULL';

  constructor(readonly paramName: string) {
    super(`'${paramName}' must not be null or undefined.`);
  }
}

/** An argument has the wrong type or shape. The counterpart of .NET's `ArgumentException`. */
export class ArgumentError extends TypeError {
  override readonly name = 'ArgumentError';
  readonly code = 'ERR_INVALID_ARGUMENT';

  constructor(
    readonly paramName: string,
    message: string,
  ) {
    super(`${message} (Parameter '${paramName}')`);
  }
}

/** The object is not in a state in which this call makes sense. The counterpart of .NET's `InvalidOperationException`. */
export class InvalidOperationError extends HostwardError {
  override readonly name = 'InvalidOperationError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_INVALID_OPERATION', message, options);
  }
}

/** The object was disposed. The counterpart of .NET's `ObjectDisposedException`. */
export class ObjectDisposedError extends HostwardError {
  override readonly name = 'ObjectDisposedError';

  constructor(readonly objectName: string) {
    super('ERR_OBJECT_DISPOSED', `Cannot access a disposed object: ${objectName}.`);
  }
}

/**
 * The work was cancelled through its `AbortSignal`. The counterpart of .NET's `OperationCanceledException`.
 *
 * `name` and `code` are those of Node's own abort errors, so that one test (`error.name === 'AbortError'`) finds both.
 */
export class OperationCanceledError extends Error {
  override readonly name = 'AbortError';
  readonly code = 'ABORT_ERR';

  constructor(
    readonly signal?: AbortSignal,
    message = 'The operation was canceled.',
  ) {
    super(message, signal?.aborted ? { cause: signal.reason } : undefined);
  }
}

/** A wait passed its limit. Carries what was waited for and how long. */
export class DeadlineExceededError extends HostwardError {
  override readonly name = 'DeadlineExceededError';

  constructor(
    readonly what: string,
    readonly milliseconds: number,
  ) {
    super('ERR_DEADLINE_EXCEEDED', `${what} did not finish within ${milliseconds} ms.`);
  }
}

/** Whether `error` says that work was cancelled, by us, by Node or by another library that follows the DOM's convention. */
export function isCancellation(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'AbortError' || code === 'ABORT_ERR';
}

/** Whether `value` is an error, also one of another realm: under Jest those of Node itself are no `instanceof Error`. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value) || Object.prototype.toString.call(value) === '[object DOMException]';
}

/** Turns anything that was thrown into an `Error`, keeping it as `cause` when it was none. */
export function toError(thrown: unknown): Error {
  if (isError(thrown)) return thrown;
  return new HostwardError('ERR_NOT_AN_ERROR', `A value that is no Error was thrown: ${String(thrown)}`, { cause: thrown });
}

/** The system's error code (`ECONNREFUSED`, `ENOENT`…) of `error`, or undefined when it has none. */
export function errorCodeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
