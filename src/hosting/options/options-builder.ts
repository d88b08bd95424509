import { IConfiguration } from '../configuration/index.js';
import { type Class, type DependencyList, type DependencyListEntry, describeService, type ServiceCollection } from '../dependency-injection/index.js';
import { ArgumentError } from '../primitives/index.js';
import { BoundSecrets } from './bound-secrets.js';
import {
  ConfigureFromConfiguration,
  type ConfigureFunction,
  ConfigureWithFunction,
  isConfiguration,
  throwUnlessConfigureFunction,
} from './configure-options.js';
import type { OptionsDeclaration } from './options-declaration.js';
import { addStartupValidation } from './options-services.js';
import type { IValidateOptions } from './options.js';
import {
  AsyncValidateFunction,
  AsyncValidateNameOnly,
  defaultFailureMessage,
  isAsyncValidator,
  ValidateFunction,
  ValidateNameOnly,
  type ValidationFunction,
} from './validate-function.js';

/**
 * Goes on with the options of one name: what configures them, what judges them, and when.
 *
 * @see Microsoft.Extensions.Options.OptionsBuilder
 */
export class OptionsBuilder<T extends object, Input extends object = T> {
  constructor(
    readonly services: ServiceCollection,
    readonly declaration: OptionsDeclaration<T, Input>,
    readonly name: string,
  ) {}

  /**
   * Fills the options in: with what stands in a configuration, as {@link bind}, or with a function, which receives what was configured so far.
   *
   * @throws ArgumentError for anything else, and for an asynchronous function
   */
  configure(configure: IConfiguration | ConfigureFunction<Input, []>): this;
  configure<const P extends readonly unknown[]>(configure: ConfigureFunction<Input, P>, dependencies: DependencyList<P>): this;
  configure(configure: IConfiguration | ConfigureFunction<Input, never>, dependencies: readonly DependencyListEntry[] = []): this {
    if (isConfiguration(configure)) return this.bind(configure);
    addFunction(this.services, this.declaration, 'configureOptions', this.name, configure, dependencies);
    return this;
  }

  /** Changes the finished options, after everything that configures them and before they are validated. */
  postConfigure(configure: ConfigureFunction<T, []>): this;
  postConfigure<const P extends readonly unknown[]>(configure: ConfigureFunction<T, P>, dependencies: DependencyList<P>): this;
  postConfigure(configure: ConfigureFunction<T, never>, dependencies: readonly DependencyListEntry[] = []): this {
    addFunction(this.services, this.declaration, 'postConfigureOptions', this.name, configure, dependencies);
    return this;
  }

  /** Fills the options in from a configuration, and has the monitor make them anew when that is loaded again. */
  bind(configuration: IConfiguration): this {
    addConfiguration(this.services, this.declaration, this.name, configuration);
    return this;
  }

  /** The same with a section of the program's configuration, by default the one that was declared; an empty path is all of it. */
  bindConfiguration(path: string = this.declaration.sectionName): this {
    const { declaration, name, services } = this;
    const sectionOf = (configuration: IConfiguration) => (path === '' ? configuration : configuration.getSection(path));
    const create = (configuration: IConfiguration) => new ConfigureFromConfiguration(name, sectionOf(configuration));
    services.addSingleton(declaration.configureOptions, create, [IConfiguration]);
    services.addSingleton(declaration.changeTokenSource, create, [IConfiguration]);
    const { secrets } = declaration;
    if (secrets.length > 0)
      services.addSingleton(BoundSecrets, (configuration: IConfiguration) => new BoundSecrets(sectionOf(configuration), secrets), [IConfiguration]);
    return this;
  }

  /**
   * Judges the options with a function; it receives them, what it depends on, and a signal that fires when the start is given up. A promise of its answer is
   * waited for at the start of a host only, and is an error elsewhere.
   *
   * @param message what is wrong when it answers false. Default: `A validation error has occurred.`
   */
  validate(isValid: (options: T, signal: AbortSignal) => boolean | PromiseLike<boolean>, message?: string): this;
  validate<const P extends readonly unknown[]>(
    isValid: (options: T, ...rest: [...P, AbortSignal]) => boolean | PromiseLike<boolean>,
    dependencies: DependencyList<P>,
    message?: string,
  ): this;
  validate(isValid: unknown, ...rest: (string | readonly DependencyListEntry[] | undefined)[]): this {
    if (typeof isValid !== 'function') throw new ArgumentError('isValid', `Options are validated by a function, but this is ${String(isValid)}.`);
    const { declaration, name } = this;
    const list = rest.find(Array.isArray) ?? [];
    const message = rest.find(part => typeof part === 'string') ?? defaultFailureMessage;
    const Validator = isValid.constructor.name === 'AsyncFunction' ? AsyncValidateFunction<T> : ValidateFunction<T>;
    const create = (...dependencies: unknown[]) =>
      new Validator({ optionsType: declaration.name, name, isValid: isValid as ValidationFunction, dependencies, message });
    this.services.add(describeService<IValidateOptions<T>>(declaration.validateOptions, 'transient', create as never, { dependencies: list as never }));
    return this;
  }

  /** Judges the options of this name with a class. @param dependencies what its constructor receives, for one without decorators */
  validateWith(type: Class<IValidateOptions<T>>): this;
  validateWith<const P extends readonly unknown[]>(type: new (...parameters: P) => IValidateOptions<T>, dependencies: DependencyList<P>): this;
  validateWith(type: Class<IValidateOptions<T>>, dependencies?: readonly DependencyListEntry[]): this {
    const { declaration, name, services } = this;
    services.tryAdd(describeService(type, 'singleton', type as never, { dependencies }));
    services.addSingleton(
      declaration.validateOptions,
      (inner: IValidateOptions<T>) => (isAsyncValidator(inner) ? new AsyncValidateNameOnly(name, inner) : new ValidateNameOnly(name, inner)),
      [type],
    );
    return this;
  }

  /** Validates the options of this name when the host starts, before any of its services is created; otherwise they are validated when they are first asked for. */
  validateOnStart(): this {
    addStartupValidation(this.services, { declaration: this.declaration, name: this.name });
    return this;
  }
}

/** Binds a configuration to the options of a name, or of all. */
export function addConfiguration<T extends object, Input extends object>(
  services: ServiceCollection,
  declaration: OptionsDeclaration<T, Input>,
  name: string | null,
  configuration: IConfiguration,
): void {
  if (!isConfiguration(configuration))
    throw new ArgumentError('configuration', `Options are bound to a configuration or a section of one, but this is ${String(configuration)}.`);
  const binding = new ConfigureFromConfiguration(name, configuration);
  services.addSingleton(declaration.configureOptions, binding);
  services.addSingleton(declaration.changeTokenSource, binding);
  if (declaration.secrets.length > 0) services.addSingleton(BoundSecrets, new BoundSecrets(configuration, declaration.secrets));
}

/** Registers a function that configures or post-configures the options of a name, or of all. */
export function addFunction<T extends object, Input extends object>(
  services: ServiceCollection,
  declaration: OptionsDeclaration<T, Input>,
  stage: 'configureOptions' | 'postConfigureOptions',
  name: string | null,
  action: ConfigureFunction<never, never>,
  dependencies: readonly DependencyListEntry[],
): void {
  throwUnlessConfigureFunction(action);
  const create = (...resolved: unknown[]) => new ConfigureWithFunction(name, action as ConfigureFunction<unknown>, resolved);
  services.add(describeService<unknown>(declaration[stage], 'transient', create, { dependencies }));
}
