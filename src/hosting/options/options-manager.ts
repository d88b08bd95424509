import { InvalidOperationError } from '../primitives/index.js';
import { defaultOptionsName, type IOptions, type IOptionsFactory, type IOptionsSnapshot } from './options.js';
import { OptionsCache } from './options-cache.js';

/**
 * Makes the options of the default name at the first access, and again after a failure.
 *
 * @see Microsoft.Extensions.Options.UnnamedOptionsManager
 */
export class UnnamedOptionsManager<T> implements IOptions<T> {
  readonly #factory: IOptionsFactory<T>;
  #made: { readonly options: T } | undefined;
  #isMaking = false;

  constructor(factory: IOptionsFactory<T>) {
    this.#factory = factory;
  }

  get value(): T {
    return (this.#made ??= this.#make()).options;
  }

  /** Takes over what was validated asynchronously, unless there are options already. */
  seed(options: T): void {
    this.#made ??= { options };
  }

  #make(): { readonly options: T } {
    if (this.#isMaking) throw new InvalidOperationError('What makes these options asks for them before they are made.');
    this.#isMaking = true;
    try {
      return { options: this.#factory.create(defaultOptionsName) };
    } finally {
      this.#isMaking = false;
    }
  }
}

/**
 * The options of a scope: each name is made once.
 *
 * @see Microsoft.Extensions.Options.OptionsManager
 */
export class OptionsManager<T> implements IOptionsSnapshot<T> {
  readonly #factory: IOptionsFactory<T>;
  readonly #cache = new OptionsCache<T>();

  constructor(factory: IOptionsFactory<T>) {
    this.#factory = factory;
  }

  get value(): T {
    return this.get();
  }

  get(name?: string | null): T {
    return this.#cache.getOrAdd(name, () => this.#factory.create(name ?? defaultOptionsName));
  }
}
