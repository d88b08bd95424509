import { ArgumentError } from '../primitives/index.js';
import { ConfigurationData } from './configuration-data.js';
import { ConfigurationFormatError } from './configuration-errors.js';
import { ConfigurationProvider } from './configuration-provider.js';
import type { IConfigurationProvider, IConfigurationSource } from './configuration.js';
import { foldCase } from './key-case.js';

/** Switches, with their dashes, and the keys that they set: `{ '-p': 'Server:Port', '--verbose': 'Logging:LogLevel:Default' }`. */
export type SwitchMappings = Readonly<Record<string, string>> | Iterable<readonly [name: string, key: string]>;

/**
 * Arguments of the command line: `key=value`, `--key=value`, `/key=value`, `--key value`, `/key value`, and `-k value`, `-k=value` for switches that are mapped.
 *
 * The last of several values of one key wins. What has none of these forms is ignored, and so is a switch with no value behind it.
 *
 * @see Microsoft.Extensions.Configuration.CommandLine.CommandLineConfigurationSource
 */
export class CommandLineConfigurationSource implements IConfigurationSource {
  constructor(
    readonly args: Iterable<string>,
    readonly switchMappings: SwitchMappings = [],
  ) {}

  /** @throws ArgumentError when a switch of the mappings does not begin with `-`, or occurs twice, ignoring case */
  build(): IConfigurationProvider {
    return new CommandLineConfigurationProvider(this.args, this.switchMappings);
  }
}

/** @see Microsoft.Extensions.Configuration.CommandLine.CommandLineConfigurationProvider */
export class CommandLineConfigurationProvider extends ConfigurationProvider {
  readonly #args: readonly string[];
  readonly #keys: ReadonlyMap<string, string>;

  constructor(args: Iterable<string>, switchMappings: SwitchMappings = []) {
    super();
    this.#args = [...args];
    this.#keys = keysBySwitch(switchMappings);
  }

  /** @throws ConfigurationFormatError for a switch with one dash and a value, `-k=value`, that the mappings do not have */
  override load(): void {
    const data = new ConfigurationData();
    const args = this.#args[Symbol.iterator]();
    for (let { value: arg } = args.next(); arg !== undefined; arg = args.next().value) {
      const text = arg.startsWith('/') ? `--${arg.slice(1)}` : arg;
      const separator = text.indexOf('=');
      if (separator >= 0) {
        data.set(this.#keyOf(text.slice(0, separator), text), text.slice(separator + 1));
        continue;
      }
      const key = this.#keyOfSwitch(text);
      if (key === undefined) continue;
      const { value } = args.next();
      if (value !== undefined) data.set(key, value);
    }
    this.data = data;
  }

  override toString(): string {
    return 'CommandLineConfigurationProvider';
  }

  /** The key before the `=` of an argument. */
  #keyOf(name: string, arg: string): string {
    const mapped = this.#keys.get(foldCase(name));
    if (mapped !== undefined) return mapped;
    if (name.startsWith('--')) return name.slice(2);
    if (!name.startsWith('-')) return name;
    throw new ConfigurationFormatError(`The short switch '${arg}' is not defined in the switch mappings.`);
  }

  /** The key that the value in the next argument belongs to; undefined for what is no switch, or none that is known. */
  #keyOfSwitch(name: string): string | undefined {
    if (!name.startsWith('-')) return undefined;
    return this.#keys.get(foldCase(name)) ?? (name.startsWith('--') ? name.slice(2) : undefined);
  }
}

function keysBySwitch(switchMappings: SwitchMappings): Map<string, string> {
  const keys = new Map<string, string>();
  const mappings = Symbol.iterator in switchMappings ? switchMappings : Object.entries(switchMappings);
  for (const [name, key] of mappings as Iterable<readonly [string, string]>) {
    if (!name.startsWith('-')) throw new ArgumentError('switchMappings', `The switch mappings contain an invalid switch '${name}'.`);
    const folded = foldCase(name);
    if (keys.has(folded)) throw new ArgumentError('switchMappings', `Keys in switch mappings are case-insensitive. A duplicated key '${name}' was found.`);
    keys.set(folded, key);
  }
  return keys;
}
