import { isAbsolute, sep } from 'node:path';
import { type ConfigurationBuilderMethods, type ConfigurationManager, getValue, type IConfiguration } from './configuration/index.js';
import { type FileWatcher, PhysicalFileProvider } from './files/index.js';
import { applicationBaseDirectory, defaultApplicationName } from './files/main-script.js';
import { Environments, HostDefaults, HostingEnvironment, type IHostEnvironment, isDevelopment } from './host-environment.js';

/** What a builder's settings say of the host themselves. */
export interface HostSettings {
  readonly environmentName?: string | undefined;
  readonly applicationName?: string | undefined;
  readonly contentRootPath?: string | undefined;
}

/** What a builder's settings say of its sources. */
export interface ApplicationSettings extends HostSettings {
  readonly disableDefaults?: boolean | undefined;
  readonly args?: readonly string[] | undefined;
}

/**
 * Gives the configuration of an application its sources, and says what its environment is.
 *
 * @throws whatever is wrong with a source; the configuration is disposed then
 * @see Microsoft.Extensions.Hosting.HostApplicationBuilder.Initialize
 */
export function configureApplication(configuration: ConfigurationManager, settings: ApplicationSettings): IHostEnvironment {
  const { disableDefaults = false, args } = settings;
  try {
    const hasContentRoot = (settings.contentRootPath ?? configuration.get(HostDefaults.contentRootKey)) !== undefined;
    if (disableDefaults) addCommandLine(configuration, args);
    else addDefaultHostConfiguration(configuration, args, { hasContentRoot });
    addHostSettings(configuration, settings);
    const environment = createHostEnvironment(configuration, configuration.fileWatcher);
    configuration.setFileProvider(environment.contentRootFileProvider);
    if (!disableDefaults) addDefaultAppConfiguration(configuration, configuration, environment, args);
    return environment;
  } catch (error) {
    configuration[Symbol.dispose]();
    throw error;
  }
}

/**
 * The sources that say what the host is: the working directory as content root, variables that begin with `DOTNET_`, and the command line.
 *
 * @param options `hasContentRoot`: it is said elsewhere, and the working directory is none
 */
export function addDefaultHostConfiguration(
  configuration: ConfigurationBuilderMethods,
  args: readonly string[] | undefined,
  { hasContentRoot = false }: { readonly hasContentRoot?: boolean } = {},
): void {
  if (!hasContentRoot) configuration.addInMemoryCollection({ [HostDefaults.contentRootKey]: process.cwd() });
  configuration.addEnvironmentVariables('DOTNET_');
  addCommandLine(configuration, args);
}

/**
 * The sources of the application: appsettings.json and that of the environment, the same two by the application's name, user secrets in development, all
 * variables of the environment, and the command line. Files are watched unless `hostBuilder:reloadConfigOnChange` is false.
 *
 * @see Microsoft.Extensions.Hosting, HostingHostBuilderExtensions.ApplyDefaultAppConfiguration
 */
export function addDefaultAppConfiguration(
  configuration: ConfigurationBuilderMethods,
  hostConfiguration: IConfiguration,
  environment: IHostEnvironment,
  args: readonly string[] | undefined,
): void {
  const reloadOnChange = getValue(hostConfiguration, 'hostBuilder:reloadConfigOnChange', true);
  const { environmentName, applicationName } = environment;
  const names = ['appsettings', ...(applicationName === '' ? [] : [`${applicationName.replaceAll('/', '_')}.settings`])];
  for (const name of names) {
    configuration.addJsonFile(`${name}.json`, { optional: true, reloadOnChange });
    configuration.addJsonFile(`${name}.${environmentName}.json`, { optional: true, reloadOnChange });
  }
  if (isDevelopment(environment) && applicationName !== '') configuration.addUserSecrets(undefined, { optional: true, reloadOnChange });
  configuration.addEnvironmentVariables();
  addCommandLine(configuration, args);
}

function addCommandLine(configuration: ConfigurationBuilderMethods, args: readonly string[] | undefined): void {
  if (args && args.length > 0) configuration.addCommandLine(args);
}

/** The settings as a source of their own, above all others that say what the host is. */
export function addHostSettings(configuration: ConfigurationBuilderMethods, { applicationName, environmentName, contentRootPath }: HostSettings): void {
  const entries = [
    [HostDefaults.applicationKey, applicationName],
    [HostDefaults.environmentKey, environmentName],
    [HostDefaults.contentRootKey, contentRootPath],
  ].filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (entries.length > 0) configuration.addInMemoryCollection(Object.fromEntries(entries));
}

/** What the configuration says of the environment. It is asked once: later changes of the configuration change nothing. The watcher is that of all files. */
export function createHostEnvironment(configuration: IConfiguration, fileWatcher: FileWatcher): IHostEnvironment {
  const environment = new HostingEnvironment();
  environment.environmentName = configuration.get(HostDefaults.environmentKey) ?? Environments.Production;
  environment.applicationName = configuration.get(HostDefaults.applicationKey) || defaultApplicationName();
  environment.contentRootPath = contentRootPath(configuration.get(HostDefaults.contentRootKey));
  environment.contentRootFileProvider = new PhysicalFileProvider(environment.contentRootPath, { fileWatcher });
  return environment;
}

/** Either path stays as it is written. */
function contentRootPath(configured: string | undefined): string {
  if (!configured) return applicationBaseDirectory();
  return isAbsolute(configured) ? configured : `${applicationBaseDirectory()}${sep}${configured}`;
}
