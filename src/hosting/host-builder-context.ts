import type { IConfiguration } from './configuration/index.js';
import { type ServiceToken, serviceToken } from './dependency-injection/index.js';
import type { IHostEnvironment } from './host-environment.js';

/**
 * What the parts of a builder share.
 *
 * @see Microsoft.Extensions.Hosting.HostBuilderContext
 */
export interface HostBuilderContext {
  /** Whatever those who extend a builder have to tell each other; the same map as the builder's. */
  readonly properties: Map<unknown, unknown>;
  hostingEnvironment: IHostEnvironment;
  /** That of the host while the application's is being put together, then that of the application. */
  configuration: IConfiguration;
}

export const HostBuilderContext: ServiceToken<HostBuilderContext> = serviceToken('HostBuilderContext');
