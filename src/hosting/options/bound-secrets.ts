import type { IConfiguration } from '../configuration/index.js';
import { knowsSecrets } from '../configuration/secret-keys.js';

/** A configuration that options are bound to which have secrets in it. Each is a service of its own, so that a host can keep them out of its log. */
export class BoundSecrets {
  /** Has the configuration hide them, where it can. @param secrets counted from there */
  constructor(
    readonly configuration: IConfiguration,
    secrets: readonly string[],
  ) {
    if (knowsSecrets(configuration)) for (const secret of secrets) configuration.markSecret(secret.replaceAll('.', ':'));
  }
}
