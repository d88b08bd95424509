import { raceAbort } from '../primitives/index.js';

/** Work that may have to wait now and then: it yields what it waits for, and goes on with the outcome. Written once for those who can wait and those who cannot. */
export type Steps<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** Thrown into work that wants to wait where nobody can. */
export const cannotWait: unique symbol = Symbol('cannotWait');

/** Waits for `value` when it is a promise. */
export function* settled<T>(value: T | PromiseLike<T>): Steps<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

/** Does the work at once. Where it wants to wait, {@link cannotWait} is thrown into it; what it had begun runs out unobserved. */
export function runNow<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) {
    step.value.then(undefined, () => undefined);
    step = steps.throw(cannotWait);
  }
  return step.value;
}

/** How {@link runAsync} ended. */
export interface Outcome<T> {
  /** Whether the work had to wait for anything. */
  readonly hasWaited: boolean;
  /** The result. @throws what the work threw */
  get(): T;
}

/** Does the work, waiting where it wants to. When `signal` fires during a wait, that wait ends as cancelled. */
export async function runAsync<T>(steps: Steps<T>, signal: AbortSignal): Promise<Outcome<T>> {
  let hasWaited = false;
  try {
    let step = steps.next();
    while (!step.done) {
      hasWaited = true;
      step = await resume(steps, step.value, signal);
    }
    const { value } = step;
    return { hasWaited, get: () => value };
  } catch (error) {
    return {
      hasWaited,
      get: () => {
        throw error;
      },
    };
  }
}

async function resume<T>(steps: Steps<T>, awaited: PromiseLike<unknown>, signal: AbortSignal): Promise<IteratorResult<PromiseLike<unknown>, T>> {
  let result: unknown;
  try {
    result = await raceAbort(Promise.resolve(awaited), signal);
  } catch (error) {
    return steps.throw(error);
  }
  return steps.next(result);
}

/** Whether `value` can be waited for. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}
