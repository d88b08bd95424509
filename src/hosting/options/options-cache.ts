import { InvalidOperationError } from '../primitives/index.js';
import { defaultOptionsName, type IOptionsMonitorCache } from './options.js';

type Entry<T> = { state: 'making' } | { state: 'made'; readonly options: T } | { state: 'failed'; readonly error: unknown };

/**
 * Keeps options by name, and failures to make them.
 *
 * @see Microsoft.Extensions.Options.OptionsCache
 */
export class OptionsCache<T> implements IOptionsMonitorCache<T> {
  readonly #entries = new Map<string, Entry<T>>();

  /** @throws InvalidOperationError when what makes the options asks for them itself */
  getOrAdd(name: string | null | undefined, create: () => T): T {
    const key = name ?? defaultOptionsName;
    const entry = this.#entries.get(key) ?? this.#add(key, create);
    if (entry.state === 'made') return entry.options;
    if (entry.state === 'failed') throw entry.error;
    throw new InvalidOperationError(`What makes the options '${key}' asks for them before they are made.`);
  }

  tryAdd(name: string | null | undefined, options: T): boolean {
    const key = name ?? defaultOptionsName;
    if (this.#entries.has(key)) return false;
    this.#entries.set(key, { state: 'made', options });
    return true;
  }

  tryRemove(name: string | null | undefined): boolean {
    return this.#entries.delete(name ?? defaultOptionsName);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Whether anything is kept under the name, be it a failure. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  #add(key: string, create: () => T): Entry<T> {
    const making: Entry<T> = { state: 'making' };
    this.#entries.set(key, making);
    const entry = attempt(create);
    // Unless it was removed meanwhile: then whoever asks next makes it anew.
    if (this.#entries.get(key) === making) this.#entries.set(key, entry);
    return entry;
  }
}

function attempt<T>(create: () => T): Entry<T> {
  try {
    return { state: 'made', options: create() };
  } catch (error) {
    return { state: 'failed', error };
  }
}
