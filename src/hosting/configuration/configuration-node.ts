import { InvalidOperationError, type IChangeToken } from '../primitives/index.js';
import { combineConfigurationPath } from './configuration-path.js';
import type { IConfiguration, IConfigurationProvider, IConfigurationSection } from './configuration.js';

/** What a configuration and its sections do alike. @see Microsoft.Extensions.Configuration.ConfigurationExtensions */
export abstract class ConfigurationNode implements IConfiguration {
  abstract get(key: string): string | undefined;
  abstract set(key: string, value: string | null): void;
  abstract getSection(key: string): IConfigurationSection;
  abstract getChildren(): IConfigurationSection[];
  abstract getReloadToken(): IChangeToken;
  /** Which provider the value of `key` comes from, through chained configurations; undefined when none has the key. */
  abstract providerOf(key: string): IConfigurationProvider | undefined;
  /**
   * Marks a key, and what is below it, as secret: hidden in the debug view, in the errors of the binder, and in the log of a host that is built after that. The
   * positions of lists may be left out: `users:mark` is that of every user.
   *
   * Differs from .NET: an addition.
   */
  abstract markSecret(key: string): void;
  /** Whether the value of a key is secret: by its name (`isSecretName`), or because it was marked. */
  abstract isSecret(key: string): boolean;

  getRequiredSection(key: string): IConfigurationSection {
    const section = this.getSection(key);
    if (!section.exists) throw new InvalidOperationError(`Section '${key}' not found in configuration.`);
    return section;
  }

  getConnectionString(name: string): string | undefined {
    return this.get(combineConfigurationPath('ConnectionStrings', name));
  }

  *asEnumerable(makePathsRelative = false): Iterable<readonly [key: string, value: string | undefined]> {
    if (!makePathsRelative) yield* this.ownEntry();
    const skipped = makePathsRelative ? this.lengthOfPrefix : 0;
    const pending = this.getChildren();
    for (let section = pending.pop(); section; section = pending.pop()) {
      yield [section.path.slice(skipped), section.value];
      pending.push(...section.getChildren());
    }
  }

  /** How much of the path of whatever lies below belongs to this. */
  protected abstract readonly lengthOfPrefix: number;
  /** The value that this itself has, when it can have one. */
  protected abstract ownEntry(): Iterable<readonly [key: string, value: string | undefined]>;
}
