import type { IConfiguration, IConfigurationSection } from './configuration/index.js';
import { isSecretKey } from './configuration/secret-keys.js';
import type { SecretRedactor } from './logging/index.js';
import { disposeAllSync, isSecretName, onChange } from './primitives/index.js';

/**
 * Keeps the secrets of configurations out of the log: the values of keys that are named like one or were marked as one, also those that they have after a
 * reload. Values that were replaced stay secret, because they may be in use still.
 *
 * Differs from .NET: an addition; `logging.configureRedaction({ isEnabled: false })` switches it off.
 */
export class ConfigurationSecrets implements Disposable {
  readonly #registrations: readonly Disposable[];

  /** @param configurations that of the program, and those that options with secrets are bound to */
  constructor(
    private readonly redactor: SecretRedactor,
    configurations: readonly IConfiguration[],
  ) {
    this.#registrations = configurations.map(configuration => {
      this.#add(configuration);
      return onChange(
        () => configuration.getReloadToken(),
        () => this.#add(configuration),
      );
    });
  }

  [Symbol.dispose](): void {
    disposeAllSync(this.#registrations);
  }

  #add(configuration: IConfiguration): void {
    const { path } = configuration as Partial<IConfigurationSection>;
    for (const [key, value] of configuration.asEnumerable(true)) {
      if (!value) continue;
      const fullKey = path === undefined ? key : `${path}:${key}`;
      const isMarked = !isSecretName(fullKey) && isSecretKey(configuration, key);
      if (isMarked || (this.redactor.masks(fullKey) && canBeSecret(value))) this.redactor.addSecret(value);
    }
  }
}

/** Whether a value may be one of which only the name tells: `tokenLifetime` is 3600, and nobody wants to miss each 3600 in the log. */
function canBeSecret(value: string): boolean {
  return value.length >= 8 || (/[a-z]/i.test(value) && /[^a-z]/i.test(value));
}
