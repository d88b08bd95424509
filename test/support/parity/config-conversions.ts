import { comparableErrors, type RecordedError } from './config-errors.js';

/**
 * A result, or an error in its place, with only that of the error which a port has to have alike. Of a value that cannot be converted that is the sentence without the
 * name of the type: what follows it is the port's own, and .NET's reason is one of two, by which of its binders was at work.
 */
export function comparableOutcome(outcome: unknown): unknown {
  const comparable = comparableErrors(outcome) as { readonly error?: RecordedError };
  const { type, message } = comparable.error ?? {};
  const sentence = /^(Failed to convert configuration value [^]* at '[^]*' to type )'[^']*'\./.exec(message ?? '')?.[1];
  return sentence === undefined ? comparable : { error: { type, message: sentence } };
}
