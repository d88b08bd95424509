import { disposeAllSync, onChange, onDispose, throwCollected, toError } from '../primitives/index.js';
import { OptionsCache } from './options-cache.js';
import { defaultOptionsName, type IOptionsChangeTokenSource, type IOptionsFactory, type IOptionsMonitor, type IOptionsMonitorCache } from './options.js';

type Listener<T> = (options: T, name: string) => void;

/**
 * Keeps options by name and makes those anew whose source has changed.
 *
 * When the new ones are not valid, the error leaves through whoever made the change, no listener is called, and asking for them fails until the next change.
 *
 * Differs from .NET: a listener that throws keeps no other from being called.
 *
 * @see Microsoft.Extensions.Options.OptionsMonitor
 */
export class OptionsMonitor<T> implements IOptionsMonitor<T>, Disposable {
  readonly #factory: IOptionsFactory<T>;
  readonly #cache: IOptionsMonitorCache<T>;
  readonly #registrations: readonly Disposable[];
  readonly #listeners = new Set<{ readonly call: Listener<T> }>();

  constructor(factory: IOptionsFactory<T>, sources: readonly IOptionsChangeTokenSource[], cache: IOptionsMonitorCache<T>) {
    this.#factory = factory;
    this.#cache = cache;
    this.#registrations = sources.map(source =>
      onChange(
        () => source.getChangeToken(),
        () => this.#renew(source.name ?? defaultOptionsName),
      ),
    );
  }

  get currentValue(): T {
    return this.get();
  }

  get(name?: string | null): T {
    return this.#cache.getOrAdd(name, () => this.#factory.create(name ?? defaultOptionsName));
  }

  /** Whether the options of that name are there, or could not be made. */
  hasTried(name: string): boolean {
    return this.#cache instanceof OptionsCache && this.#cache.has(name);
  }

  onChange(listener: Listener<T>): Disposable {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return onDispose(() => this.#listeners.delete(entry));
  }

  /** Ends the listening to changes; what it has it goes on giving out. */
  [Symbol.dispose](): void {
    disposeAllSync(this.#registrations);
  }

  #renew(name: string): void {
    this.#cache.tryRemove(name);
    const options = this.get(name);
    const errors: Error[] = [];
    for (const { call } of [...this.#listeners]) {
      try {
        call(options, name);
      } catch (error) {
        errors.push(toError(error));
      }
    }
    throwCollected(errors, 'Several listeners to a change of options failed.');
  }
}
