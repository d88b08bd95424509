import { type ServiceToken, serviceToken } from './dependency-injection/index.js';
import { type IFileProvider, NullFileProvider } from './files/index.js';

/**
 * What the program is and where it runs.
 *
 * @see Microsoft.Extensions.Hosting.IHostEnvironment
 */
export interface IHostEnvironment {
  /** `Development`, `Staging`, `Production` or a name of your own. Default: the configuration's `environment`, else `Production`. */
  environmentName: string;
  /**
   * Default: the configuration's `applicationName`, else the name of the main script.
   *
   * Differs from .NET: the name is that of the nearest package.json, else of the script without its extension; there it is that of the entry assembly.
   * Any text may be a name; there, one that no assembly can have fails in development, when the user secrets are looked for.
   */
  applicationName: string;
  /** The directory that the program's files are relative to. Default: the configuration's `contentRoot`, else the directory of the main script. */
  contentRootPath: string;
  /** The files below {@link contentRootPath}. It is disposed with the host. */
  contentRootFileProvider: IFileProvider;
}

export const IHostEnvironment: ServiceToken<IHostEnvironment> = serviceToken('IHostEnvironment');

/** The names of environments that programs agree on. @see Microsoft.Extensions.Hosting.Environments */
export const Environments = { Development: 'Development', Staging: 'Staging', Production: 'Production' } as const;

/** The configuration keys from which the environment comes. @see Microsoft.Extensions.Hosting.HostDefaults */
export const HostDefaults = { applicationKey: 'applicationName', environmentKey: 'environment', contentRootKey: 'contentRoot' } as const;

/** Whether the environment has this name, in any case. */
export function isEnvironment(environment: Pick<IHostEnvironment, 'environmentName'>, name: string): boolean {
  return environment.environmentName.toLowerCase() === name.toLowerCase();
}

export function isDevelopment(environment: Pick<IHostEnvironment, 'environmentName'>): boolean {
  return isEnvironment(environment, Environments.Development);
}

export function isStaging(environment: Pick<IHostEnvironment, 'environmentName'>): boolean {
  return isEnvironment(environment, Environments.Staging);
}

export function isProduction(environment: Pick<IHostEnvironment, 'environmentName'>): boolean {
  return isEnvironment(environment, Environments.Production);
}

/** An environment to fill in: empty texts, no files. @see Microsoft.Extensions.Hosting.Internal.HostingEnvironment */
export class HostingEnvironment implements IHostEnvironment {
  environmentName = '';
  applicationName = '';
  contentRootPath = '';
  contentRootFileProvider: IFileProvider = new NullFileProvider();
}
