import {
  ArgumentNullError,
  ArgumentOutOfRangeError,
  DeadlineExceededError,
  InvalidOperationError,
  ObjectDisposedError,
  OperationCanceledError,
} from '../../../src/hosting/index.js';
import type { RecordedError } from './time-scenario.js';

/** The error of the ops `throw` and `reject`. */
export class ScenarioError extends Error {}

/** An error of ours in the recording's words. @param tokenOf names the source to which a signal belongs */
export function toRecorded(error: unknown, tokenOf: (signal: AbortSignal | undefined) => string | undefined): RecordedError {
  if (error instanceof ScenarioError) return { type: 'ScenarioException', message: error.message };
  if (error instanceof ArgumentOutOfRangeError) return { type: 'ArgumentOutOfRangeException', param: error.paramName };
  if (error instanceof ArgumentNullError) return { type: 'ArgumentNullException', param: error.paramName };
  if (error instanceof InvalidOperationError) return { type: 'InvalidOperationException' };
  if (error instanceof ObjectDisposedError) return { type: 'ObjectDisposedException' };
  if (error instanceof DeadlineExceededError) return { type: 'TimeoutException' };
  if (error instanceof AggregateError) return { type: 'AggregateException', inner: (error.errors as unknown[]).map(inner => toRecorded(inner, tokenOf)) };
  if (error instanceof OperationCanceledError) {
    const token = tokenOf(error.signal);
    return token === undefined ? { type: canceled } : { type: canceled, token };
  }
  return { type: String(error) };
}

const canceled = 'OperationCanceledException';

/** A recorded error without what a port may word or name in its own way. */
export function comparable(error: RecordedError): RecordedError {
  const { type, param, message, token, inner } = error;
  return {
    type: type === 'TaskCanceledException' ? canceled : type,
    // Names that .NET gives by accident; `t` is the date that overflows.
    ...(param === undefined ? {} : { param: param === 't' ? 'delta' : param.replace(/\.Ticks$/, '') }),
    ...(type === 'ScenarioException' && message !== undefined ? { message } : {}),
    ...(token === undefined ? {} : { token }),
    ...(inner === undefined ? {} : { inner: inner.map(comparable) }),
  };
}
