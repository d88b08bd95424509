import { inject as inversifyInject, multiInject, named, optional as inversifyOptional } from 'inversify';
import { ArgumentError } from '../primitives/index.js';
import { declareDependency, type Dependency, type DependencyListEntry, type Injection, isInjection, type ValueType } from './dependency.js';
import { inheritedKey, isBindingName } from './service-key.js';
import { type ServiceToken, throwUnlessServiceToken } from './service-token.js';

/** Says which service a constructor parameter receives. Every parameter needs one; types are never reflected. */
export function inject<T>(token: ServiceToken<T>): Injection<T> {
  return injection(serviceOf(token));
}

/** As a decorator, beside `@inject`: the parameter may stay undefined. With a token or another entry, in a dependency list: the same. */
export function optional<T = undefined>(entry?: DependencyListEntry<T>): Injection<T | undefined> {
  return injection({ ...(entry === undefined ? {} : serviceOf(entry)), isOptional: true });
}

/** The parameter receives every registration of `token` as an array, in the order of registration; an empty one when there is none. It cannot be changed. */
export function all<T>(token: DependencyListEntry<T>): Injection<readonly T[]> {
  return injection({ ...serviceOf(token), isMultiple: true });
}

/**
 * The parameter receives a keyed registration; beside `@inject` or `@all`, or in a list with a token or another entry.
 *
 * Without a key, or with {@link inheritedKey}: the key under which the owner is being made. With null: the registrations without a key.
 *
 * @throws ArgumentError for a key that is undefined
 * @see Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute
 */
export function fromKeyed<T = never>(...[key, entry]: [key?: unknown, entry?: DependencyListEntry<T>]): Injection<T>;
export function fromKeyed(...given: [key?: unknown, entry?: DependencyListEntry]): Injection {
  const [key, entry] = given.length === 0 ? [inheritedKey] : given;
  if (key === undefined) throw new ArgumentError('key', 'The key is undefined; is there a circular import?');
  return injection({ ...(entry === undefined ? {} : serviceOf(entry)), key });
}

/**
 * The parameter receives the key under which its object is being made; of the object of a registration for any key, the one that was asked for.
 *
 * @see Microsoft.Extensions.DependencyInjection.ServiceKeyAttribute
 */
export function serviceKey<T = unknown>(accepts?: ValueType): Injection<T> {
  return injection({ isServiceKey: true, accepts });
}

/** The parameter is no service, but one of the arguments that are given to `createInstance`: the first free one that is a value of the type. */
export function argument<T = unknown>(accepts?: ValueType): Injection<T> {
  return injection({ isArgument: true, accepts });
}

function injection(dependency: Dependency): Injection<never> {
  const decorate = (target: object, propertyKey: string | symbol | undefined, parameterIndex: number) => {
    if (propertyKey !== undefined || typeof target !== 'function')
      throw new ArgumentError('target', 'Dependencies are declared on constructor parameters; this decorator stands on something else.');
    declareDependency(target, parameterIndex, dependency);
    // inversify's own record, so that the class can also be bound directly in configureContainer.
    for (const decorator of inversifyDecorators(dependency)) decorator(target, propertyKey, parameterIndex);
  };
  return Object.assign(decorate, { dependency });
}

function inversifyDecorators({ token, key, isOptional, isMultiple, isServiceKey, isArgument }: Dependency): ParameterDecorator[] {
  // There is nothing like it in inversify, which lets no other decorator stand beside its `unmanaged`.
  if (isServiceKey || isArgument) return [];
  const decorators = [];
  if (token !== undefined) decorators.push(isMultiple ? multiInject(token) : inversifyInject(token));
  if (isBindingName(key)) decorators.push(named(key));
  if (isOptional) decorators.push(inversifyOptional());
  return decorators;
}

function serviceOf(entry: DependencyListEntry): Dependency {
  if (isInjection(entry)) return entry.dependency;
  throwUnlessServiceToken(entry, 'token');
  return { token: entry };
}
