import type { ConfigurationType } from '../configuration/index.js';

/** Settings of a declaration. */
export interface OptionsSettings {
  /** What errors call the options. Default: the name of the section. */
  readonly name?: string;
  /**
   * The options whose values no error, no debug view and no log of the host shows, beside those whose names say that they are secret: `['pin', 'users:mark']`,
   * counted from the options and without the positions of lists; `*` is any key. What is below a secret is secret. Default: those of which the schema says `writeOnly` or `format: 'password'`.
   */
  readonly secrets?: readonly string[];
  /** Whether a key of the configuration that no option has is an error, as a misspelt one is. Default: false. */
  readonly errorOnUnknownConfiguration?: boolean;
}

/** Settings of a declaration with default values. */
export interface DefaultsSettings<T = unknown> extends OptionsSettings {
  /** How the text of the configuration is converted, where the default values do not say it. */
  readonly type?: ConfigurationType<T>;
}
