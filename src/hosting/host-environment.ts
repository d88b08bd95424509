import { type ServiceToken, serviceToken } from './dependency-injection/index.js';

/**
 * What the program is and where it runs.
 *
 * @see Microsoft.Extensions.Hosting.IHostEnvironment
 */
export interface IHostEnvironment {
  /** `Development`, `Staging`, `Production` or a name of your own. Default: `DOTNET_ENVIRONMENT`, else `Production`. */
  readonly environmentName: string;
  /** Default: the name of the main script without its extension. */
  readonly applicationName: string;
  /** The directory that the program's files are relative to. Default: the working directory. */
  readonly contentRootPath: string;
}

export const IHostEnvironment: ServiceToken<IHostEnvironment> = serviceToken('IHostEnvironment');

/** Whether the environment has this name, in any case. */
export function isEnvironment(environment: IHostEnvironment, name: string): boolean {
  return environment.environmentName.toLowerCase() === name.toLowerCase();
}

export function isDevelopment(environment: IHostEnvironment): boolean {
  return isEnvironment(environment, 'Development');
}
