import { secretMask } from '../primitives/index.js';
import type { IConfigurationProvider, IConfigurationRoot, IConfigurationSection } from './configuration.js';
import { findProvider } from './provenance.js';
import type { KnowsSecrets } from './secret-keys.js';

/** What is about to be shown. @see Microsoft.Extensions.Configuration.ConfigurationDebugViewContext */
export interface DebugViewContext {
  /** The last part of the path. */
  readonly key: string;
  readonly path: string;
  /** The value; undefined when its source gives it as null. */
  readonly value: string | undefined;
  readonly provider: IConfigurationProvider;
}

/** Options of `getDebugView`. */
export interface DebugViewOptions {
  /** Whether the value of a path is masked. Default: what the configuration says, by the name of the key or because it was marked. */
  readonly isSecret?: (path: string) => boolean;
  /** Gives the text to be shown for a value; then nothing is masked but by it. */
  readonly processValue?: (context: DebugViewContext) => string;
}

/**
 * Shows every key, the value that wins and the provider that it comes from.
 *
 * Differs from .NET: secrets are masked; a value of a chained configuration is shown with the provider within it.
 *
 * @see Microsoft.Extensions.Configuration.ConfigurationRootExtensions.GetDebugView
 */
export function renderDebugView(
  root: Pick<IConfigurationRoot, 'providers' | 'getChildren'> & Pick<KnowsSecrets, 'isSecret'>,
  options: DebugViewOptions = {},
): string {
  const { isSecret = path => root.isSecret(path) } = options;
  const { processValue = ({ path, value }) => (value !== undefined && value !== '' && isSecret(path) ? secretMask : (value ?? '')) } = options;
  let view = '';
  const render = (sections: readonly IConfigurationSection[], indent: string) => {
    for (const section of sections) {
      const { key, path, value } = section;
      const provider = findProvider(root.providers, path);
      view += provider ? `${indent}${key}=${processValue({ key, path, value, provider })} (${String(provider)})\n` : `${indent}${key}:\n`;
      render(section.getChildren(), `${indent}  `);
    }
  };
  render(root.getChildren(), '');
  return view;
}
