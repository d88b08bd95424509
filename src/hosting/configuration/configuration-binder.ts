import { ArgumentError } from '../primitives/index.js';
import { Binder, type BinderOptions } from './binder.js';
import type { ConfigurationType, ScalarType } from './configuration-types.js';
import type { IConfiguration } from './configuration.js';
import { convertText } from './convert-text.js';
import { describeDefaults } from './described-defaults.js';

/**
 * The value of a key, converted.
 *
 * @param typeOrDefault the type; or a value whose type it is, and which is the answer when there is none
 * @throws ConfigurationBindingError when the text cannot be converted
 * @see Microsoft.Extensions.Configuration.ConfigurationBinder.GetValue
 */
export function getValue<T>(configuration: IConfiguration, key: string, type: ScalarType<T, unknown>): T | undefined;
export function getValue<T>(configuration: IConfiguration, key: string, type: ScalarType<T, unknown>, defaultValue: T): T;
export function getValue(configuration: IConfiguration, key: string, defaultValue: string): string;
export function getValue(configuration: IConfiguration, key: string, defaultValue: number): number;
export function getValue(configuration: IConfiguration, key: string, defaultValue: boolean): boolean;
export function getValue(configuration: IConfiguration, key: string, typeOrDefault: unknown, defaultValue?: unknown): unknown {
  const section = configuration.getSection(key);
  const isType = typeof typeOrDefault === 'object' && typeOrDefault !== null && 'kind' in typeOrDefault;
  const type = isType ? (typeOrDefault as ScalarType<unknown, unknown>) : describeDefaults(typeOrDefault);
  if (type.kind !== 'scalar') throw new ArgumentError('typeOrDefault', `A single value was expected, but '${type.name}' has several. Use getAs or bind.`);
  const text = section.value;
  const value = text === undefined ? undefined : convertText(type, text, section);
  return value ?? (isType ? defaultValue : typeOrDefault);
}

/**
 * A new value of the type from everything in the configuration; undefined when there is nothing.
 *
 * @throws ConfigurationBindingError when something cannot be converted
 * @see Microsoft.Extensions.Configuration.ConfigurationBinder.Get
 */
export function getAs<T, Empty>(configuration: IConfiguration, type: ConfigurationType<T, Empty>, options: BinderOptions = {}): T | undefined {
  return new Binder(options).bindNew(type, configuration) as T | undefined;
}

/**
 * Gives the properties of `target` the values that the configuration has for them; the rest stays as it is.
 *
 * Without a type, text is converted as the value that is there says: to a number, a boolean, a date, to the properties of an object, to more items of a list
 * or a map like the first one. Items are added to a list, and put into a map.
 *
 * @throws ConfigurationBindingError when something cannot be converted; what was bound before stays
 * @see Microsoft.Extensions.Configuration.ConfigurationBinder.Bind
 */
export function bind<T extends object>(configuration: IConfiguration, target: T, options: BinderOptions & { readonly type?: ConfigurationType } = {}): T {
  new Binder(options).bindInto(options.type ?? describeDefaults(target), configuration, target);
  return target;
}
