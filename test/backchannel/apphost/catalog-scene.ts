import { FakeTimeProvider } from 'hostward/testing';
import { LogBook } from '../../../src/backchannel/apphost/logs/log-book.js';
import type { ResourceConfiguration } from '../../../src/backchannel/apphost/resources/configure-resource.js';
import { PlumbingService } from '../../../src/backchannel/apphost/resources/plumbing.js';
import { ResourceCatalog } from '../../../src/backchannel/apphost/resources/resource-catalog.js';
import type { AppHostResource } from '../../../src/backchannel/apphost/resources/resource.js';
import { HostedServiceStates } from '../../../src/hosting/diagnostics/index.js';

export const appHostPath = '/srv/app/apphost.ts';

/** What a catalog is made of in a test. */
export interface CatalogScene extends Disposable {
  readonly time: FakeTimeProvider;
  readonly states: HostedServiceStates;
  readonly logs: LogBook;
  readonly catalog: ResourceCatalog;
}

export function createCatalog(
  declared: readonly AppHostResource[] = [],
  configurations: readonly ResourceConfiguration[] = [],
  services: readonly object[] = [],
): CatalogScene {
  const time = new FakeTimeProvider();
  const states = new HostedServiceStates(time);
  states.add(services);
  const logs = new LogBook();
  const catalog = new ResourceCatalog({
    health: states,
    declared,
    configurations,
    logs,
    appHostPath,
    isInternal: service => service instanceof PlumbingService,
  });
  return { time, states, logs, catalog, [Symbol.dispose]: () => catalog[Symbol.dispose]() };
}
