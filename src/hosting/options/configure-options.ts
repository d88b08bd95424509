import type { IConfiguration } from '../configuration/index.js';
import { ArgumentError, type IChangeToken } from '../primitives/index.js';
import type { IConfigureOptions, IOptionsChangeTokenSource, IPostConfigureOptions } from './options.js';

/** Fills in or changes options, synchronously; what it returns is ignored, but for a promise, which is an error. */
export type ConfigureFunction<Input, P extends readonly unknown[] = readonly unknown[]> = (options: Input, ...dependencies: P) => unknown;

/** A function for the options of a name, or of all names; with what it depends on. */
export class ConfigureWithFunction<T> implements IConfigureOptions<T>, IPostConfigureOptions<T> {
  constructor(
    readonly name: string | null,
    readonly action: ConfigureFunction<T>,
    readonly dependencies: readonly unknown[],
  ) {}

  configure(options: T): unknown {
    return this.action(options, ...this.dependencies);
  }

  postConfigure(options: T): unknown {
    return this.action(options, ...this.dependencies);
  }
}

/** What stands in a configuration, and when it has changed. @see Microsoft.Extensions.Options.NamedConfigureFromConfigurationOptions */
export class ConfigureFromConfiguration implements IConfigureOptions<unknown>, IOptionsChangeTokenSource {
  constructor(
    readonly name: string | null,
    readonly configuration: IConfiguration,
  ) {}

  /** The factory binds it itself. */
  configure(): void {}

  getChangeToken(): IChangeToken {
    return this.configuration.getReloadToken();
  }
}

/** @throws ArgumentError when it is none, or asynchronous by declaration */
export function throwUnlessConfigureFunction(action: unknown): asserts action is ConfigureFunction<never> {
  if (typeof action !== 'function')
    throw new ArgumentError('configure', `Options are configured by a function or a configuration, but this is ${String(action)}.`);
  if (action.constructor.name === 'AsyncFunction')
    throw new ArgumentError('configure', 'A function that configures options must be synchronous: nobody waits for it.');
}

/** Whether `value` is a configuration, or a section of one. */
export function isConfiguration(value: unknown): value is IConfiguration {
  if (typeof value !== 'object' || value === null) return false;
  const { getSection, getReloadToken } = value as Partial<IConfiguration>;
  return typeof getSection === 'function' && typeof getReloadToken === 'function';
}
