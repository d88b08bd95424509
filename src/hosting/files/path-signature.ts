import { type BigIntStats, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodeOf } from '../primitives/index.js';

/** What a path looks like from outside: equal texts mean that nothing changed, as far as the system tells. */
export interface PathSignature {
  readonly text: string;
  /** When what lies there was last changed, in milliseconds since 1970; 0 when nothing does. */
  readonly changedAt: number;
}

/** @param ofEntries whether the path stands for the entries of a directory instead of for itself */
export function signatureOf(path: string, ofEntries: boolean): PathSignature {
  return ofEntries ? signatureOfEntries(path) : signatureOfTarget(path);
}

/** Tells a directory from another that takes its place later, also when the system gives it the same number. Undefined: there is none. */
export function identityOf(directory: string): string | undefined {
  const facts = factsOf(directory);
  return typeof facts === 'object' && facts.isDirectory() ? `${facts.dev}:${facts.ino}:${facts.birthtimeNs}` : undefined;
}

function signatureOfTarget(path: string): PathSignature {
  const facts = factsOf(path);
  if (typeof facts !== 'object') return { text: facts ?? 'none', changedAt: 0 };
  // A directory's times change with its entries, which are not what was asked for.
  if (facts.isDirectory()) return { text: `directory ${facts.dev}:${facts.ino}`, changedAt: 0 };
  return { text: `${facts.dev}:${facts.ino}:${facts.size}:${facts.mtimeNs}:${facts.ctimeNs}`, changedAt: Number(facts.mtimeMs) };
}

function signatureOfEntries(directory: string): PathSignature {
  let names: string[];
  try {
    names = readdirSync(directory).sort();
  } catch (error) {
    return { text: errorCodeOf(error) ?? 'none', changedAt: 0 };
  }
  const entries = names.map(name => ({ name, signature: signatureOfTarget(join(directory, name)) }));
  return {
    text: entries.map(({ name, signature }) => `${name}/${signature.text}`).join('\n'),
    changedAt: entries.reduce((latest, { signature }) => Math.max(latest, signature.changedAt), 0),
  };
}

/** The facts of what a path leads to, undefined when it leads to nothing, or the code of the system's refusal. */
function factsOf(path: string): BigIntStats | string | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    return errorCodeOf(error) ?? String(error);
  }
}
