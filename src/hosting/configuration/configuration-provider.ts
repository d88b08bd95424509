import { ChangeToken, type IChangeToken } from '../primitives/index.js';
import { ConfigurationData } from './configuration-data.js';
import type { IConfigurationProvider } from './configuration.js';

/**
 * The base of providers that keep what they have loaded as keys and values.
 *
 * A provider fills {@link data} in `load`, as a new object once everything is read, so that a failed load changes nothing. One that holds a resource
 * implements `Symbol.dispose` or `Symbol.asyncDispose`; the configuration that it was built for disposes it.
 *
 * @see Microsoft.Extensions.Configuration.ConfigurationProvider
 */
export abstract class ConfigurationProvider implements IConfigurationProvider {
  /** What was loaded. */
  protected data: ConfigurationData = new ConfigurationData();
  #reloadToken = new ChangeToken();

  tryGet(key: string): string | null | undefined {
    return this.data.get(key);
  }

  /**
   * As {@link tryGet}, with a key that `foldCase` has been through: a configuration that asks many providers folds it once.
   *
   * @internal
   */
  tryGetFolded(foldedKey: string): string | null | undefined {
    return this.data.getFolded(foldedKey);
  }

  /**
   * Whether {@link tryGetFolded} gives what {@link tryGet} does: not when a class has overridden that.
   *
   * @internal
   */
  get takesFoldedKeys(): boolean {
    return Reflect.get(this, 'tryGet') === Reflect.get(ConfigurationProvider.prototype, 'tryGet');
  }

  set(key: string, value: string | null): void {
    this.data.set(key, value);
  }

  /** Does nothing; a provider whose data come from elsewhere overrides it. */
  load(): void {}

  getChildKeys(earlierKeys: readonly string[], parentPath: string | undefined): string[] {
    return [...this.data.childKeys(parentPath), ...earlierKeys];
  }

  getReloadToken(): IChangeToken {
    return this.#reloadToken;
  }

  toString(): string {
    return this.constructor.name;
  }

  /** Fires the reload token, after a new one took its place. A provider calls it when it has loaded again by itself. */
  protected onReload(): void {
    const previous = this.#reloadToken;
    this.#reloadToken = new ChangeToken();
    previous.fire();
  }
}
