import {
  ArgumentError,
  InvalidOperationError,
  InvalidServiceError,
  ObjectDisposedError,
  ServiceResolutionError,
  ServiceValidationError,
  tokenName,
} from 'hostward';
import type { ErrorFacts } from './di-scenario.js';

/** What of each kind of error is a fact; `message` only of the scenario's own. */
const comparedFacts: Readonly<Record<string, readonly string[]>> = {
  notRegistered: ['service'],
  unresolvable: ['service', 'impl'],
  circular: ['service', 'path'],
  scopedFromRoot: ['service', 'scoped'],
  captive: ['scoped', 'singleton'],
  noSuitableConstructor: ['impl'],
  invalidDescriptor: ['service', 'lifetime', 'key', 'impl'],
  asyncOnly: ['impl'],
  activatorAmbiguous: ['impl'],
  indistinguishable: ['impl', 'service'],
  thrown: ['message'],
};

/** The facts that a recording has of an error of hostward's. */
export function factsOf(error: unknown): ErrorFacts {
  if (error instanceof ServiceResolutionError) return resolutionFacts(error);
  if (error instanceof ServiceValidationError) return { kind: 'aggregate', inner: error.errors.map(factsOf) };
  if (error instanceof InvalidServiceError) {
    const { serviceType, lifetime, serviceKey, source } = error.descriptor;
    const impl = source.kind === 'type' ? source.type.name : undefined;
    const key = typeof serviceKey === 'symbol' ? { any: true } : serviceKey;
    return { kind: 'invalidDescriptor', service: tokenName(serviceType), lifetime, ...(key === undefined ? {} : { key }), impl, inner: [factsOf(error.cause)] };
  }
  if (error instanceof AggregateError) return { kind: 'aggregate', inner: error.errors.map(factsOf) };
  if (error instanceof ObjectDisposedError) return { kind: 'disposed' };
  const { message } = error as Error;
  if (error instanceof InvalidOperationError) {
    const asyncOnly = /^'(.+)' type only implements/.exec(message);
    return asyncOnly ? { kind: 'asyncOnly', impl: asyncOnly[1] } : { kind: message.includes('read-only') ? 'readOnly' : message };
  }
  const indistinguishable = /^Implementation type cannot be '(.+)' because .* '(.+)'\./.exec(message);
  if (error instanceof ArgumentError && indistinguishable)
    return { kind: 'indistinguishable', impl: indistinguishable[1] === 'Object' ? 'any' : indistinguishable[1], service: indistinguishable[2] };
  return { kind: 'thrown', message };
}

/** An error as it is compared, of what was recorded as of what was found: `expected` says what is left out of both. */
export function comparableError(facts: ErrorFacts, expected: ErrorFacts): unknown {
  const names = (comparedFacts[expected.kind] ?? []).filter(name => {
    if (name === 'path') return expected.path !== undefined;
    return !(name === 'scoped' && expected.indirect);
  });
  const inner = facts.inner?.map((each, index) => comparableError(each, expected.inner?.[index] ?? each));
  return { kind: facts.kind, ...Object.fromEntries(names.map(name => [name, facts[name] ?? null])), ...(inner ? { inner } : {}) };
}

function resolutionFacts({ code, message, service, implementation, path, scoped, singleton }: ServiceResolutionError): ErrorFacts {
  const facts = { service: withoutKeys(service), impl: implementation };
  switch (code) {
    case 'ERR_SERVICE_NOT_REGISTERED':
      return { kind: implementation === undefined ? 'notRegistered' : 'unresolvable', ...facts };
    case 'ERR_CIRCULAR_DEPENDENCY':
      return { kind: 'circular', ...facts, path: path.map(withoutKeys) };
    case 'ERR_SCOPED_FROM_ROOT':
      return { kind: 'scopedFromRoot', ...facts, scoped: scoped && withoutKeys(scoped) };
    case 'ERR_CAPTIVE_DEPENDENCY':
      return { kind: 'captive', scoped: withoutKeys(scoped!), singleton: withoutKeys(singleton!) };
    case 'ERR_SERVICE_KEY':
      return { kind: message.startsWith('KeyedService.AnyKey') ? 'anyKeySingle' : 'serviceKeyType' };
    case 'ERR_UNSUITABLE_ARGUMENTS':
      return { kind: message.startsWith('A suitable') ? 'noSuitableConstructor' : 'unresolvable', ...facts };
    default:
      return { kind: String(code) };
  }
}

/** .NET prints no keys in paths. */
function withoutKeys(name: string): string {
  return name.replace(/@[^([]*/, '');
}
