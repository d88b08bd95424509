import {
  type Class,
  type DependencyListEntry,
  describeService,
  type ServiceCollection,
  type ServiceToken,
  serviceToken,
} from '../dependency-injection/index.js';
import { ArgumentError } from '../primitives/index.js';
import { type ConfigureFunction, isConfiguration } from './configure-options.js';
import { DefaultsDraft } from './defaults-draft.js';
import { addConfiguration, addFunction, OptionsBuilder } from './options-builder.js';
import type { OptionsDeclaration, OptionsMethod } from './options-declaration.js';
import type { OptionsDraft } from './options-draft.js';
import { addOptionsServices } from './options-services.js';
import type { DefaultsSettings, OptionsSettings } from './options-settings.js';
import {
  defaultOptionsName,
  type IConfigureOptions,
  type IOptions,
  type IOptionsChangeTokenSource,
  type IOptionsFactory,
  type IOptionsMonitor,
  type IOptionsMonitorCache,
  type IOptionsSnapshot,
  type IPostConfigureOptions,
  type IValidateOptions,
} from './options.js';
import { SchemaDraft } from './schema-draft.js';
import { secretsOf } from './schema-secrets.js';
import { isStandardSchema, type SchemaInput, type SchemaOutput, type StandardSchema } from './standard-schema.js';

/**
 * Declares options: the section that they stand in, their type, and the tokens of their services.
 *
 * With a schema (zod, valibot, or another that follows Standard Schema) the options are what it makes of the configuration. Otherwise they begin as a copy of the
 * default values, or as what a function makes, and the type of each default value says how the text of the configuration is converted.
 *
 * ```ts
 * const MailOptions = optionsOf('Mail', () => ({ server: 'localhost', retries: 3 }));
 * type MailOptions = OptionsOf<typeof MailOptions>;
 * ```
 *
 * Differs from .NET: there the class of the options is all that, and anything can be asked for its `IOptions`; here options are there once they are configured
 * or added to the services.
 *
 * @throws ArgumentError when there is neither a schema nor default values
 */
export function optionsOf<S extends StandardSchema<unknown, object>>(
  sectionName: string,
  schema: S,
  settings?: OptionsSettings,
): OptionsDeclaration<SchemaOutput<S> & object, SchemaInput<S> & object>;
export function optionsOf<T extends object>(
  sectionName: string,
  defaults: (T | (() => T)) & { readonly '~standard'?: never },
  settings?: DefaultsSettings<T>,
): OptionsDeclaration<T>;
export function optionsOf(sectionName: string, source: unknown, settings: DefaultsSettings<object> = {}): OptionsDeclaration<object> {
  if (typeof sectionName !== 'string')
    throw new ArgumentError('sectionName', `Options are declared with the name of their section, but this is ${String(sectionName)}.`);
  if ((typeof source !== 'object' && typeof source !== 'function') || source === null)
    throw new ArgumentError('source', `Options are declared with a schema, default values or a function that makes them, but this is ${String(source)}.`);
  const schema = isStandardSchema(source) ? (source as unknown as StandardSchema<object, object>) : undefined;
  const secrets = [...(settings.secrets ?? []), ...(schema ? secretsOf(schema) : [])];
  const begin = schema
    ? () => new SchemaDraft<object, object>({ schema, sectionName, settings: { ...settings, secrets } })
    : () => new DefaultsDraft<object>(source, settings);
  return new Declaration(sectionName, settings.name ?? sectionName, secrets, begin);
}

class Declaration implements OptionsDeclaration<object> {
  readonly options: ServiceToken<IOptions<object>>;
  readonly snapshot: ServiceToken<IOptionsSnapshot<object>>;
  readonly monitor: ServiceToken<IOptionsMonitor<object>>;
  readonly value: ServiceToken<object>;
  readonly factory: ServiceToken<IOptionsFactory<object>>;
  readonly cache: ServiceToken<IOptionsMonitorCache<object>>;
  readonly configureOptions: ServiceToken<IConfigureOptions<object>>;
  readonly postConfigureOptions: ServiceToken<IPostConfigureOptions<object>>;
  readonly validateOptions: ServiceToken<IValidateOptions<object>>;
  readonly changeTokenSource: ServiceToken<IOptionsChangeTokenSource>;

  constructor(
    readonly sectionName: string,
    readonly name: string,
    readonly secrets: readonly string[],
    private readonly begin: () => OptionsDraft<unknown, unknown>,
  ) {
    this.options = serviceToken(`IOptions<${name}>`);
    this.snapshot = serviceToken(`IOptionsSnapshot<${name}>`);
    this.monitor = serviceToken(`IOptionsMonitor<${name}>`);
    this.value = serviceToken(`${name} options`);
    this.factory = serviceToken(`IOptionsFactory<${name}>`);
    this.cache = serviceToken(`IOptionsMonitorCache<${name}>`);
    this.configureOptions = serviceToken(`IConfigureOptions<${name}>`);
    this.postConfigureOptions = serviceToken(`IPostConfigureOptions<${name}>`);
    this.validateOptions = serviceToken(`IValidateOptions<${name}>`);
    this.changeTokenSource = serviceToken(`IOptionsChangeTokenSource<${name}>`);
  }

  addTo(services: ServiceCollection, method: OptionsMethod, given: readonly unknown[]): never {
    addOptionsServices(services, this, this.begin);
    if (method === 'addOptions' || method === 'addOptionsWithValidateOnStart') return this.#add(services, method, given) as never;
    const isAll = method === 'configureAll' || method === 'postConfigureAll';
    const stage = method === 'configure' || method === 'configureAll' ? 'configureOptions' : 'postConfigureOptions';
    const isNamed = !isAll && (typeof given[0] === 'string' || given[0] === null);
    const name = isAll ? null : isNamed ? (given[0] as string | null) : defaultOptionsName;
    const [action, dependencies = []] = (isNamed ? given.slice(1) : given) as [unknown?, (readonly DependencyListEntry[])?];
    const builder = new OptionsBuilder<object>(services, this, name ?? defaultOptionsName);
    if (given.length === 0 && method === 'configure') return builder.bindConfiguration() as never;
    if (stage === 'configureOptions' && isConfiguration(action)) addConfiguration(services, this, name, action);
    else addFunction(services, this, stage, name, action as ConfigureFunction<never, never>, dependencies);
    return (isAll ? services : builder) as never;
  }

  #add(services: ServiceCollection, method: OptionsMethod, [name, validator]: readonly unknown[]): OptionsBuilder<object> {
    if (name !== undefined && name !== null && typeof name !== 'string')
      throw new ArgumentError('name', `The name of options is a text, but this is ${typeof name}.`);
    const builder = new OptionsBuilder<object>(services, this, name ?? defaultOptionsName);
    if (method === 'addOptions') return builder;
    if (validator !== undefined) services.tryAddEnumerable(describeService(this.validateOptions, 'singleton', validator as Class<IValidateOptions<object>>));
    return builder.validateOnStart();
  }
}
