import type { IAsyncValidateOptions, IValidateOptions } from './options.js';
import { isPromise } from './steps.js';
import { ValidateOptionsResult } from './validate-options-result.js';

/** What is said of options when a function returned false and no message was given. */
export const defaultFailureMessage = 'A validation error has occurred.';

/** Whether options are good; the last argument, after the dependencies, is the signal of the start. */
export type ValidationFunction = (options: never, ...rest: never[]) => boolean | PromiseLike<boolean>;

/** What a {@link ValidateFunction} judges with. */
export interface ValidationParts {
  readonly optionsType: string;
  readonly name: string;
  readonly isValid: ValidationFunction;
  readonly dependencies: readonly unknown[];
  readonly message: string;
}

/** A validator for the options of one name; the factory asks it about no others. */
export abstract class NamedValidateOptions<T> implements IValidateOptions<T> {
  constructor(readonly name: string) {}

  validate(_name: string, options: T): ValidateOptionsResult {
    // A promise is let through to the factory, which sees to it; nobody else calls this.
    return this.judge(options, undefined) as ValidateOptionsResult;
  }

  protected abstract judge(options: T, signal: AbortSignal | undefined): ValidateOptionsResult | PromiseLike<ValidateOptionsResult>;
}

/** A validator that is a function. @see Microsoft.Extensions.Options.ValidateOptions */
export class ValidateFunction<T> extends NamedValidateOptions<T> {
  readonly parts: ValidationParts;

  constructor(parts: ValidationParts) {
    super(parts.name);
    this.parts = parts;
  }

  protected override judge(options: T, signal: AbortSignal | undefined): ValidateOptionsResult | PromiseLike<ValidateOptionsResult> {
    const { isValid, dependencies, message } = this.parts;
    const passed = isValid(options as never, ...(dependencies as never[]), (signal ?? new AbortController().signal) as never);
    const toResult = (isGood: boolean) => (isGood ? ValidateOptionsResult.success : ValidateOptionsResult.fail(message));
    return isPromise(passed) ? passed.then(toResult) : toResult(passed);
  }
}

/** One that is known to be asynchronous, and is not called where nobody can wait. @see Microsoft.Extensions.Options.AsyncValidateOptions (.NET 11) */
export class AsyncValidateFunction<T> extends ValidateFunction<T> implements IAsyncValidateOptions<T> {
  override validate(): ValidateOptionsResult {
    return ValidateOptionsResult.fail(whyNotSynchronously(this.parts.optionsType));
  }

  async validateAsync(_name: string, options: T, signal: AbortSignal): Promise<ValidateOptionsResult> {
    return this.judge(options, signal);
  }
}

/** A validator of all options, asked about those of one name only. @see Microsoft.Extensions.Options.OptionsBuilder.Validate with a type (.NET 11) */
export class ValidateNameOnly<T> extends NamedValidateOptions<T> {
  constructor(
    name: string,
    readonly inner: IValidateOptions<T>,
  ) {
    super(name);
  }

  protected override judge(options: T): ValidateOptionsResult | PromiseLike<ValidateOptionsResult> {
    return this.inner.validate(this.name, options);
  }
}

/** The same for one that is asynchronous. */
export class AsyncValidateNameOnly<T> extends ValidateNameOnly<T> implements IAsyncValidateOptions<T> {
  constructor(
    name: string,
    override readonly inner: IAsyncValidateOptions<T>,
  ) {
    super(name, inner);
  }

  async validateAsync(name: string, options: T, signal: AbortSignal): Promise<ValidateOptionsResult> {
    return this.inner.validateAsync(name, options, signal);
  }
}

/** Whether a validator has an asynchronous form. */
export function isAsyncValidator<T>(validator: IValidateOptions<T>): validator is IAsyncValidateOptions<T> {
  return typeof (validator as Partial<IAsyncValidateOptions<T>>).validateAsync === 'function';
}

/** Why options with an asynchronous validator cannot be had from where nobody waits. */
export function whyNotSynchronously(optionsType: string): string {
  return (
    `The options ${optionsType} are validated asynchronously, and this access cannot wait for it. Call validateOnStart(), and read them through IOptions or ` +
    'IOptionsMonitor once the host has validated them; IOptionsSnapshot, and the renewal after a change, are always synchronous.'
  );
}
