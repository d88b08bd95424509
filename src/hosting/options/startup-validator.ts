import { type IServiceProvider, type ServiceToken, serviceToken } from '../dependency-injection/index.js';
import { InvalidOperationError, toError } from '../primitives/index.js';
import type { AnyOptionsDeclaration } from './options-declaration.js';
import { OptionsFactory } from './options-factory.js';
import { UnnamedOptionsManager } from './options-manager.js';
import { OptionsMonitor } from './options-monitor.js';
import { defaultOptionsName } from './options.js';
import { OptionsValidationError, severalErrors } from './options-validation-error.js';

/**
 * Validates synchronously at the start of a host, in the place of everything else that would: see `runStartupValidation`.
 *
 * @see Microsoft.Extensions.Options.IStartupValidator, which is obsolete since .NET 11
 */
export interface IStartupValidator {
  /** @throws OptionsValidationError, an `AggregateError` of several, or whatever keeps it from validating */
  validate(): void;
}

export const IStartupValidator: ServiceToken<IStartupValidator> = serviceToken('IStartupValidator');

/** Validates at the start of a host, before its services are created. @see Microsoft.Extensions.Options.IAsyncStartupValidator (.NET 11) */
export interface IAsyncStartupValidator {
  /** The signal fires when the start is given up. Rejects as {@link IStartupValidator.validate} throws. */
  validateAsync(signal: AbortSignal): Promise<void>;
}

export const IAsyncStartupValidator: ServiceToken<IAsyncStartupValidator> = serviceToken('IAsyncStartupValidator');

/** Options that are validated at the start. */
export interface StartupValidation {
  readonly declaration: AnyOptionsDeclaration;
  readonly name: string;
}

/** @internal Each registration is one that `validateOnStart` was called for. */
export const StartupValidation: ServiceToken<StartupValidation> = serviceToken('StartupValidation');

/**
 * Validates what `validateOnStart` was called for, in the order of the calls. Options with an asynchronous validator are then those of `IOptions` and of the
 * monitor; others are the monitor's.
 *
 * Differs from .NET: a validator that ignores its signal is waited for no longer once the signal has fired.
 *
 * @see Microsoft.Extensions.Options.StartupValidator (.NET 11)
 */
export class StartupValidator implements IStartupValidator, IAsyncStartupValidator {
  readonly #services: IServiceProvider;
  readonly #validations: readonly StartupValidation[];

  constructor(services: IServiceProvider, validations: readonly StartupValidation[]) {
    this.#services = services;
    this.#validations = validations;
  }

  validate(): void {
    const failures = new Failures();
    for (const { declaration, name } of this.#validations) {
      if (failures.isFinal) break;
      failures.attempt(() => void this.#services.getRequiredService(declaration.monitor).get(name));
    }
    failures.throw();
  }

  async validateAsync(signal: AbortSignal): Promise<void> {
    const failures = new Failures();
    for (const validation of this.#validations) {
      if (failures.isFinal) break;
      await failures.attemptAsync(() => validateOne(this.#services, validation, signal));
    }
    failures.throw();
  }
}

async function validateOne(services: IServiceProvider, { declaration, name }: StartupValidation, signal: AbortSignal): Promise<void> {
  const factory = services.getRequiredService(declaration.factory);
  const monitor = services.getRequiredService(declaration.monitor);
  const cache = services.getRequiredService(declaration.cache);
  const isOurs = factory instanceof OptionsFactory && monitor instanceof OptionsMonitor;
  if (!isOurs || (!factory.isAsync(name) && monitor.hasTried(name))) return void monitor.get(name);
  const outcome = await factory.createAsync(name, signal);
  if (!outcome.hasWaited && !factory.isAsync(name)) return void cache.getOrAdd(name, () => outcome.get() as unknown);
  const options: unknown = outcome.get();
  cache.getOrAdd(name, () => options);
  if (name !== defaultOptionsName) return;
  const manager = services.getRequiredService(declaration.options);
  if (!(manager instanceof UnnamedOptionsManager))
    throw new InvalidOperationError(
      `The options ${declaration.name} are validated asynchronously, which needs the IOptions of hostward, but another one was registered for ${declaration.name}.`,
    );
  manager.seed(options);
}

/**
 * Validates the options of a program whose host starts; called before its services are created.
 *
 * A custom `IStartupValidator`, one whose class is not among the registered `IAsyncStartupValidator`, takes the place of all validation. Otherwise every
 * `IAsyncStartupValidator` validates, in the order of registration; what they find wrong with options comes together, anything else ends it.
 *
 * @throws OptionsValidationError when one set of options is not valid
 * @throws AggregateError when several are not, or when something else failed after them
 * @see Microsoft.Extensions.Hosting.Internal.Host.StartAsync (.NET 11)
 */
export async function runStartupValidation(services: IServiceProvider, signal: AbortSignal): Promise<void> {
  const sync = services.getService(IStartupValidator);
  // One that is synchronous only is custom for certain: the others are not even created.
  if (sync && (!isAsync(sync) || !services.getServices(IAsyncStartupValidator).some(other => isSameType(sync, other)))) {
    // Awaited, so that one that is asynchronous in secret does not fail unobserved.
    await (sync.validate() as unknown);
    return;
  }
  const failures = new Failures();
  for (const validator of services.getServices(IAsyncStartupValidator)) {
    if (failures.isFinal) break;
    await failures.attemptAsync(() => validator.validateAsync(signal));
  }
  failures.throw();
}

function isAsync(validator: IStartupValidator): boolean {
  return typeof (validator as Partial<IAsyncStartupValidator>).validateAsync === 'function';
}

function isSameType(one: object, other: object): boolean {
  return one === other || (one.constructor !== Object && one.constructor === other.constructor);
}

/** Collects what is wrong with options; any other failure is the last. */
class Failures {
  readonly #errors: Error[] = [];
  #isFinal = false;

  get isFinal(): boolean {
    return this.#isFinal;
  }

  attempt(validate: () => void): void {
    try {
      validate();
    } catch (error) {
      this.#add(toError(error));
    }
  }

  async attemptAsync(validate: () => Promise<void>): Promise<void> {
    try {
      await validate();
    } catch (error) {
      this.#add(toError(error));
    }
  }

  throw(): void {
    const [first] = this.#errors;
    if (first && this.#errors.length === 1) throw first;
    if (first) throw severalErrors(this.#errors);
  }

  #add(error: Error): void {
    const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
    if (errors.length > 0 && errors.every(inner => inner instanceof OptionsValidationError)) {
      this.#errors.push(...errors);
    } else {
      this.#errors.push(error);
      this.#isFinal = true;
    }
  }
}
