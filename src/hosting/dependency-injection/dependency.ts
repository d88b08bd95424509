import { ArgumentError } from '../primitives/index.js';
import { parentOf, passesArgumentsOn } from './class-source.js';
import { type AbstractClass, isServiceToken, type ServiceToken, tokenName } from './service-token.js';

/** One constructor parameter, or one argument of a factory. */
export interface Dependency {
  /** What it receives; absent for a service key and an argument. */
  readonly token?: ServiceToken<unknown>;
  /** Asks for the registrations with this key: `inheritedKey` for that of the owner, null for those without one. Absent: without one. */
  readonly key?: unknown;
  /** Undefined is passed when the service is not registered. Default: false. */
  readonly isOptional?: boolean;
  /** All registrations in order are passed as an array. Default: false. */
  readonly isMultiple?: boolean;
  /** It receives the key under which its owner is being made. Default: false. */
  readonly isServiceKey?: boolean;
  /** It receives an argument of `createInstance`. Default: false. */
  readonly isArgument?: boolean;
  /** For a service key and an argument: the type of value that it takes. Default: any. */
  readonly accepts?: ValueType | undefined;
}

/** What stands for the type of a value: `String`, `Number`, `Boolean`, `Symbol`, `BigInt`, `Function`, or a class. */
export type ValueType = AbstractClass<unknown> | SymbolConstructor | BigIntConstructor;

declare const received: unique symbol;

/** What `@inject` and its kin return: a parameter decorator that is at the same time an entry of a dependency list. */
export interface Injection<T = unknown> {
  (target: object, propertyKey: string | symbol | undefined, parameterIndex: number): void;
  readonly dependency: Dependency;
  readonly [received]?: T;
}

/** An entry of a dependency list: a token, or `optional(token)`, `all(token)`, `fromKeyed(key, token)` and their kin. */
export type DependencyListEntry<T = unknown> = ServiceToken<T> | Injection<T>;

/** The dependency list of a constructor or a factory with these parameters: one entry for each. */
export type DependencyList<P extends readonly unknown[]> = { readonly [I in keyof P]: DependencyListEntry<P[I]> };

const dependenciesKey: unique symbol = Symbol('hostward.dependencies');

type Decorated = object & { [dependenciesKey]?: Dependency[] };

/** Reads a dependency list as it is given to a registration. @throws ArgumentError for an entry that is none */
export function toDependencies(list: readonly DependencyListEntry[]): readonly Dependency[] {
  return Array.from(list, (entry: DependencyListEntry | undefined, index) => {
    const dependency = isInjection(entry) ? entry.dependency : { token: entry as ServiceToken<unknown> };
    if (!isComplete(dependency))
      throw new ArgumentError(
        'dependencies',
        `Entry ${index} of the dependency list is no service token but ${String(dependency.token)}; is there a circular import?`,
      );
    return dependency;
  });
}

/** Adds what a decorator says of a parameter. */
export function declareDependency(type: object, parameterIndex: number, dependency: Dependency): void {
  const decorated = type as Decorated;
  const list = Object.hasOwn(type, dependenciesKey) ? decorated[dependenciesKey]! : (decorated[dependenciesKey] = []);
  const known = list[parameterIndex];
  if (known?.token !== undefined && dependency.token !== undefined)
    throw new ArgumentError(
      'token',
      `Parameter ${parameterIndex} of the constructor of ${(type as { name: string }).name} is declared to receive two different things.`,
    );
  list[parameterIndex] = { ...known, ...dependency };
}

/** Whether hostward's decorators stand on the constructor of `type`, or on one that it inherits. */
export function hasDeclaredDependencies(type: object): boolean {
  return dependenciesKey in type;
}

/**
 * The dependencies that the decorators of `type` declare; a class without a constructor of its own has those of its parent.
 *
 * @throws ArgumentError when the constructor has a parameter of which nothing is known
 */
export function dependenciesOf(type: AbstractClass<unknown>): readonly Dependency[] {
  const declared = Object.hasOwn(type, dependenciesKey) ? (type as Decorated)[dependenciesKey] : inheritedBy(type);
  const dependencies = declared ?? [];
  const count = Math.max(type.length, dependencies.length);
  for (let index = 0; index < count; index++) {
    const dependency = dependencies[index];
    if (!dependency || !isComplete(dependency))
      throw new ArgumentError(
        'implementationType',
        `Nothing says what parameter ${index} of the constructor of ${tokenName(type)} receives. Decorate it with @inject(token), or register the class with a dependency list.`,
      );
    if (dependency.token !== undefined && (dependency.isServiceKey ?? dependency.isArgument))
      throw new ArgumentError('implementationType', `Parameter ${index} of the constructor of ${tokenName(type)} is declared to receive two different things.`);
  }
  return dependencies;
}

/** What is declared of the parameters, undeclared ones left out; undefined when nothing is declared of any. */
export function declaredParametersOf(type: AbstractClass<unknown>): readonly (Dependency | undefined)[] | undefined {
  if (Object.hasOwn(type, dependenciesKey)) return (type as Decorated)[dependenciesKey];
  const parent = type.length === 0 ? parentOf(type) : undefined;
  return parent && passesArgumentsOn(type) ? declaredParametersOf(parent) : undefined;
}

function inheritedBy(type: AbstractClass<unknown>): readonly Dependency[] | undefined {
  if (type.length > 0) return undefined;
  const parent = parentOf(type);
  return parent && hasConstructorParameters(parent) && passesArgumentsOn(type) ? dependenciesOf(parent) : undefined;
}

/** Reading the source of a class is left out where nothing depends on it. */
function hasConstructorParameters(type: AbstractClass<unknown>): boolean {
  if (type.length > 0 || hasDeclaredDependencies(type)) return true;
  const parent = parentOf(type);
  return parent !== undefined && hasConstructorParameters(parent);
}

function isComplete({ token, isServiceKey, isArgument }: Dependency): boolean {
  return isServiceKey === true || isArgument === true || isServiceToken(token);
}

export function isInjection(entry: unknown): entry is Injection {
  return typeof entry === 'function' && 'dependency' in entry;
}
