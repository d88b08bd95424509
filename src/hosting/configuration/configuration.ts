import { type ServiceToken, serviceToken } from '../dependency-injection/index.js';
import type { IChangeToken } from '../primitives/index.js';
import type { DebugViewOptions } from './debug-view.js';

/**
 * Values by key, from several sources of which the last that has a key wins. Keys ignore case; `:` separates the parts of a path.
 *
 * @see Microsoft.Extensions.Configuration.IConfiguration, with its extension methods
 */
export interface IConfiguration {
  /** The value, or undefined: of a key that no source has, or that the last source which has it gives as null. */
  get(key: string): string | undefined;
  /** Gives the value to every source; no reload token fires. @throws InvalidOperationError when there is no source */
  set(key: string, value: string | null): void;
  /** The part below `key`; one that does not exist is empty, never undefined. */
  getSection(key: string): IConfigurationSection;
  /** @throws InvalidOperationError when the section has neither value nor children */
  getRequiredSection(key: string): IConfigurationSection;
  /** The sections directly below: those whose keys are numbers first, in numerical order, then by name. */
  getChildren(): IConfigurationSection[];
  /** Fires once, at the next reload of a source. */
  getReloadToken(): IChangeToken;
  /** `ConnectionStrings:name`. */
  getConnectionString(name: string): string | undefined;
  /** Everything below, sections before what they hold; with `makePathsRelative` keys count from here. */
  asEnumerable(makePathsRelative?: boolean): Iterable<readonly [key: string, value: string | undefined]>;
}

export const IConfiguration: ServiceToken<IConfiguration> = serviceToken('IConfiguration');

/** @see Microsoft.Extensions.Configuration.IConfigurationSection */
export interface IConfigurationSection extends IConfiguration {
  /** The last part of {@link path}. */
  readonly key: string;
  /** The key counted from the root. */
  readonly path: string;
  value: string | undefined;
  /** Whether there is a value or something below. */
  readonly exists: boolean;
}

/** @see Microsoft.Extensions.Configuration.IConfigurationRoot */
export interface IConfigurationRoot extends IConfiguration, AsyncDisposable, Disposable {
  /** In the order in which they were added: the last one wins. */
  readonly providers: readonly IConfigurationProvider[];
  /** Loads every source again, and fires the reload token once. */
  reload(): void;
  /** Marks a key, and what is below it, as secret: no debug view, no error of the binder and no log of a host that is built after that shows it. */
  markSecret(key: string): void;
  /** All keys as an indented text with the provider that each value comes from; secrets are masked. */
  getDebugView(options?: DebugViewOptions): string;
}

/** What was loaded from one source. @see Microsoft.Extensions.Configuration.IConfigurationProvider */
export interface IConfigurationProvider {
  /** For people: the kind of source and where it is. */
  toString(): string;
  /** The value; null when the source says that there is none, undefined when it says nothing. */
  tryGet(key: string): string | null | undefined;
  set(key: string, value: string | null): void;
  /** @throws when the source cannot be read */
  load(): void;
  /** `earlierKeys` and the keys directly below `parentPath`, as they are written here; the caller sorts and removes duplicates. */
  getChildKeys(earlierKeys: readonly string[], parentPath: string | undefined): string[];
  /** Fires when the provider has loaded again by itself. */
  getReloadToken(): IChangeToken;
}

/** Where configuration comes from. @see Microsoft.Extensions.Configuration.IConfigurationSource */
export interface IConfigurationSource {
  build(builder: IConfigurationBuilder): IConfigurationProvider;
}

/** Collects sources. The methods that add the known kinds are those of the classes that implement it. @see Microsoft.Extensions.Configuration.IConfigurationBuilder */
export interface IConfigurationBuilder {
  readonly sources: readonly IConfigurationSource[];
  /** Whatever sources share, by a key of their own. */
  readonly properties: Map<unknown, unknown>;
  add(source: IConfigurationSource): this;
  build(): IConfigurationRoot;
}
