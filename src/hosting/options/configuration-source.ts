import { EnvironmentVariablesConfigurationProvider, type IConfiguration, type IConfigurationProvider } from '../configuration/index.js';
import { equalKeys } from '../configuration/key-case.js';
import type { InputOrigin } from './input-node.js';

/** What a value comes from, for people: `environment variable Mail__retries`, `JsonConfigurationProvider for 'mail.json' (Optional)`. */
export function sourceOf({ parent, name, key }: InputOrigin): string | undefined {
  const provider = (parent as Partial<KnowsProviders>).providerOf?.(name);
  if (!provider) return undefined;
  if (!(provider instanceof EnvironmentVariablesConfigurationProvider)) return provider.toString();
  const prefix = /Prefix: '(.*)'/.exec(provider.toString())?.[1] ?? '';
  return `environment variable ${prefix}${asWritten(key, provider).join('__')}`;
}

/** What configurations that can tell have beyond their contract. */
interface KnowsProviders extends IConfiguration {
  providerOf(key: string): IConfigurationProvider | undefined;
}

/** The parts of a key in the spelling of the provider: names of variables do not ignore case everywhere. */
function asWritten(key: string, provider: IConfigurationProvider): string[] {
  return key.split(':').reduce<string[]>((written, part) => {
    const siblings = provider.getChildKeys([], written.length === 0 ? undefined : written.join(':'));
    return [...written, siblings.find(sibling => equalKeys(sibling, part)) ?? part];
  }, []);
}
