import { ArgumentError, ArgumentOutOfRangeError, HostwardError } from 'hostward';

/** An error as it is recorded. */
export interface RecordedError {
  readonly type: string;
  readonly message?: string;
  readonly inner?: readonly RecordedError[];
}

/** The .NET classes that hostward's stand for. */
const types: Readonly<Record<string, string>> = {
  ArgumentError: 'ArgumentException',
  ArgumentOutOfRangeError: 'ArgumentOutOfRangeException',
  ConfigurationBindingError: 'InvalidOperationException',
  ConfigurationFormatError: 'FormatException',
  FileNotFoundError: 'FileNotFoundException',
  InvalidDataError: 'InvalidDataException',
  InvalidOperationError: 'InvalidOperationException',
  JsonReaderError: 'JsonReaderException',
};

/** Classes whose messages a port may word otherwise. */
const freeMessages = new Set(['ArgumentOutOfRangeException', 'JsonReaderException', 'InvalidCastException']);

/** What a recording would say about an error of hostward. */
export function recordedError(error: unknown): RecordedError {
  if (!(error instanceof HostwardError || error instanceof ArgumentError || error instanceof ArgumentOutOfRangeError)) throw error;
  const { cause } = error;
  return {
    type: types[error.name] ?? error.name,
    // The dictionary that .NET adds the keys to does not know what its argument is called with us.
    message: error.message.replace(/ \(Parameter 'initialData'\)$/, ''),
    ...(cause !== undefined && { inner: [recordedError(cause)] }),
  };
}

/** A recorded result, or the result of a replay, with only that of its errors which a port has to have alike. */
export function comparableErrors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparableErrors);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, name === 'error' ? comparableError(member as RecordedError) : comparableErrors(member)]);
  return Object.fromEntries(entries) as unknown;
}

function comparableError({ type, message, inner }: RecordedError): RecordedError {
  return {
    type,
    ...(!freeMessages.has(type) && message !== undefined && { message }),
    ...(inner && { inner: inner.map(comparableError) }),
  };
}
