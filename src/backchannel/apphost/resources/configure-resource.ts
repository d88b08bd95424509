import { type AbstractClass, type ServiceCollection, type ServiceToken, serviceToken } from '../../../hosting/dependency-injection/index.js';
import { ArgumentError } from '../../../hosting/primitives/index.js';
import { assertResourceOptions } from './facts-of-options.js';
import type { ResourceOptions } from './resource-options.js';

/** What the program said of one hosted service as a resource. */
export interface ResourceConfiguration {
  /** The class of the service, or the name of its resource. */
  readonly target: AbstractClass<unknown> | string;
  readonly options: ResourceOptions;
}

export const ResourceConfiguration: ServiceToken<ResourceConfiguration> = serviceToken('ResourceConfiguration');

/**
 * Describes a hosted service as a resource: its addresses, relationships, properties, commands and MCP tools, and under which name it is shown.
 *
 * It may be said in several places; of an option that is given twice the later value is taken. Instances of one class that are given a display name are replicas
 * of it: clients address each by its own name.
 *
 * ```ts
 * configureResource(builder.services, Api, { displayName: 'api', urls: [{ url: 'http://localhost:8080' }] });
 * ```
 *
 * @param target the class of the hosted service; or the name of its resource, where the class is not to be had, as with `addHealthCheck`
 * @throws ArgumentError for options that make no sense
 */
export function configureResource(services: ServiceCollection, target: AbstractClass<unknown> | string, options: ResourceOptions): ServiceCollection {
  const name = nameOf(target);
  if (!name) throw new ArgumentError('target', 'Expected the class of a hosted service or the name of its resource.');
  assertResourceOptions(name, options);
  return services.addSingleton(ResourceConfiguration, { target, options });
}

/** What was said of a hosted service whose resource has this name. */
export function optionsFor(service: object, name: string, configurations: readonly ResourceConfiguration[]): ResourceOptions {
  const own = configurations.filter(configuration => isAbout(configuration, service, name));
  return Object.assign({}, ...own.map(({ options }) => options)) as ResourceOptions;
}

/** Whether it was said of that hosted service, which the host knows under that name. */
export function isAbout({ target }: ResourceConfiguration, service: object, name: string): boolean {
  return typeof target === 'string' ? target.trim() === name : target === service.constructor;
}

/** The name of what a {@link ResourceConfiguration} is about. */
export function nameOf(target: AbstractClass<unknown> | string): string {
  return typeof target === 'string' ? target.trim() : typeof target === 'function' ? target.name : '';
}
