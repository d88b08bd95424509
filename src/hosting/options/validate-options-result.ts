import { ArgumentError } from '../primitives/index.js';
import type { OptionsFailure } from './options-validation-error.js';

/**
 * What a validator says of options: they are good, they are none of its business, or what is wrong with them.
 *
 * @see Microsoft.Extensions.Options.ValidateOptionsResult
 */
export class ValidateOptionsResult {
  static readonly success: ValidateOptionsResult = new ValidateOptionsResult('success', []);
  /** The validator is not for options of this name. */
  static readonly skip: ValidateOptionsResult = new ValidateOptionsResult('skip', []);

  private constructor(
    readonly outcome: 'success' | 'skip' | 'fail',
    readonly failures: readonly OptionsFailure[],
  ) {}

  /** One text a failure, or the failure with its facts. @throws ArgumentError for something else */
  static fail(failures: string | OptionsFailure | readonly (string | OptionsFailure)[]): ValidateOptionsResult {
    const list = Array.isArray(failures) ? (failures as readonly (string | OptionsFailure)[]) : [failures as string | OptionsFailure];
    return new ValidateOptionsResult('fail', list.map(toFailure));
  }

  get succeeded(): boolean {
    return this.outcome === 'success';
  }

  get skipped(): boolean {
    return this.outcome === 'skip';
  }

  get failed(): boolean {
    return this.outcome === 'fail';
  }
}

function toFailure(failure: string | OptionsFailure): OptionsFailure {
  if (typeof failure === 'string') return { message: failure };
  if (typeof failure?.message !== 'string') throw new ArgumentError('failures', `A failure is a text or has a message, but this is ${typeof failure}.`);
  return failure;
}
