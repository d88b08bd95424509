/** A map whose owner is told when something in it has changed. */
export class NotifyingMap<K, V> extends Map<K, V> {
  readonly #onChanged: () => void;

  constructor(onChanged: () => void) {
    super();
    this.#onChanged = onChanged;
  }

  override set(key: K, value: V): this {
    super.set(key, value);
    this.#onChanged();
    return this;
  }

  override delete(key: K): boolean {
    const hasChanged = super.delete(key);
    if (hasChanged) this.#onChanged();
    return hasChanged;
  }

  override clear(): void {
    super.clear();
    this.#onChanged();
  }
}
