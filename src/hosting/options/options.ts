import type { IChangeToken } from '../primitives/index.js';
import type { ValidateOptionsResult } from './validate-options-result.js';

/** The name of options that are asked for without one. @see Microsoft.Extensions.Options.Options.DefaultName */
export const defaultOptionsName = '';

/**
 * Options that are made once, at the first access, and stay as they are.
 *
 * @see Microsoft.Extensions.Options.IOptions
 */
export interface IOptions<T> {
  /** Always the same object. After a failure the next access tries again. @throws OptionsValidationError when what is configured is not valid */
  readonly value: T;
}

/**
 * Options that stay the same within a scope, and are made anew for the next.
 *
 * @see Microsoft.Extensions.Options.IOptionsSnapshot
 */
export interface IOptionsSnapshot<T> extends IOptions<T> {
  /** The options of that name; null and undefined are the default name. A failure is remembered as long as the scope lasts. */
  get(name?: string | null): T;
}

/**
 * Options that follow the configuration: they are made anew when it is loaded again.
 *
 * @see Microsoft.Extensions.Options.IOptionsMonitor
 */
export interface IOptionsMonitor<T> {
  /** The options of the default name, as they are now. A failure is remembered until the next change. */
  readonly currentValue: T;
  get(name?: string | null): T;
  /** Calls back with the new options and their name after each change, not with those there are now; disposing the result ends it. */
  onChange(listener: (options: T, name: string) => void): Disposable;
}

/** Makes options: configure, post-configure, validate. @see Microsoft.Extensions.Options.IOptionsFactory */
export interface IOptionsFactory<T> {
  /** A new instance with each call. @throws OptionsValidationError when it is not valid */
  create(name: string): T;
}

/** Where the monitor keeps what was made, failures included. @see Microsoft.Extensions.Options.IOptionsMonitorCache */
export interface IOptionsMonitorCache<T> {
  /** What is kept under the name; when there is nothing, what `create` returns or throws is kept from now on. */
  getOrAdd(name: string | null | undefined, create: () => T): T;
  /** @returns whether there was nothing yet */
  tryAdd(name: string | null | undefined, options: T): boolean;
  /** @returns whether there was anything */
  tryRemove(name: string | null | undefined): boolean;
  clear(): void;
}

/**
 * Fills in options. `name` says which: that of options, null for all of them; absent, the default name.
 *
 * @see Microsoft.Extensions.Options.IConfigureNamedOptions
 */
export interface IConfigureOptions<Input> {
  readonly name?: string | null | undefined;
  configure(options: Input, name: string): void;
}

/** Changes options after all that configures them; `name` as in {@link IConfigureOptions}. @see Microsoft.Extensions.Options.IPostConfigureOptions */
export interface IPostConfigureOptions<T> {
  readonly name?: string | null | undefined;
  postConfigure(options: T, name: string): void;
}

/**
 * Judges options of every name, skipping those it has nothing to say about.
 *
 * @see Microsoft.Extensions.Options.IValidateOptions
 */
export interface IValidateOptions<T> {
  validate(name: string, options: T): ValidateOptionsResult;
}

/**
 * Judges options with something asynchronous, which only the validation at the start of a host can wait for; `validate` is for everybody else.
 *
 * @see Microsoft.Extensions.Options.IAsyncValidateOptions (.NET 11)
 */
export interface IAsyncValidateOptions<T> extends IValidateOptions<T> {
  /** The signal fires when the start is given up. */
  validateAsync(name: string, options: T, signal: AbortSignal): Promise<ValidateOptionsResult>;
}

/** Says when options of a name have to be made anew. @see Microsoft.Extensions.Options.IOptionsChangeTokenSource */
export interface IOptionsChangeTokenSource {
  readonly name?: string | null | undefined;
  getChangeToken(): IChangeToken;
}
