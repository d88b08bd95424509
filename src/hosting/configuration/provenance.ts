import type { IConfigurationProvider, IConfigurationSection } from './configuration.js';

/** What knows where its values come from: this library's configurations, their sections and chained providers. */
export interface KnowsProviders {
  /** The provider that the value of a key comes from; undefined when none has the key. */
  providerOf(key: string): IConfigurationProvider | undefined;
}

/** What knows where its own value comes from: this library's sections. */
export interface KnowsProvider {
  readonly provider: IConfigurationProvider | undefined;
}

export function knowsProviders(value: object): value is KnowsProviders {
  return typeof (value as Partial<KnowsProviders>).providerOf === 'function';
}

function knowsProvider(value: object): value is KnowsProvider {
  return 'provider' in value;
}

/** The provider that a value comes from: the last one that has the key; of a chained configuration the one within it. */
export function findProvider(providers: readonly IConfigurationProvider[], key: string): IConfigurationProvider | undefined {
  const provider = providers.findLast(candidate => candidate.tryGet(key) !== undefined);
  return provider && knowsProviders(provider) ? (provider.providerOf(key) ?? provider) : provider;
}

/** The text of the provider that the value of a section comes from. */
export function sourceOf(section: IConfigurationSection): string | undefined {
  const provider = knowsProvider(section) ? section.provider : undefined;
  return provider && String(provider);
}

/** Whether a source says that the section has no value, other than that none says anything. */
export function isNull(section: IConfigurationSection): boolean {
  return section.value === undefined && knowsProvider(section) && section.provider !== undefined;
}
