import type { IConfiguration } from './configuration/index.js';
import type { SecretRedactor } from './logging/index.js';
import { onChange } from './primitives/index.js';

/**
 * Keeps the secrets of the configuration out of the log: the values of keys that are named like one, also those that it has after a reload. Values that were
 * replaced stay secret, because they may be in use still.
 *
 * Differs from .NET: an addition; `logging.configureRedaction({ isEnabled: false })` switches it off.
 */
export class ConfigurationSecrets implements Disposable {
  readonly #registration: Disposable;

  constructor(
    private readonly redactor: SecretRedactor,
    private readonly configuration: IConfiguration,
  ) {
    this.#add();
    this.#registration = onChange(
      () => configuration.getReloadToken(),
      () => this.#add(),
    );
  }

  [Symbol.dispose](): void {
    this.#registration[Symbol.dispose]();
  }

  #add(): void {
    for (const [key, value] of this.configuration.asEnumerable()) if (value && this.redactor.masks(key)) this.redactor.addSecret(value);
  }
}
