import { isCancellation, toError } from './primitives/index.js';

/** How one phase of a start or stop goes over the services. */
export interface PhaseOptions {
  /** Whether all are called before the first is awaited. */
  readonly concurrently: boolean;
  /** Whether a sequential phase ends at the first failure. */
  readonly abortOnFirstFailure: boolean;
}

/** Is told how each call of a phase has ended. It stands beside the calls because a step between them and the phase would hide which of them failed at once. */
export interface PhaseObserver<T> {
  onSuccess(service: T): void;
  onFailure(service: T, error: Error): void;
}

/**
 * Calls each of `services` and waits for all of them; collects what fails instead of throwing.
 *
 * Of calls that were pending together, cancellations count only when nothing else failed, and then as one.
 *
 * @returns the failures: first those that came at once, in the order of the calls, then the others as they occurred
 * @see Microsoft.Extensions.Hosting.Internal.Host.ForeachService
 */
export async function runPhase<T>(
  services: readonly T[],
  options: PhaseOptions,
  call: (service: T) => Promise<void>,
  observer?: PhaseObserver<T>,
): Promise<Error[]> {
  return options.concurrently ? runConcurrently(services, call, observer) : runSequentially(services, options.abortOnFirstFailure, call, observer);
}

async function runSequentially<T>(
  services: readonly T[],
  abortOnFirstFailure: boolean,
  call: (service: T) => Promise<void>,
  observer?: PhaseObserver<T>,
): Promise<Error[]> {
  const errors: Error[] = [];
  for (const service of services) {
    try {
      await call(service);
      observer?.onSuccess(service);
    } catch (thrown) {
      const error = toError(thrown);
      errors.push(error);
      observer?.onFailure(service, error);
      if (abortOnFirstFailure) break;
    }
  }
  return errors;
}

async function runConcurrently<T>(services: readonly T[], call: (service: T) => Promise<void>, observer?: PhaseObserver<T>): Promise<Error[]> {
  const failures: Error[] = [];
  const onFailure = (service: T, error: Error) => {
    failures.push(error);
    observer?.onFailure(service, error);
  };
  const calls = services.map(service =>
    startCall(service, call).then(
      () => observer?.onSuccess(service),
      (error: unknown) => onFailure(service, toError(error)),
    ),
  );
  // The reactions to calls that have already ended stand in the queue before this one.
  await Promise.resolve();
  const immediate = failures.splice(0);
  await Promise.all(calls);
  const faults = failures.filter(error => !isCancellation(error));
  return [...immediate, ...(faults.length > 0 ? faults : failures.slice(0, 1))];
}

function startCall<T>(service: T, call: (service: T) => Promise<void>): Promise<void> {
  try {
    return Promise.resolve(call(service));
  } catch (error) {
    return Promise.reject(toError(error));
  }
}
