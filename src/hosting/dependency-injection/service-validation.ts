import { HostwardError, toError } from '../primitives/index.js';
import type { CallSite } from './call-site.js';
import { CallSiteChain } from './call-site-chain.js';
import type { CallSiteFactory } from './call-site-factory.js';
import type { CallSiteValidator } from './call-site-validator.js';
import { ServiceResolutionError } from './resolution-errors.js';
import type { ServiceDescriptor } from './service-descriptor.js';
import type { Registration } from './service-table.js';
import { tokenName } from './service-token.js';

/** A registration that cannot work; the first reason is the `cause`. */
export class InvalidServiceError extends HostwardError {
  override readonly name = 'InvalidServiceError';

  constructor(
    readonly descriptor: ServiceDescriptor,
    override readonly cause: Error,
    /** What else is wrong with it. */
    readonly others: readonly Error[] = [],
  ) {
    super('ERR_INVALID_SERVICE', `Error while validating the service descriptor '${descriptor.toString()}': ${cause.message}`);
  }
}

/** Registrations of a provider cannot work. `errors` has one for each of them, in order; the message says each reason once. */
export class ServiceValidationError extends HostwardError {
  override readonly name = 'ServiceValidationError';

  constructor(readonly errors: readonly InvalidServiceError[]) {
    super('ERR_SERVICE_VALIDATION', `Some services are not able to be constructed (${errors.length}):${reasonsOf(errors).join('')}`);
  }
}

/**
 * Plans every registration, overridden ones included, and throws everything that is wrong at once. Nothing is constructed.
 *
 * @param validator checks scopes, where that is wanted
 * @param isComplete whether whole graphs are planned; otherwise only that each constructor says what its parameters receive
 */
export function validateServices(
  registrations: readonly Registration[],
  plans: CallSiteFactory,
  validator: CallSiteValidator | undefined,
  isComplete: boolean,
): void {
  const errors: InvalidServiceError[] = [];
  for (const registration of registrations) {
    let callSite: CallSite | undefined;
    try {
      if (isComplete) {
        callSite = plans.ofRegistration(registration, new CallSiteChain());
        validator?.validate(callSite);
      } else void registration.descriptor.dependencies;
    } catch (error) {
      errors.push(new InvalidServiceError(registration.descriptor, toError(error), othersThan(error, registration, callSite, plans, validator)));
    }
  }
  if (errors.length > 0) throw new ServiceValidationError(errors);
}

function othersThan(
  first: unknown,
  registration: Registration,
  callSite: CallSite | undefined,
  plans: CallSiteFactory,
  validator: CallSiteValidator | undefined,
): Error[] {
  if (!(first instanceof ServiceResolutionError)) return [];
  const problems = callSite ? (validator?.problemsOf(callSite) ?? []) : plans.problemsOf(registration);
  return problems.map(toError).filter(({ message }) => message !== first.message);
}

/** What is missing in one place fails everything above it: that is said once, with the shortest path, and the rest by name. */
function reasonsOf(errors: readonly InvalidServiceError[]): string[] {
  const byReason = new Map<string, { text: string; readonly services: Set<string> }>();
  for (const { descriptor, cause, others } of errors) {
    for (const error of [cause, ...others]) {
      const text = withPlace(error, descriptor);
      const [title = ''] = text.split('\n');
      const reason = byReason.get(title);
      if (!reason) byReason.set(title, { text, services: new Set([tokenName(descriptor.serviceType)]) });
      else {
        reason.services.add(tokenName(descriptor.serviceType));
        if (text.length < reason.text.length) reason.text = text;
      }
    }
  }
  return [...byReason.values()].map(({ text, services }, index) => {
    const fails = services.size > 1 ? `\n  Fails: ${[...services].join(', ')}` : '';
    return `\n  ${index + 1}. ${`${text}${fails}`.replaceAll('\n', '\n   ')}`;
  });
}

function withPlace(error: Error, { registeredAt }: ServiceDescriptor): string {
  const isKnown = registeredAt === undefined || (error instanceof ServiceResolutionError && error.registeredAt !== undefined);
  return isKnown ? error.message : `${error.message}\n  It is registered at ${registeredAt}`;
}
