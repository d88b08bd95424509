import { HostwardError } from '../primitives/index.js';

/** A text from outside (command line, environment, JSON document) does not have the form that configuration takes. The counterpart of .NET's `FormatException`. */
export class ConfigurationFormatError extends HostwardError {
  override readonly name: string = 'ConfigurationFormatError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_CONFIGURATION_FORMAT', message, options);
  }
}

/**
 * A text is no JSON.
 *
 * @see System.Text.Json.JsonReaderException
 */
export class JsonReaderError extends HostwardError {
  override readonly name = 'JsonReaderError';

  /**
   * @param problem what was expected and what was found, as a sentence
   * @param lineNumber counted from 0
   * @param bytePositionInLine counted from 0, in bytes of UTF-8
   */
  constructor(
    problem: string,
    readonly lineNumber: number,
    readonly bytePositionInLine: number,
  ) {
    super('ERR_JSON', `${problem} LineNumber: ${lineNumber} | BytePositionInLine: ${bytePositionInLine}.`);
  }
}

/** The facts of a {@link ConfigurationBindingError}. */
export interface BindingFacts {
  /** The key, counted from the root. */
  readonly path?: string | undefined;
  /** The provider that the value comes from. */
  readonly source?: string | undefined;
  /** What would have been right. */
  readonly expected?: string | undefined;
  /** What was there instead, masked when the path is that of a secret. */
  readonly found?: string | undefined;
}

/** A configuration cannot be bound to what the program expects of it. The counterpart of the `InvalidOperationException` of .NET's binder. */
export class ConfigurationBindingError extends HostwardError {
  override readonly name = 'ConfigurationBindingError';
  readonly path: string | undefined;
  readonly source: string | undefined;
  readonly expected: string | undefined;
  readonly found: string | undefined;

  constructor(message: string, { path, source, expected, found }: BindingFacts = {}, options?: ErrorOptions) {
    super('ERR_CONFIGURATION_BINDING', message, options);
    this.path = path;
    this.source = source;
    this.expected = expected;
    this.found = found;
  }
}
