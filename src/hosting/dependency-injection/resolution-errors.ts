import { HostwardError } from '../primitives/index.js';
import type { Dependency, ValueType } from './dependency.js';
import type { ServiceDescriptor } from './service-descriptor.js';
import { inheritedKey, keyName } from './service-key.js';
import type { ServiceEntry, ServiceTable } from './service-table.js';
import { type ServiceToken, tokenName } from './service-token.js';
import { suggestionsFor } from './suggestions.js';
import { valueTypeName } from './value-type.js';

/** Why a service cannot be resolved. */
export type ServiceResolutionCode =
  | 'ERR_SERVICE_NOT_REGISTERED'
  | 'ERR_CIRCULAR_DEPENDENCY'
  | 'ERR_SCOPED_FROM_ROOT'
  | 'ERR_CAPTIVE_DEPENDENCY'
  | 'ERR_SERVICE_KEY'
  | 'ERR_ASYNC_FACTORY'
  | 'ERR_UNSUITABLE_ARGUMENTS';

/** What a {@link ServiceResolutionError} knows; names are those of tokens and classes. */
export interface ResolutionFacts {
  /** What was asked for, or is missing. */
  readonly service: string;
  /** The class, or the token of the factory, that needs it. */
  readonly implementation?: string | undefined;
  /** From what was asked for to `service`. */
  readonly path?: readonly string[];
  /** The scoped service that the singleton, or the request from the root, leads to. */
  readonly scoped?: string | undefined;
  readonly singleton?: string | undefined;
  /** Where what needs the service was registered. */
  readonly registeredAt?: string | undefined;
}

/**
 * A service could not be created: it, or something that it needs, is not registered, needs itself, or would outlive what it depends on.
 *
 * Nothing has been constructed then, unless a factory or a constructor asked.
 */
export class ServiceResolutionError extends HostwardError implements ResolutionFacts {
  override readonly name = 'ServiceResolutionError';
  readonly service: string;
  readonly implementation: string | undefined;
  readonly path: readonly string[];
  readonly scoped: string | undefined;
  readonly singleton: string | undefined;
  readonly registeredAt: string | undefined;

  /** @param hints lines that say what to do */
  constructor(code: ServiceResolutionCode, message: string, facts: ResolutionFacts, hints: readonly string[] = []) {
    const { service, implementation, path = [], scoped, singleton, registeredAt } = facts;
    const lines = [message];
    if (path.length > 1) lines.push(`Path: ${path.join(' -> ')}`);
    if (registeredAt !== undefined) lines.push(`${implementation ?? service} is registered at ${registeredAt}`);
    super(code, [...lines, ...hints].join('\n  '));
    this.service = service;
    this.implementation = implementation;
    this.path = path;
    this.scoped = scoped;
    this.singleton = singleton;
    this.registeredAt = registeredAt;
  }
}

/** Nothing answers a request. @param path what asked, when it was something that is being made */
export function notRegistered(token: ServiceToken<unknown>, key: unknown, path: readonly string[], table: ServiceTable): ServiceResolutionError {
  const name = tokenName(token);
  const message =
    key === undefined
      ? `No service for type '${name}' has been registered.`
      : `No keyed service for type '${name}' using key type '${keyTypeName(key)}' has been registered.`;
  return new ServiceResolutionError(
    'ERR_SERVICE_NOT_REGISTERED',
    message,
    { service: name, path: [...path, step(name, key)] },
    suggestionsFor(token, key, table),
  );
}

/** Nothing answers what a constructor or a function needs. */
export function unresolvable(
  dependency: Dependency,
  owner: ServiceEntry,
  descriptor: ServiceDescriptor,
  path: readonly string[],
  table: ServiceTable,
): ServiceResolutionError {
  const { token, accepts } = dependency;
  const service = token === undefined ? valueTypeName(accepts) : tokenName(token);
  const key = dependency.key === inheritedKey ? owner.key : dependency.key;
  const implementation = tokenName(descriptor.source.kind === 'type' ? descriptor.source.type : owner.token);
  return new ServiceResolutionError(
    'ERR_SERVICE_NOT_REGISTERED',
    `Unable to resolve service for type '${service}' while attempting to activate '${implementation}'.`,
    { service, implementation, path: [...path, step(service, key)], registeredAt: descriptor.registeredAt },
    token === undefined ? [valueHint(dependency)] : suggestionsFor(token, key ?? undefined, table),
  );
}

export function circularDependency({ name }: { readonly name: string }, path: readonly string[]): ServiceResolutionError {
  return new ServiceResolutionError(
    'ERR_CIRCULAR_DEPENDENCY',
    `A circular dependency was detected for the service of type '${name}'.`,
    { service: name, path },
    ['Let one of them ask for the other when it needs it, through IServiceProvider, or move what both need into a third.'],
  );
}

export function scopedFromRoot(service: string, scoped: string | undefined): ServiceResolutionError {
  const message =
    scoped === undefined
      ? `Cannot resolve scoped service '${service}' from root provider.`
      : `Cannot resolve '${service}' from root provider because it requires scoped service '${scoped}'.`;
  return new ServiceResolutionError('ERR_SCOPED_FROM_ROOT', message, { service, scoped }, [
    'Resolve it from a scope: await using scope = services.createScope().',
  ]);
}

export function captiveDependency(scoped: string, singleton: string, path: readonly string[], registeredAt: string | undefined): ServiceResolutionError {
  return new ServiceResolutionError(
    'ERR_CAPTIVE_DEPENDENCY',
    `Cannot consume scoped service '${scoped}' from singleton '${singleton}'.`,
    { service: singleton, scoped, singleton, path, registeredAt },
    ['The singleton would keep the instance of one scope for ever: make it scoped as well, or let it open a scope for each piece of work.'],
  );
}

export function anyKeyOfOne(service: string, path: readonly string[]): ServiceResolutionError {
  return new ServiceResolutionError(
    'ERR_SERVICE_KEY',
    'KeyedService.AnyKey cannot be used to resolve a single service.',
    { service, path: [...path, step(service, '*')] },
    ['Ask for one key, or for the list of all.'],
  );
}

export function serviceKeyType(owner: ServiceEntry, accepts: ValueType | undefined, path: readonly string[]): ServiceResolutionError {
  return new ServiceResolutionError(
    'ERR_SERVICE_KEY',
    `The key '${keyName(owner.key)}' of ${tokenName(owner.token)} is no ${valueTypeName(accepts)}, which is what the parameter with the service key takes.`,
    { service: tokenName(owner.token), path },
  );
}

export function asyncFactory(service: string, registeredAt: string | undefined): ServiceResolutionError {
  return new ServiceResolutionError('ERR_ASYNC_FACTORY', `The factory of '${service}' returned a promise.`, { service, registeredAt }, [
    'A factory must be synchronous. Asynchronous preparation belongs into the start of a hosted service.',
  ]);
}

/** @param position of the argument that no parameter takes */
export function unsuitableArguments(type: string, position: number, what: string): ServiceResolutionError {
  return new ServiceResolutionError(
    'ERR_UNSUITABLE_ARGUMENTS',
    `A suitable constructor for type '${type}' could not be located: no free parameter takes argument ${position}, a value of type ${what}.`,
    { service: type, implementation: type },
    ['Declare the parameter with argument(type), or not at all; parameters for services take only instances of the class that is their token.'],
  );
}

export function missingArgument(type: string, accepts: ValueType | undefined): ServiceResolutionError {
  const service = valueTypeName(accepts);
  return new ServiceResolutionError(
    'ERR_UNSUITABLE_ARGUMENTS',
    `Unable to resolve service for type '${service}' while attempting to activate '${type}'.`,
    { service, implementation: type },
    ['The parameter takes an argument of createInstance.'],
  );
}

/** Nothing answers what a class needs that is not registered itself. */
export function unresolvableFor(
  token: ServiceToken<unknown>,
  key: unknown,
  type: string,
  path: readonly string[],
  table: ServiceTable,
): ServiceResolutionError {
  const service = tokenName(token);
  return new ServiceResolutionError(
    'ERR_SERVICE_NOT_REGISTERED',
    `Unable to resolve service for type '${service}' while attempting to activate '${type}'.`,
    { service, implementation: type, path: [...path, step(service, key)] },
    suggestionsFor(token, key, table),
  );
}

function valueHint({ isServiceKey }: Dependency): string {
  return isServiceKey ? 'The parameter takes the key of its registration, which has none.' : 'The parameter takes an argument of createInstance.';
}

function step(name: string, key: unknown): string {
  return key === undefined || key === null ? name : `${name}@${keyName(key)}`;
}

function keyTypeName(key: unknown): string {
  return typeof key === 'object' && key !== null ? (key.constructor?.name ?? 'object') : typeof key;
}
