import { type ServiceToken, tokenName } from './dependency-injection/index.js';
import type { IHostedService } from './hosted-service.js';
import { InvalidOperationError } from './primitives/index.js';

/**
 * The services so that each comes after those that it declares by `startAfter`, and otherwise as they are.
 *
 * @param find what is registered under a token that is no class
 * @throws InvalidOperationError for services that wait for one another, and for a token behind which there is no hosted service
 */
export function inStartOrder(services: readonly IHostedService[], find: (token: ServiceToken<unknown>) => unknown): IHostedService[] {
  const ordered = new Set<IHostedService>();
  const path: IHostedService[] = [];
  const visit = (service: IHostedService): void => {
    if (ordered.has(service)) return;
    if (path.includes(service)) throw new InvalidOperationError(`Hosted services wait for one another to start: ${circle(path, service)}.`);
    path.push(service);
    for (const token of service.startAfter ?? []) behind(token, service, services, find).forEach(visit);
    path.pop();
    ordered.add(service);
  };
  services.forEach(visit);
  return [...ordered];
}

function behind(token: ServiceToken<unknown>, service: IHostedService, services: readonly IHostedService[], find: (token: ServiceToken<unknown>) => unknown) {
  const found = services.filter(other => other !== service && (typeof token === 'function' ? other instanceof token : other === find(token)));
  if (found.length > 0) return found;
  throw new InvalidOperationError(
    `${service.constructor.name} is to start after ${tokenName(token)}, but no other hosted service is one. Register it with addHostedService, or take it out of startAfter.`,
  );
}

function circle(path: readonly IHostedService[], service: IHostedService): string {
  return [...path.slice(path.indexOf(service)), service].map(({ constructor }) => constructor.name).join(' -> ');
}
