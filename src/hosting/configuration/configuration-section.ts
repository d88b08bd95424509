import type { IChangeToken } from '../primitives/index.js';
import { ConfigurationNode } from './configuration-node.js';
import { combineConfigurationPath, getSectionKey } from './configuration-path.js';
import type { IConfigurationProvider, IConfigurationSection } from './configuration.js';

/** What a section needs of the configuration that it is a part of. */
export interface SectionRoot {
  get(key: string): string | undefined;
  set(key: string, value: string | null): void;
  getReloadToken(): IChangeToken;
  providerOf(key: string): IConfigurationProvider | undefined;
  markSecret(key: string): void;
  isSecret(key: string): boolean;
  /** The sections directly below the path. */
  childrenOf(path: string): IConfigurationSection[];
}

/**
 * A part of a configuration. It holds nothing: every question goes to the whole, and is answered as things are then.
 *
 * @see Microsoft.Extensions.Configuration.ConfigurationSection
 */
export class ConfigurationSection extends ConfigurationNode implements IConfigurationSection {
  readonly #root: SectionRoot;
  readonly key: string;
  readonly path: string;

  constructor(root: SectionRoot, path: string) {
    super();
    this.#root = root;
    this.path = path;
    this.key = getSectionKey(path);
  }

  get value(): string | undefined {
    return this.#root.get(this.path);
  }

  set value(value: string | null | undefined) {
    this.#root.set(this.path, value ?? null);
  }

  /** The provider that {@link value} comes from; one that gives it as null counts too. */
  get provider(): IConfigurationProvider | undefined {
    return this.#root.providerOf(this.path);
  }

  /** Whether {@link value} is secret: by the name of the section, or because it was marked. */
  get hasSecretValue(): boolean {
    return this.#root.isSecret(this.path);
  }

  get exists(): boolean {
    return this.value !== undefined || this.getChildren().length > 0;
  }

  override get(key: string): string | undefined {
    return this.#root.get(this.#pathOf(key));
  }

  override set(key: string, value: string | null): void {
    this.#root.set(this.#pathOf(key), value);
  }

  override getSection(key: string): IConfigurationSection {
    return new ConfigurationSection(this.#root, this.#pathOf(key));
  }

  override getChildren(): IConfigurationSection[] {
    return this.#root.childrenOf(this.path);
  }

  override getReloadToken(): IChangeToken {
    return this.#root.getReloadToken();
  }

  override providerOf(key: string): IConfigurationProvider | undefined {
    return this.#root.providerOf(this.#pathOf(key));
  }

  override markSecret(key: string): void {
    this.#root.markSecret(this.#pathOf(key));
  }

  override isSecret(key: string): boolean {
    return this.#root.isSecret(this.#pathOf(key));
  }

  protected override get lengthOfPrefix(): number {
    return this.path.length + 1;
  }

  protected override ownEntry(): Iterable<readonly [key: string, value: string | undefined]> {
    return [[this.path, this.value]];
  }

  #pathOf(key: string): string {
    return combineConfigurationPath(this.path, key);
  }
}
