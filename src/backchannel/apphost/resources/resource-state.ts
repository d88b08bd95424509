import { isDeepStrictEqual } from 'node:util';
import { onDispose } from '../../../hosting/primitives/index.js';
import type { ResourceFacts } from './resource-facts.js';

/** The facts of one resource, and who wants to know of their changes. */
export class ResourceState {
  readonly #listeners = new Set<() => void>();
  #facts: ResourceFacts;

  constructor(facts: ResourceFacts) {
    this.#facts = facts;
  }

  get facts(): ResourceFacts {
    return this.#facts;
  }

  /** Changes some facts at once; listeners hear of it unless everything is as it was. */
  update(changes: ResourceFacts): void {
    const facts = { ...this.#facts, ...changes };
    if (isDeepStrictEqual(facts, this.#facts)) return;
    this.#facts = facts;
    for (const listener of [...this.#listeners]) listener();
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return onDispose(() => this.#listeners.delete(listener));
  }
}
