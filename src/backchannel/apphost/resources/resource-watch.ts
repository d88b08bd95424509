import { InvalidOperationError, toError } from '../../../hosting/primitives/index.js';
import type { ResourceCatalog } from './resource-catalog.js';
import type { AppHostResource } from './resource.js';

type Step<T> = IteratorResult<T, undefined>;

/**
 * What `select` makes of every resource, then of each that changes, undefined left out; a reader that is slow sees the newest state of each resource once.
 *
 * Nothing is listened to before the first `next`, of which one at a time may wait. There is no end but `return`, which also ends a `next` that waits, and a failure
 * of `select`.
 *
 * No async generator: it would have to be told by a signal to leave what it waits for, and both together are four KiB for each client that watches.
 */
export class ResourceWatch<T extends object> implements AsyncIterableIterator<T> {
  readonly #catalog: Pick<ResourceCatalog, 'resources' | 'onChange'>;
  readonly #select: (resource: AppHostResource) => T | undefined;
  #listening: Disposable | undefined;
  /** What has changed and was not taken, in the order of the latest change. */
  #pending: Set<AppHostResource> | undefined;
  #waiting: ((step: Step<T> | Promise<Step<T>>) => void) | undefined;
  #isOver = false;

  constructor(catalog: Pick<ResourceCatalog, 'resources' | 'onChange'>, select: (resource: AppHostResource) => T | undefined) {
    this.#catalog = catalog;
    this.#select = select;
  }

  next(): Promise<Step<T>> {
    if (this.#waiting) return Promise.reject(new InvalidOperationError('The previous item of this watch is still being waited for.'));
    this.#listen();
    const step = this.#take();
    if (!step) return new Promise(resolve => (this.#waiting = resolve));
    return Promise.resolve(step);
  }

  return(): Promise<Step<T>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #listen(): void {
    if (this.#listening || this.#isOver) return;
    this.#pending = new Set(this.#catalog.resources);
    this.#listening = this.#catalog.onChange(resource => this.#note(resource));
  }

  #note(resource: AppHostResource): void {
    // Several changes in one turn are one: the item is made after them.
    if (this.#waiting && !this.#pending) queueMicrotask(() => this.#deliver());
    this.#pending ??= new Set();
    this.#pending.delete(resource);
    this.#pending.add(resource);
  }

  #deliver(): void {
    if (!this.#waiting) return;
    const step = this.#take();
    if (step) this.#settle(step);
  }

  /** The next step; undefined when there is nothing yet. */
  #take(): Step<T> | Promise<Step<T>> | undefined {
    try {
      for (const resource of this.#pending ?? []) {
        this.#pending?.delete(resource);
        const value = this.#select(resource);
        if (value) return { done: false, value };
      }
    } catch (error) {
      // Told to the one who waits; to no one else does the end mean anything.
      const failure = Promise.reject<Step<T>>(toError(error));
      this.#settle(failure);
      this.#end();
      return failure;
    } finally {
      if (this.#pending?.size === 0) this.#pending = undefined;
    }
    return this.#isOver ? { done: true, value: undefined } : undefined;
  }

  #settle(step: Step<T> | Promise<Step<T>>): void {
    this.#waiting?.(step);
    this.#waiting = undefined;
  }

  #end(): void {
    this.#isOver = true;
    this.#pending = undefined;
    this.#listening?.[Symbol.dispose]();
    this.#settle({ done: true, value: undefined });
  }
}
