import { inject as inversifyInject, multiInject, optional as inversifyOptional } from 'inversify';
import { ArgumentError } from '../primitives/index.js';
import { type AbstractClass, isServiceToken, type ServiceToken, throwUnlessServiceToken, tokenName } from './service-token.js';

/** One constructor parameter, or one argument of a factory. */
export interface Dependency {
  readonly token: ServiceToken<unknown>;
  /** Undefined is passed when the service is not registered. Default: false. */
  readonly isOptional?: boolean;
  /** All registrations in order are passed as an array. Default: false. */
  readonly isMultiple?: boolean;
}

/** What `@inject` and its kin return: a parameter decorator that is at the same time an entry of a dependency list. */
export interface Injection {
  (target: object, propertyKey: string | symbol | undefined, parameterIndex: number): void;
  readonly dependency: Partial<Dependency>;
}

/** An entry of a dependency list: a token, or `optional(token)`, or `all(token)`. */
export type DependencyListEntry = ServiceToken<unknown> | Injection;

const dependenciesKey: unique symbol = Symbol('hostward.dependencies');

/** Says which service a constructor parameter receives. Every parameter needs one; types are never reflected. */
export function inject<T>(token: ServiceToken<T>): Injection {
  return injection({ token: checkedToken(token) }, inversifyInject(token));
}

/** As a decorator, beside `@inject`: the parameter may stay undefined. With a token, in a dependency list: the same. */
export function optional<T>(token?: ServiceToken<T>): Injection {
  return injection(token === undefined ? { isOptional: true } : { token: checkedToken(token), isOptional: true }, inversifyOptional());
}

/** The parameter receives every registration of `token` as an array, in the order of registration; an empty one when there is none. */
export function all<T>(token: ServiceToken<T>): Injection {
  return injection({ token: checkedToken(token), isMultiple: true }, multiInject(token));
}

/** Reads a dependency list as it is given to a registration. */
export function toDependencies(list: readonly DependencyListEntry[]): readonly Dependency[] {
  return list.map((entry, index) => {
    const dependency = isInjection(entry) ? entry.dependency : { token: entry };
    if (!isServiceToken(dependency.token))
      throw new ArgumentError(
        'dependencies',
        `Entry ${index} of the dependency list is no service token but ${String(dependency.token)}; is there a circular import?`,
      );
    return dependency as Dependency;
  });
}

/**
 * The dependencies that the decorators of `type` declare; a class without a constructor of its own has those of its parent.
 *
 * @throws ArgumentError when the constructor has a parameter of which nothing is known
 */
export function dependenciesOf(type: AbstractClass<unknown>): readonly Dependency[] {
  const declared = Object.hasOwn(type, dependenciesKey) ? (type as Decorated)[dependenciesKey] : type.length === 0 ? inheritedFrom(type) : undefined;
  const dependencies = declared ?? [];
  const count = Math.max(type.length, dependencies.length);
  for (let index = 0; index < count; index++) {
    if (dependencies[index]?.token === undefined)
      throw new ArgumentError(
        'implementationType',
        `Nothing says what parameter ${index} of the constructor of ${tokenName(type)} receives. Decorate it with @inject(token), or register the class with a dependency list.`,
      );
  }
  return dependencies as readonly Dependency[];
}

/** Those that hostward's decorators alone account for; undefined when there are none of them, or inversify's own beside them. */
export function decoratedDependenciesOf(type: AbstractClass<unknown>): readonly Dependency[] | undefined {
  if (!(dependenciesKey in type)) return undefined;
  try {
    return dependenciesOf(type);
  } catch {
    return undefined;
  }
}

type Decorated = AbstractClass<unknown> & { [dependenciesKey]?: Partial<Dependency>[] };

function inheritedFrom(type: AbstractClass<unknown>): Partial<Dependency>[] | undefined {
  const parent: unknown = Object.getPrototypeOf(type);
  return typeof parent === 'function' && parent !== Function.prototype
    ? (dependenciesOf(parent as AbstractClass<unknown>) as Partial<Dependency>[])
    : undefined;
}

function injection(dependency: Partial<Dependency>, inversifyDecorator: ParameterDecorator): Injection {
  const decorate = (target: object, propertyKey: string | symbol | undefined, parameterIndex: number) => {
    const type = target as Decorated;
    if (propertyKey !== undefined || typeof type !== 'function')
      throw new ArgumentError('target', 'Dependencies are declared on constructor parameters; this decorator stands on something else.');
    const list = Object.hasOwn(type, dependenciesKey) ? type[dependenciesKey]! : (type[dependenciesKey] = []);
    list[parameterIndex] = { ...list[parameterIndex], ...dependency };
    // inversify's own record, so that the class can also be bound directly in configureContainer.
    inversifyDecorator(target, propertyKey, parameterIndex);
  };
  return Object.assign(decorate, { dependency });
}

function isInjection(entry: DependencyListEntry): entry is Injection {
  return typeof entry === 'function' && 'dependency' in entry;
}

function checkedToken(token: unknown): ServiceToken<unknown> {
  throwUnlessServiceToken(token, 'token');
  return token;
}
