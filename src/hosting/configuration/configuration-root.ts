import {
  type AnyDisposable,
  ChangeToken,
  disposeAll,
  disposeAllSync,
  type IChangeToken,
  InvalidOperationError,
  isSecretName,
  onChange,
} from '../primitives/index.js';
import { ChainedConfigurationProvider } from './chained-configuration.js';
import { childKeysOf } from './configuration-key-comparer.js';
import { ConfigurationNode } from './configuration-node.js';
import { combineConfigurationPath } from './configuration-path.js';
import { ConfigurationProvider } from './configuration-provider.js';
import { ConfigurationSection, type SectionRoot } from './configuration-section.js';
import type { IConfigurationProvider, IConfigurationRoot, IConfigurationSection } from './configuration.js';
import { type DebugViewOptions, renderDebugView } from './debug-view.js';
import { foldCase } from './key-case.js';
import { findProvider } from './provenance.js';
import { disposablesOf, loadProviders, runAll } from './provider-ownership.js';
import { SecretKeys } from './secret-keys.js';

/**
 * A configuration of providers, of which the last that has a key wins. It owns them: they are disposed with it. What was loaded can be read still after that.
 *
 * @see Microsoft.Extensions.Configuration.ConfigurationRoot
 */
export class ConfigurationRoot extends ConfigurationNode implements IConfigurationRoot, SectionRoot {
  #providers: readonly IConfigurationProvider[] = [];
  /** The same, where a provider takes a folded key; undefined where it has a way of its own to give values. */
  #folding: readonly (ConfigurationProvider | undefined)[] = [];
  readonly #secrets = new SecretKeys();
  #registrations: Disposable[] = [];
  #reloadToken = new ChangeToken();
  #isReloading = false;
  #isDisposed = false;

  /**
   * Loads the providers, in their order.
   *
   * @throws whatever the first one throws that cannot be loaded; all are disposed then
   */
  constructor(providers: readonly IConfigurationProvider[]) {
    super();
    this.replaceProviders(providers);
  }

  get providers(): readonly IConfigurationProvider[] {
    return this.#providers;
  }

  override get(key: string): string | undefined {
    const folded = foldCase(key);
    for (let index = this.#providers.length - 1; index >= 0; index--) {
      const folding = this.#folding[index];
      const value = folding ? folding.tryGetFolded(folded) : this.#providers[index]!.tryGet(key);
      if (value !== undefined) return value ?? undefined;
    }
    return undefined;
  }

  override set(key: string, value: string | null): void {
    if (this.#providers.length === 0) {
      throw new InvalidOperationError('A configuration source is not registered. Please register one before setting a value.');
    }
    for (const provider of this.#providers) provider.set(key, value);
  }

  override getSection(key: string): IConfigurationSection {
    return new ConfigurationSection(this, key);
  }

  override getChildren(): IConfigurationSection[] {
    return this.childrenOf(undefined);
  }

  childrenOf(path: string | undefined): IConfigurationSection[] {
    return childKeysOf(this.#providers, path).map(key => this.getSection(path === undefined ? key : combineConfigurationPath(path, key)));
  }

  override getReloadToken(): IChangeToken {
    return this.#reloadToken;
  }

  override providerOf(key: string): IConfigurationProvider | undefined {
    return findProvider(this.#providers, key);
  }

  override markSecret(key: string): void {
    this.#secrets.add(key);
  }

  override isSecret(key: string): boolean {
    if (isSecretName(key) || this.#secrets.has(key)) return true;
    return this.#providers.some(provider => provider instanceof ChainedConfigurationProvider && provider.isSecret(key));
  }

  /**
   * Loads every provider again, and so those of chained configurations, and fires the reload token once.
   *
   * Differs from .NET: a provider that fails keeps no other from being loaded, and whoever waits for a change is told before the failure is thrown; a chained
   * configuration fires its own token too.
   *
   * @throws the failure itself when there was one, an `AggregateError` when there were several
   */
  reload(): void {
    const loads = this.#providers.map(provider => () => (provider instanceof ChainedConfigurationProvider ? provider.reload() : provider.load()));
    this.#isReloading = true;
    const end = () => {
      this.#isReloading = false;
      this.raiseChanged();
    };
    runAll([...loads, end], 'Several configuration sources could not be loaded.');
  }

  getDebugView(options?: DebugViewOptions): string {
    return renderDebugView(this, options);
  }

  /** Fires the reload token, after a new one took its place. */
  raiseChanged(): void {
    const previous = this.#reloadToken;
    this.#reloadToken = new ChangeToken();
    previous.fire();
  }

  /** Loads one more provider, which wins over the others. @throws whatever it throws; it is disposed then and nothing has changed */
  addProvider(provider: IConfigurationProvider): void {
    loadProviders([provider]);
    this.#take([...this.#providers, provider]);
    this.#registrations.push(this.#listen(provider));
  }

  /**
   * Loads providers and puts them in the place of those there were, which are the caller's now.
   *
   * @throws whatever the first one throws that cannot be loaded; all of the new ones are disposed then and nothing has changed
   */
  replaceProviders(providers: readonly IConfigurationProvider[]): readonly IConfigurationProvider[] {
    loadProviders(providers);
    const previous = this.#providers;
    this.#stopListening();
    this.#take([...providers]);
    this.#registrations = this.#providers.map(provider => this.#listen(provider));
    return previous;
  }

  [Symbol.dispose](): void {
    disposeAllSync(this.#takeDisposables());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await disposeAll(this.#takeDisposables());
  }

  protected override get lengthOfPrefix(): number {
    return 0;
  }

  protected override ownEntry(): Iterable<never> {
    return [];
  }

  #take(providers: readonly IConfigurationProvider[]): void {
    this.#providers = providers;
    this.#folding = providers.map(provider => (provider instanceof ConfigurationProvider && provider.takesFoldedKeys ? provider : undefined));
  }

  #listen(provider: IConfigurationProvider): Disposable {
    return onChange(
      () => provider.getReloadToken(),
      () => {
        // What a reload brings about is told once, at its end.
        if (!this.#isReloading) this.raiseChanged();
      },
    );
  }

  #stopListening(): void {
    for (const registration of this.#registrations) registration[Symbol.dispose]();
    this.#registrations = [];
  }

  #takeDisposables(): AnyDisposable[] {
    this.#stopListening();
    const disposables = this.#isDisposed ? [] : disposablesOf(this.#providers);
    this.#isDisposed = true;
    return disposables;
  }
}
