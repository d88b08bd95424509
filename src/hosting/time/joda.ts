import { createRequire } from 'node:module';
import type * as Joda from '@js-joda/core';

let loaded: typeof Joda | undefined;

/**
 * js-joda, loaded at the first use of one of its types: it doubles the start-up time of a process that never asks for one.
 *
 * It is required, not imported, because the getters that need it are synchronous; the package is CommonJS, so this is the very copy that a user's `import` gets.
 */
export function joda(): typeof Joda {
  return (loaded ??= createRequire(import.meta.url)('@js-joda/core') as typeof Joda);
}
