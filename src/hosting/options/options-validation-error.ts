import { HostwardError } from '../primitives/index.js';

/** One thing that is wrong with options, as facts. */
export interface OptionsFailure {
  /** All of it, for people. */
  readonly message: string;
  /** The configuration key, such as `Mail:retries`, where there is one. */
  readonly key?: string | undefined;
  /** What gave the value: a file, the environment, the command line. */
  readonly source?: string | undefined;
  /** What the schema wants, in its words. */
  readonly expected?: string | undefined;
  /** The text that was found; `***` when it is secret. Absent when nothing was. */
  readonly found?: string | undefined;
}

/**
 * Options are not valid. `failures` has everything that is wrong with them.
 *
 * @see Microsoft.Extensions.Options.OptionsValidationException
 */
export class OptionsValidationError extends HostwardError {
  override readonly name = 'OptionsValidationError';
  /** The texts of the failures, in the order of the validators. */
  readonly failures: readonly string[];
  /** The same with what is known of each: key, source, expected and found. */
  readonly details: readonly OptionsFailure[];

  /** @param optionsType the name of the declaration */
  constructor(
    readonly optionsName: string,
    readonly optionsType: string,
    failures: readonly (string | OptionsFailure)[],
  ) {
    const details = failures.map(failure => (typeof failure === 'string' ? { message: failure } : failure));
    const texts = details.map(({ message }) => message);
    super('ERR_OPTIONS_VALIDATION', texts.join('; '));
    this.details = details;
    this.failures = texts;
  }
}

/** What is thrown for several failures at once; they are its `errors`. */
export function severalErrors(errors: readonly Error[]): AggregateError {
  return new AggregateError(errors, `One or more errors occurred. ${errors.map(({ message }) => `(${message})`).join(' ')}`);
}
