import { fileURLToPath } from 'node:url';
import { addAppHost, configureResource, type ResourceOptions } from '../../backchannel/apphost/index.js';
import type { Class } from '../../hosting/dependency-injection/index.js';
import type { IHostedService } from '../../hosting/hosted-service.js';
import { runHost } from '../../hosting/run-host.js';
import { StopWithParent } from './stop-with-parent.js';

/** A hosted service of the demo, and what is said of it as a resource. */
export type DemoService = Class<IHostedService> | readonly [type: Class<IHostedService>, options: ResourceOptions];

/**
 * Runs one AppHost of the demo: some hosted services that are resources, and no console output.
 *
 * @param scriptUrl `import.meta.url` of the program
 * @returns the exit code
 */
export function runDemoAppHost(scriptUrl: string, services: readonly DemoService[]): Promise<number> {
  return runHost(builder => {
    builder.logging.clearProviders();
    // Some services of the demo fail on purpose, and the others are to go on.
    builder.configureHostOptions(options => (options.backgroundServiceExceptionBehavior = 'ignore'));
    builder.services.addHostedService(StopWithParent);
    addAppHost(builder.services, { appHostPath: fileURLToPath(scriptUrl), internalServices: [StopWithParent], isRequired: true });
    for (const service of services) {
      const [type, options] = typeof service === 'function' ? [service, {}] : service;
      builder.services.addHostedService(type, { as: [type] });
      configureResource(builder.services, type, options);
    }
  });
}
