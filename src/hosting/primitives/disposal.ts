import { InvalidOperationError, toError } from './errors.js';

/** Anything that can be released, synchronously or not. */
export type AnyDisposable = Disposable | AsyncDisposable;

/** Whether `value` has a `Symbol.asyncDispose` or `Symbol.dispose` method. */
export function isDisposable(value: unknown): value is AnyDisposable {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  const candidate = value as Partial<Disposable & AsyncDisposable>;
  return typeof candidate[Symbol.asyncDispose] === 'function' || typeof candidate[Symbol.dispose] === 'function';
}

/** Disposes one object, preferring its asynchronous form as .NET's host does. */
export async function disposeOne(target: AnyDisposable): Promise<void> {
  await startDisposal(target);
}

/**
 * Disposes in the order of the list, continuing past failures. What is disposed asynchronously is awaited; between objects that are not, nothing else runs.
 *
 * @throws the failure itself when there was one, an `AggregateError` in order of occurrence when there were several
 * @see Microsoft.Extensions.DependencyInjection 11, ServiceProviderEngineScope.DisposeAsync
 */
export async function disposeAll(targets: Iterable<AnyDisposable>): Promise<void> {
  const errors: Error[] = [];
  for (const target of targets) {
    try {
      const pending = startDisposal(target);
      if (pending) await pending;
    } catch (error) {
      errors.push(toError(error));
    }
  }
  throwCollected(errors, 'One or more objects failed to dispose.');
}

/**
 * Disposes in the order of the list, synchronously, continuing past failures. What can be disposed asynchronously only fails, and is not disposed.
 *
 * @throws as {@link disposeAll}
 * @see Microsoft.Extensions.DependencyInjection 11, ServiceProviderEngineScope.Dispose
 */
export function disposeAllSync(targets: Iterable<AnyDisposable>): void {
  const errors: Error[] = [];
  for (const target of targets) {
    try {
      if (!isSyncDisposable(target)) {
        const name = target.constructor.name;
        throw new InvalidOperationError(`'${name}' type only implements AsyncDisposable. Use Symbol.asyncDispose to dispose the container.`);
      }
      target[Symbol.dispose]();
    } catch (error) {
      errors.push(toError(error));
    }
  }
  throwCollected(errors, 'One or more objects failed to dispose.');
}

function startDisposal(target: AnyDisposable): PromiseLike<void> | undefined {
  if (isAsyncDisposable(target)) return target[Symbol.asyncDispose]();
  target[Symbol.dispose]();
  return undefined;
}

function isSyncDisposable(target: AnyDisposable): target is Disposable {
  return typeof (target as Partial<Disposable>)[Symbol.dispose] === 'function';
}

function isAsyncDisposable(target: AnyDisposable): target is AsyncDisposable {
  return typeof (target as Partial<AsyncDisposable>)[Symbol.asyncDispose] === 'function';
}

/** Throws nothing for no error, the error itself for one, an `AggregateError` for several. */
export function throwCollected(errors: readonly Error[], message: string): void {
  const [first] = errors;
  if (first && errors.length === 1) throw first;
  if (errors.length > 1) throw new AggregateError(errors, message);
}

/** A disposable that runs `release` once. */
export function onDispose(release: () => void): Disposable {
  let released = false;
  return {
    [Symbol.dispose]() {
      if (released) return;
      released = true;
      release();
    },
  };
}
