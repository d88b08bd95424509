import { InvalidOperationError } from '../primitives/index.js';
import { ConfigureFromConfiguration } from './configure-options.js';
import type { OptionsDraft } from './options-draft.js';
import { defaultOptionsName, type IConfigureOptions, type IOptionsFactory, type IPostConfigureOptions, type IValidateOptions } from './options.js';
import { type OptionsFailure, OptionsValidationError } from './options-validation-error.js';
import { cannotWait, isPromise, type Outcome, runAsync, runNow, settled, type Steps } from './steps.js';
import { isAsyncValidator, NamedValidateOptions, whyNotSynchronously } from './validate-function.js';
import type { ValidateOptionsResult } from './validate-options-result.js';

/** What an {@link OptionsFactory} works with, each in the order of registration. */
export interface OptionsFactoryParts<T, Input> {
  /** The name of the declaration. */
  readonly optionsType: string;
  readonly begin: () => OptionsDraft<T, Input>;
  readonly configure: readonly IConfigureOptions<Input>[];
  readonly postConfigure: readonly IPostConfigureOptions<T>[];
  readonly validate: readonly IValidateOptions<T>[];
}

/**
 * Makes options: all that configures in order, the schema, all that post-configures, all validators, whose failures come together.
 *
 * @see Microsoft.Extensions.Options.OptionsFactory
 */
export class OptionsFactory<T, Input = T> implements IOptionsFactory<T> {
  readonly #parts: OptionsFactoryParts<T, Input>;

  constructor(parts: OptionsFactoryParts<T, Input>) {
    this.#parts = parts;
  }

  create(name: string): T {
    try {
      return runNow(this.#make(name, undefined));
    } catch (error) {
      if (error !== cannotWait) throw error;
      throw new OptionsValidationError(name, this.#parts.optionsType, [whyNotSynchronously(this.#parts.optionsType)]);
    }
  }

  /** The same, waiting for what is asynchronous. The result never rejects; its `get` throws. */
  async createAsync(name: string, signal: AbortSignal): Promise<Outcome<T>> {
    return runAsync(this.#make(name, signal), signal);
  }

  /** Whether options of that name are known to have an asynchronous validator. */
  isAsync(name: string): boolean {
    return this.#validatorsOf(name).some(isAsyncValidator);
  }

  #validatorsOf(name: string): IValidateOptions<T>[] {
    return this.#parts.validate.filter(validator => !(validator instanceof NamedValidateOptions) || validator.name === name);
  }

  *#make(name: string, signal: AbortSignal | undefined): Steps<T> {
    const { optionsType, begin, configure, postConfigure } = this.#parts;
    const draft = begin();
    for (const step of configure.filter(isFor(name))) {
      if (step instanceof ConfigureFromConfiguration) yield* draft.bind(step.configuration);
      else yield* draft.change(input => throwIfPromise(step.configure(input, name), optionsType));
    }
    const options = yield* draft.finish(name, optionsType);
    for (const step of postConfigure.filter(isFor(name))) throwIfPromise(step.postConfigure(options, name), optionsType);
    const failures = yield* this.#failuresOf(name, options, signal);
    if (failures.length > 0) throw new OptionsValidationError(name, optionsType, failures);
    return options;
  }

  *#failuresOf(name: string, options: T, signal: AbortSignal | undefined): Steps<OptionsFailure[]> {
    const failures: OptionsFailure[] = [];
    for (const validator of this.#validatorsOf(name)) {
      try {
        const result: ValidateOptionsResult | PromiseLike<ValidateOptionsResult> =
          signal && isAsyncValidator(validator) ? validator.validateAsync(name, options, signal) : validator.validate(name, options);
        const { failed, failures: found } = yield* settled(result);
        if (failed) failures.push(...found);
      } catch (error) {
        if (error !== cannotWait) throw error;
        failures.push({ message: whyNotSynchronously(this.#parts.optionsType) });
      }
    }
    return failures;
  }
}

function isFor(name: string): (step: { readonly name?: string | null | undefined }) => boolean {
  return step => step.name === null || (step.name ?? defaultOptionsName) === name;
}

function throwIfPromise(result: unknown, optionsType: string): void {
  if (!isPromise(result)) return;
  result.then(undefined, () => undefined);
  throw new InvalidOperationError(
    `What configures the options ${optionsType} returned a promise, which nobody waits for. Configure with what is known already, and load the rest into the configuration.`,
  );
}
