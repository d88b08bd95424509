import { type AnyDisposable, disposeAll, disposeAllSync, type IChangeToken, isDisposable } from '../primitives/index.js';
import type { IConfiguration, IConfigurationProvider, IConfigurationRoot, IConfigurationSource } from './configuration.js';
import { knowsProviders } from './provenance.js';
import { isSecretKey } from './secret-keys.js';

/** Options of {@link ChainedConfigurationSource}. */
export interface ChainedConfigurationOptions {
  /** Whether the configuration is disposed together with the one that it becomes a part of. Default: false. */
  readonly shouldDisposeConfiguration?: boolean;
}

/**
 * Another configuration as a source of this one. It stays what it is: what changes there changes here, and a value that is set here is set there.
 *
 * @see Microsoft.Extensions.Configuration.ChainedConfigurationSource
 */
export class ChainedConfigurationSource implements IConfigurationSource {
  constructor(
    readonly configuration: IConfiguration,
    readonly options: ChainedConfigurationOptions = {},
  ) {}

  build(): IConfigurationProvider {
    return new ChainedConfigurationProvider(this.configuration, this.options);
  }
}

/** @see Microsoft.Extensions.Configuration.ChainedConfigurationProvider */
export class ChainedConfigurationProvider implements IConfigurationProvider, AsyncDisposable {
  readonly #configuration: IConfiguration;
  readonly #isOwner: boolean;

  constructor(configuration: IConfiguration, { shouldDisposeConfiguration = false }: ChainedConfigurationOptions = {}) {
    this.#configuration = configuration;
    this.#isOwner = shouldDisposeConfiguration;
  }

  /** Never null: what the other configuration has as null is not there for this one, so that earlier sources show through. */
  tryGet(key: string): string | undefined {
    return this.#configuration.get(key);
  }

  set(key: string, value: string | null): void {
    this.#configuration.set(key, value);
  }

  /** Does nothing: the other configuration has loaded itself. */
  load(): void {}

  /** Loads the other configuration again, unless only a section of it is a part of this one. */
  reload(): void {
    const { reload } = this.#configuration as Partial<IConfigurationRoot>;
    reload?.call(this.#configuration);
  }

  getChildKeys(earlierKeys: readonly string[], parentPath: string | undefined): string[] {
    const section = parentPath === undefined ? this.#configuration : this.#configuration.getSection(parentPath);
    return [...section.getChildren().map(child => child.key), ...earlierKeys];
  }

  getReloadToken(): IChangeToken {
    return this.#configuration.getReloadToken();
  }

  providerOf(key: string): IConfigurationProvider | undefined {
    return knowsProviders(this.#configuration) ? this.#configuration.providerOf(key) : undefined;
  }

  /** Whether the other configuration hides the value of a key. */
  isSecret(key: string): boolean {
    return isSecretKey(this.#configuration, key);
  }

  toString(): string {
    return 'ChainedConfigurationProvider';
  }

  [Symbol.dispose](): void {
    disposeAllSync(this.#owned);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await disposeAll(this.#owned);
  }

  get #owned(): AnyDisposable[] {
    return this.#isOwner && isDisposable(this.#configuration) ? [this.#configuration] : [];
  }
}
