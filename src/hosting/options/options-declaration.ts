import type { IConfiguration } from '../configuration/index.js';
import type { Class, DependencyList, ServiceCollection, ServiceToken } from '../dependency-injection/index.js';
import type { ConfigureFunction } from './configure-options.js';
import type {
  IConfigureOptions,
  IOptions,
  IOptionsChangeTokenSource,
  IOptionsFactory,
  IOptionsMonitor,
  IOptionsMonitorCache,
  IOptionsSnapshot,
  IPostConfigureOptions,
  IValidateOptions,
} from './options.js';
import type { OptionsBuilder } from './options-builder.js';

/**
 * Options as `optionsOf` declares them: their type, the section of the configuration that they stand in, and the tokens of all their services.
 *
 * `Input` is what is configured, `T` what comes of it: with a schema, what it takes and what it makes of that; otherwise the same.
 */
export interface OptionsDeclaration<T extends object, Input extends object = T> {
  readonly sectionName: string;
  /** What errors call the options. */
  readonly name: string;
  /** The options that are secret, by the settings or by the schema. */
  readonly secrets: readonly string[];
  readonly options: ServiceToken<IOptions<T>>;
  readonly snapshot: ServiceToken<IOptionsSnapshot<T>>;
  readonly monitor: ServiceToken<IOptionsMonitor<T>>;
  /** The plain object: the value of {@link options}. */
  readonly value: ServiceToken<T>;
  readonly factory: ServiceToken<IOptionsFactory<T>>;
  readonly cache: ServiceToken<IOptionsMonitorCache<T>>;
  /** What fills in the options; register classes of your own under it, as under the three that follow. */
  readonly configureOptions: ServiceToken<IConfigureOptions<Input>>;
  readonly postConfigureOptions: ServiceToken<IPostConfigureOptions<T>>;
  readonly validateOptions: ServiceToken<IValidateOptions<T>>;
  readonly changeTokenSource: ServiceToken<IOptionsChangeTokenSource>;
  /** @internal What the methods of a service collection do; the interfaces below say what is given and returned. */
  addTo(services: ServiceCollection, method: OptionsMethod, given: readonly unknown[]): never;
}

/** The type of the options of a declaration. */
export type OptionsOf<D> = D extends OptionsDeclaration<infer T, infer _> ? T : never;

/** The type of what is configured. */
export type OptionsInputOf<D> = D extends OptionsDeclaration<infer _, infer Input> ? Input : never;

/** Any declaration. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a declaration takes and gives its types, so that no other type fits all
export type AnyOptionsDeclaration = OptionsDeclaration<any, any>;

export type OptionsMethod = 'addOptions' | 'addOptionsWithValidateOnStart' | 'configure' | 'configureAll' | 'postConfigure' | 'postConfigureAll';

/** @internal Any of the methods below. */
export type RegisterOptions = (options: AnyOptionsDeclaration, ...given: readonly unknown[]) => never;

/**
 * Configures options: with a configuration, with the declared section of the program's configuration when nothing is given, or with a function. A name says
 * which options, null all of them; without one, those of the default name. The result goes on with the options of that name.
 */
export interface ConfigureOptions {
  <T extends object, Input extends object>(options: OptionsDeclaration<T, Input>): OptionsBuilder<T, Input>;
  <T extends object, Input extends object>(
    options: OptionsDeclaration<T, Input>,
    configure: IConfiguration | ConfigureFunction<Input, []>,
  ): OptionsBuilder<T, Input>;
  <T extends object, Input extends object, const P extends readonly unknown[]>(
    options: OptionsDeclaration<T, Input>,
    configure: ConfigureFunction<Input, P>,
    dependencies: DependencyList<P>,
  ): OptionsBuilder<T, Input>;
  <T extends object, Input extends object>(
    options: OptionsDeclaration<T, Input>,
    name: string | null,
    configure: IConfiguration | ConfigureFunction<Input, []>,
  ): OptionsBuilder<T, Input>;
  <T extends object, Input extends object, const P extends readonly unknown[]>(
    options: OptionsDeclaration<T, Input>,
    name: string | null,
    configure: ConfigureFunction<Input, P>,
    dependencies: DependencyList<P>,
  ): OptionsBuilder<T, Input>;
}

/** Changes options after everything that configures them; names as in {@link ConfigureOptions}. */
export interface PostConfigureOptions {
  <T extends object, Input extends object>(options: OptionsDeclaration<T, Input>, configure: ConfigureFunction<T, []>): OptionsBuilder<T, Input>;
  <T extends object, Input extends object, const P extends readonly unknown[]>(
    options: OptionsDeclaration<T, Input>,
    configure: ConfigureFunction<T, P>,
    dependencies: DependencyList<P>,
  ): OptionsBuilder<T, Input>;
  <T extends object, Input extends object>(
    options: OptionsDeclaration<T, Input>,
    name: string | null,
    configure: ConfigureFunction<T, []>,
  ): OptionsBuilder<T, Input>;
  <T extends object, Input extends object, const P extends readonly unknown[]>(
    options: OptionsDeclaration<T, Input>,
    name: string | null,
    configure: ConfigureFunction<T, P>,
    dependencies: DependencyList<P>,
  ): OptionsBuilder<T, Input>;
}

/** Configures the options of all names. */
export interface ConfigureAllOptions {
  <T extends object, Input extends object>(options: OptionsDeclaration<T, Input>, configure: ConfigureFunction<Input, []>): ServiceCollection;
  <T extends object, Input extends object, const P extends readonly unknown[]>(
    options: OptionsDeclaration<T, Input>,
    configure: ConfigureFunction<Input, P>,
    dependencies: DependencyList<P>,
  ): ServiceCollection;
}

/** Changes the options of all names after everything that configures them. */
export interface PostConfigureAllOptions {
  <T extends object, Input extends object>(options: OptionsDeclaration<T, Input>, configure: ConfigureFunction<T, []>): ServiceCollection;
  <T extends object, Input extends object, const P extends readonly unknown[]>(
    options: OptionsDeclaration<T, Input>,
    configure: ConfigureFunction<T, P>,
    dependencies: DependencyList<P>,
  ): ServiceCollection;
}

/** Registers the services of options; null is the default name. */
export type AddOptions = <T extends object, Input extends object>(options: OptionsDeclaration<T, Input>, name?: string | null) => OptionsBuilder<T, Input>;

/** The same, and validates the options when the host starts. A validator class is asked about the options of every name. */
export type AddOptionsWithValidateOnStart = <T extends object, Input extends object>(
  options: OptionsDeclaration<T, Input>,
  name?: string | null,
  validator?: Class<IValidateOptions<T>>,
) => OptionsBuilder<T, Input>;
