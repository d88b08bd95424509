import { type AnyDisposable, disposeOne, isDisposable, markHandled, throwCollected, toError } from '../primitives/index.js';
import type { IConfigurationProvider } from './configuration.js';

/** Loads all of the providers, or disposes all of them. @throws whatever the first one throws that cannot be loaded */
export function loadProviders(providers: readonly IConfigurationProvider[]): void {
  try {
    for (const provider of providers) provider.load();
  } catch (error) {
    discard(providers);
    throw error;
  }
}

/** Makes a provider of each of the sources; when one fails those that were made are disposed. */
export function buildProviders<S>(sources: readonly S[], build: (source: S) => IConfigurationProvider): IConfigurationProvider[] {
  const providers: IConfigurationProvider[] = [];
  try {
    for (const source of sources) providers.push(build(source));
  } catch (error) {
    discard(providers);
    throw error;
  }
  return providers;
}

/**
 * Disposes providers that nobody uses any more, at once where they can be; the promise is that of those that take time, undefined when there is none.
 *
 * @throws the failure itself when there was one, an `AggregateError` when there were several
 */
export function releaseProviders(providers: readonly IConfigurationProvider[]): Promise<void> | undefined {
  const pending: Promise<void>[] = [];
  const release = (provider: AnyDisposable) => {
    if (Symbol.dispose in provider) provider[Symbol.dispose]();
    else pending.push(disposeOne(provider));
  };
  const releases = disposablesOf(providers).map(provider => () => release(provider));
  runAll(releases, 'One or more configuration providers failed to dispose.');
  return pending.length > 0 ? Promise.all(pending).then(() => undefined) : undefined;
}

/** The providers that hold a resource. */
export function disposablesOf(providers: readonly IConfigurationProvider[]): AnyDisposable[] {
  return providers.flatMap<AnyDisposable>(provider => (isDisposable(provider) ? [provider] : []));
}

/** Does all of it, also when something fails. @throws the failure itself when there was one, an `AggregateError` when there were several */
export function runAll(works: readonly (() => void)[], message: string): void {
  const errors: Error[] = [];
  for (const work of works) {
    try {
      work();
    } catch (error) {
      errors.push(toError(error));
    }
  }
  throwCollected(errors, message);
}

/** The failure that led here is the one to be told; what goes wrong besides would only hide it. */
function discard(providers: readonly IConfigurationProvider[]): void {
  try {
    const pending = releaseProviders(providers);
    if (pending) markHandled(pending);
  } catch {
    return;
  }
}
