import type { Dependency } from './dependency.js';
import type { ServiceDescriptor, ServiceLifetime } from './service-descriptor.js';
import { anyKey, inheritedKey, keyName, normalizedKey } from './service-key.js';
import type { Registration, ServiceEntry, ServiceTable } from './service-table.js';
import { tokenName } from './service-token.js';

/** One registration, as data that can be printed or serialised. */
export interface ServiceDescription {
  /** Its number among the registrations, from 0. */
  readonly id: number;
  readonly service: string;
  readonly serviceKey?: string;
  /** That of an alias is its target's; it is shown as transient. */
  readonly lifetime: ServiceLifetime;
  readonly kind: ServiceDescriptor['source']['kind'];
  /** The class, the function, the class of the instance, or the target of an alias. */
  readonly implementation: string;
  /** Whether another registration of the same service came later, so that only lists have this one. */
  readonly isOverridden: boolean;
  /** What it receives. A factory that takes the provider keeps to itself what it asks for. */
  readonly dependencies: readonly DependencyDescription[];
  /** File, line and column. */
  readonly registeredAt?: string;
  /** Why nothing can be said of its dependencies. */
  readonly problem?: string;
}

/** What one parameter receives. */
export interface DependencyDescription {
  readonly service: string;
  readonly serviceKey?: string;
  readonly isOptional: boolean;
  readonly isMultiple: boolean;
  /** The registrations that answer, by their `id`; empty for what is built in, and for what is missing. */
  readonly targets: readonly number[];
  /** Whether nothing answers although something must. */
  readonly isMissing: boolean;
}

/** The registrations of a provider with what leads from one to the other. Nothing is constructed. */
export function describeServices(table: ServiceTable): ServiceDescription[] {
  const { registrations } = table;
  const ids = new Map(registrations.map((registration, id) => [registration, id]));
  return registrations.map((registration, id) => {
    const { descriptor, entry } = registration;
    const { serviceKey, lifetime, source, registeredAt } = descriptor;
    const described = {
      id,
      service: tokenName(descriptor.serviceType),
      ...(serviceKey === undefined ? {} : { serviceKey: keyName(serviceKey) }),
      lifetime,
      kind: source.kind,
      implementation: implementationName(descriptor),
      isOverridden: entry.registrations.at(-1) !== registration,
      ...(registeredAt === undefined ? {} : { registeredAt }),
    };
    try {
      const dependencies = source.kind === 'alias' ? [{ token: source.target }] : descriptor.dependencies;
      return { ...described, dependencies: dependencies.map(dependency => describeDependency(dependency, entry, table, ids)) };
    } catch (error) {
      return { ...described, dependencies: [], problem: (error as Error).message };
    }
  });
}

/** What answers a dependency. */
function answerOf(
  table: ServiceTable,
  { token, key, isMultiple }: Dependency,
  owner: ServiceEntry,
): { readonly registrations: readonly Registration[]; readonly isBuiltIn: boolean } {
  if (token === undefined) return { registrations: [], isBuiltIn: false };
  const serviceKey = normalizedKey(key === inheritedKey ? owner.key : key);
  if (isMultiple) {
    const registrations = serviceKey === anyKey ? table.keyedRegistrations(token) : (table.find(token, serviceKey)?.registrations ?? []);
    return { registrations, isBuiltIn: false };
  }
  const entry = table.find(token, serviceKey);
  const registration = entry ? table.answering(entry) : serviceKey === undefined ? undefined : table.find(token, anyKey)?.registrations.at(-1);
  return { registrations: registration ? [registration] : [], isBuiltIn: entry?.callSite !== undefined && !registration };
}

function describeDependency(dependency: Dependency, owner: ServiceEntry, table: ServiceTable, ids: ReadonlyMap<Registration, number>): DependencyDescription {
  const { token, key, isOptional = false, isMultiple = false, isServiceKey } = dependency;
  const { registrations, isBuiltIn } = answerOf(table, dependency, owner);
  const serviceKey = normalizedKey(key === inheritedKey ? owner.key : key);
  const isGiven = isServiceKey === true && owner.key !== undefined;
  return {
    service: token === undefined ? (isServiceKey ? '(service key)' : '(argument)') : tokenName(token),
    ...(serviceKey === undefined ? {} : { serviceKey: keyName(serviceKey) }),
    isOptional,
    isMultiple,
    targets: registrations.map(registration => ids.get(registration)!),
    isMissing: registrations.length === 0 && !isBuiltIn && !isGiven && !isOptional && !isMultiple,
  };
}

function implementationName({ source }: ServiceDescriptor): string {
  switch (source.kind) {
    case 'type':
      return tokenName(source.type);
    case 'alias':
      return tokenName(source.target);
    case 'instance':
      return (source.instance as object).constructor?.name ?? 'Object';
    default:
      return (source.kind === 'factory' ? source.factory : source.create).name || '(factory)';
  }
}
