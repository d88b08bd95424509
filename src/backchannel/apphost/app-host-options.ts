import { type AbstractClass, type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';

/** How a program presents itself as an AppHost. */
export interface AppHostOptions {
  /** The file that stands for the application, usually `import.meta.filename`. It has to exist for `aspire … --apphost <file>` to find the AppHost. */
  readonly appHostPath: string;
  /** The directory below which the socket is made. Default: the user's home, which is where the `aspire` CLI looks. */
  readonly homeDirectory?: string;
  /** What lists show as the SDK's version. Default: hostward's. */
  readonly version?: string;
  /** Log lines kept for each resource, and for the AppHost as a whole. Default: 1,000. */
  readonly logCapacity?: number;
  /** Hosted services that are no resources, because they belong to the plumbing. */
  readonly internalServices?: readonly AbstractClass<unknown>[];
  /** Whether the host fails to start when the socket cannot be made; otherwise it says so in the log and runs without. Default: false, as in .NET. */
  readonly isRequired?: boolean;
}

export const AppHostOptions: ServiceToken<AppHostOptions> = serviceToken('AppHostOptions');
