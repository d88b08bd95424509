import { ConfigurationData } from './configuration-data.js';
import { combineConfigurationPath, keyDelimiter } from './configuration-path.js';
import { ConfigurationProvider } from './configuration-provider.js';
import type { IConfigurationProvider, IConfigurationSource } from './configuration.js';
import { startsWithKey } from './key-case.js';

/** Names and values, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Options of {@link EnvironmentVariablesConfigurationSource}. */
export interface EnvironmentVariablesOptions {
  /** Only variables whose names begin so are taken, without it. Case does not count, and `__` is the same as `:`. Default: none. */
  readonly prefix?: string;
  /** Where the variables are read, at each load. Default: `process.env`. */
  readonly environment?: Environment;
}

/**
 * Environment variables, with `__` for `:` in their names. Names with the prefixes that Azure gives to connection strings become `ConnectionStrings:…`.
 *
 * @see Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationSource
 */
export class EnvironmentVariablesConfigurationSource implements IConfigurationSource {
  constructor(readonly options: EnvironmentVariablesOptions = {}) {}

  build(): IConfigurationProvider {
    return new EnvironmentVariablesConfigurationProvider(this.options);
  }
}

/** @see Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationProvider */
export class EnvironmentVariablesConfigurationProvider extends ConfigurationProvider {
  readonly #prefix: string;
  readonly #environment: Environment;

  constructor({ prefix = '', environment = process.env }: EnvironmentVariablesOptions = {}) {
    super();
    this.#prefix = prefix;
    this.#environment = environment;
  }

  override load(): void {
    const data = new ConfigurationData();
    const prefix = normalize(this.#prefix);
    for (const [name, value] of Object.entries(this.#environment)) {
      if (value === undefined) continue;
      for (const [key, text] of entriesOf(name, value)) if (startsWithKey(key, prefix)) data.set(key.slice(prefix.length), text);
    }
    this.data = data;
  }

  override toString(): string {
    return `EnvironmentVariablesConfigurationProvider${this.#prefix === '' ? '' : ` Prefix: '${this.#prefix}'`}`;
  }
}

/** What marks a connection string, and the provider name that its kind comes with. */
const connectionStringKinds: readonly (readonly [prefix: string, providerName?: string])[] = [
  ['MYSQLCONNSTR_', 'MySql.Data.MySqlClient'],
  ['SQLAZURECONNSTR_', 'System.Data.SqlClient'],
  ['SQLCONNSTR_', 'System.Data.SqlClient'],
  ['POSTGRESQLCONNSTR_', 'Npgsql'],
  ['CUSTOMCONNSTR_'],
  ['APIHUBCONNSTR_'],
  ['DOCDBCONNSTR_'],
  ['EVENTHUBCONNSTR_'],
  ['NOTIFICATIONHUBCONNSTR_'],
  ['REDISCACHECONNSTR_'],
  ['SERVICEBUSCONNSTR_'],
];

function* entriesOf(name: string, value: string): Iterable<readonly [key: string, value: string]> {
  const kind = connectionStringKinds.find(([prefix]) => startsWithKey(name, prefix));
  if (!kind) {
    yield [normalize(name), value];
    return;
  }
  const [prefix, providerName] = kind;
  const key = combineConfigurationPath('ConnectionStrings', normalize(name.slice(prefix.length)));
  yield [key, value];
  if (providerName !== undefined) yield [`${key}_ProviderName`, providerName];
}

function normalize(name: string): string {
  return name.replaceAll('__', keyDelimiter);
}
