import { isSecretName } from '../../../hosting/primitives/index.js';
import type { EnvironmentVariable } from '../../contract/index.js';

/** What a program gets: everything of this process, and what was declared on top. */
export function environmentFor(declared: Readonly<Record<string, string | undefined>>, inherited: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const all = Object.entries({ ...inherited, ...declared });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** What clients see: only what was declared, without the values of secrets. */
export function shownEnvironment(declared: Readonly<Record<string, string | undefined>>): readonly EnvironmentVariable[] {
  return Object.entries(declared).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: isSecretName(name) ? null : value, isFromSpec: true }],
  );
}
