import { bind, ConfigurationBindingError, type ConfigurationType, type IConfiguration } from '../configuration/index.js';
import { describeDefaults } from '../configuration/described-defaults.js';
import { secretMask } from '../primitives/index.js';
import { isPlainObject } from './input-node.js';
import { isSecretPath, sectionPathOf } from './option-path.js';
import type { OptionsDraft } from './options-draft.js';
import type { DefaultsSettings } from './options-settings.js';
import { type OptionsFailure, OptionsValidationError } from './options-validation-error.js';
import type { Steps } from './steps.js';
import { unknownKeys } from './unknown-names.js';

/**
 * Options that begin as default values, into which configurations are bound: text is converted as the default values say, or as a description of types does.
 *
 * What cannot be converted is an error at once, as in .NET.
 */
export class DefaultsDraft<T extends object> implements OptionsDraft<T, T> {
  readonly #options: T;
  readonly #source: T | (() => T);
  readonly #settings: DefaultsSettings<T>;
  readonly #unknown: OptionsFailure[] = [];

  constructor(source: T | (() => T), settings: DefaultsSettings<T>) {
    this.#settings = settings;
    this.#source = source;
    this.#options = makeOf(source);
  }

  // eslint-disable-next-line require-yield -- nothing to wait for
  *bind(configuration: IConfiguration): Steps<void> {
    const { errorOnUnknownConfiguration = false } = this.#settings;
    // The default values say it, not what functions have made of them.
    const type: ConfigurationType = this.#settings.type ?? describeDefaults(makeOf(this.#source));
    // The binder finds them, too, but says neither where they come from nor what may have been meant.
    const unknown = errorOnUnknownConfiguration ? unknownKeys(configuration, type) : [];
    this.#unknown.push(...unknown);
    try {
      bind<object>(configuration, this.#options, {
        type: type as never,
        errorOnUnknownConfiguration: errorOnUnknownConfiguration && unknown.length === 0,
      });
    } catch (error) {
      throw error instanceof ConfigurationBindingError ? this.#hidden(error, configuration) : error;
    }
  }

  // eslint-disable-next-line require-yield -- nothing to wait for
  *change(action: (options: T) => unknown): Steps<void> {
    action(this.#options);
  }

  // eslint-disable-next-line require-yield -- nothing to wait for
  *finish(optionsName: string, optionsType: string): Steps<T> {
    if (this.#unknown.length > 0) throw new OptionsValidationError(optionsName, optionsType, this.#unknown);
    return this.#options;
  }

  /** The error without the value, where that was declared to be secret. */
  #hidden(error: ConfigurationBindingError, configuration: IConfiguration): ConfigurationBindingError {
    const { path, source, expected } = error;
    const sectionPath = sectionPathOf(configuration);
    const relative = path?.slice(sectionPath === '' ? 0 : sectionPath.length + 1);
    if (!relative || !isSecretPath(relative.split(':'), '', this.#settings.secrets)) return error;
    const text = configuration.get(relative);
    const message = text ? error.message.replaceAll(text, secretMask) : error.message;
    return new ConfigurationBindingError(message, { path, source, expected, found: secretMask });
  }
}

function makeOf<T extends object>(source: T | (() => T)): T {
  return typeof source === 'function' ? source() : copyOf(source);
}

/** A copy of default values: lists, maps, dates and objects without a class are new, everything else is the same. */
function copyOf<V>(value: V): V {
  if (Array.isArray(value)) return value.map(copyOf) as V;
  if (value instanceof Date) return new Date(value) as V;
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copyOf(item as unknown)])) as V;
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)])) as V;
}
