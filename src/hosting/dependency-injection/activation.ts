import { ArgumentError, ArgumentNullError } from '../primitives/index.js';
import { CallSite } from './call-site.js';
import { isClass } from './class-source.js';
import { declaredParametersOf, type Dependency, type DependencyListEntry, toDependencies, type ValueType } from './dependency.js';
import { missingArgument, unsuitableArguments } from './resolution-errors.js';
import { inheritedKey, normalizedKey } from './service-key.js';
import { IServiceProvider } from './service-provider-contract.js';
import type { ServiceScope } from './service-scope.js';
import { ServiceEntry } from './service-table.js';
import { type Class, tokenName } from './service-token.js';
import { acceptsType, acceptsValue, typeNameOf, valueTypeName } from './value-type.js';

/** Constructs `type` from the services of `scope` and `args`. */
export function createInstance(scope: ServiceScope, type: Class<unknown>, args: readonly unknown[], list?: readonly DependencyListEntry[]): unknown {
  const parameters = parametersOf(type, list, args.length);
  return construct(scope, type, parameters, match(type, parameters, args, acceptsValue), args);
}

/**
 * Prepares the construction of a class that need not be registered: the result makes one from a provider and arguments of these types, each of which has its
 * parameter from now on. An argument that is left out, or undefined, leaves the parameter its default.
 *
 * @throws ServiceResolutionError when the constructor does not take arguments of these types
 * @see Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateFactory
 */
export function createFactory<T>(
  type: Class<T>,
  argumentTypes: readonly ValueType[],
  dependencies?: readonly DependencyListEntry[],
): (services: IServiceProvider, args?: readonly unknown[]) => T {
  const parameters = parametersOf(type, dependencies, argumentTypes.length);
  const given = match(type, parameters, argumentTypes, acceptsType, given => valueTypeName(given as ValueType));
  return (services, args = []) => {
    if (services === null || services === undefined) throw new ArgumentNullError('services');
    return construct(services.getRequiredService(IServiceProvider) as ServiceScope, type, parameters, given, args) as T;
  };
}

function construct(
  scope: ServiceScope,
  type: Class<unknown>,
  parameters: readonly Dependency[],
  given: ReadonlyMap<number, number>,
  args: readonly unknown[],
): unknown {
  const callSite = new CallSite('construct', 'none', new ServiceEntry(type, undefined), undefined, type);
  return scope.activate(callSite, () => {
    const values = parameters.map((parameter, index) => (given.has(index) ? args[given.get(index)!] : serviceFor(parameter, type, scope)));
    return new type(...values);
  });
}

/** Which argument each parameter receives: every argument, in order, the first free parameter that takes it. */
function match(
  type: Class<unknown>,
  parameters: readonly Dependency[],
  args: readonly unknown[],
  accepts: (type: ValueType | undefined, value: unknown) => boolean,
  nameOf: (arg: unknown) => string = typeNameOf,
): Map<number, number> {
  const given = new Map<number, number>();
  args.forEach((arg, position) => {
    const index = parameters.findIndex((parameter, candidate) => !given.has(candidate) && takes(parameter, arg, accepts));
    if (arg === null || arg === undefined || index < 0) throw unsuitableArguments(tokenName(type), position, nameOf(arg));
    given.set(index, position);
  });
  return given;
}

function takes({ token, isMultiple, accepts: accepted }: Dependency, arg: unknown, accepts: (type: ValueType | undefined, value: unknown) => boolean): boolean {
  if (token === undefined) return accepts(accepted, arg);
  return typeof token === 'function' && !isMultiple && accepts(token, arg);
}

function serviceFor({ token, key, isMultiple, isOptional, accepts }: Dependency, type: Class<unknown>, scope: ServiceScope): unknown {
  if (token === undefined) {
    if (isOptional) return undefined;
    throw missingArgument(tokenName(type), accepts);
  }
  const serviceKey = key === inheritedKey ? undefined : normalizedKey(key);
  if (isMultiple) return scope.getKeyedServices(token, serviceKey);
  const service = scope.getKeyedService(token, serviceKey);
  if (service === undefined && !isOptional) throw scope.unresolvable(token, serviceKey, type);
  return service;
}

/** A parameter of which nothing is declared takes any argument. */
function parametersOf(type: Class<unknown>, list: readonly DependencyListEntry[] | undefined, argumentCount: number): readonly Dependency[] {
  if (!isClass(type)) throw new ArgumentError('type', `Only a class can be constructed, but this is ${String(type)}.`);
  if (list) return toDependencies(list);
  const declared = declaredParametersOf(type);
  // The length of a constructor leaves out parameters with defaults; where nothing is declared, arguments are passed as they are.
  const count = declared ? Math.max(type.length, declared.length) : Math.max(type.length, argumentCount);
  return Array.from({ length: count }, (_, index) => declared?.[index] ?? { isArgument: true });
}
