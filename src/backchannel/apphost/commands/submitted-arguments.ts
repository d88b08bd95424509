import { InvalidOperationError } from '../../../hosting/primitives/index.js';
import { foldCase } from '../../../hosting/configuration/key-case.js';
import type { CommandLimits } from './command-limits.js';
import { shownName } from './message-text.js';

/** What a request gives for an argument; null is no value. */
export interface SubmittedArgument {
  /** As the request spells it; its position in brackets for one without a name. */
  readonly name: string;
  readonly text: string | null;
}

/** The arguments of a request: by name, each folded name once, or by position. */
export type SubmittedArguments =
  | { readonly kind: 'named'; readonly values: ReadonlyMap<string, SubmittedArgument> }
  | { readonly kind: 'ordered'; readonly values: readonly SubmittedArgument[] };

/** Where the arguments of both spellings meet. */
export const foldArgumentName: (name: string) => string = foldCase;

/**
 * Reads the member `arguments` of a request: null, an object by name, or an array by position. Of names that differ only in case the last one counts.
 *
 * Differs from .NET: a number is written as JavaScript does, not as it stood in the JSON (`1e3` is `1000`); and there are limits.
 *
 * @throws InvalidOperationError
 */
export function readSubmittedArguments(json: unknown, limits: CommandLimits): SubmittedArguments {
  if (json === null || json === undefined) return { kind: 'named', values: new Map() };
  if (typeof json !== 'object') throw new InvalidOperationError('Resource command arguments must be a JSON object or array.');
  const isOrdered = Array.isArray(json);
  const entries: readonly (readonly [name: string, value: unknown])[] = isOrdered
    ? json.map((value: unknown, index) => [`[${index}]`, value] as const)
    : Object.entries(json);
  assertLimits(entries, limits);
  const values = entries.map(([name, value]) => ({ name, text: toText(name, value) }));
  if (isOrdered) return { kind: 'ordered', values };
  return { kind: 'named', values: new Map(values.map(value => [foldArgumentName(value.name), value])) };
}

function assertLimits(entries: readonly (readonly [name: string, value: unknown])[], { maxArguments, maxArgumentCharacters }: CommandLimits): void {
  if (entries.length > maxArguments)
    throw new InvalidOperationError(`A request may have at most ${maxArguments} resource command arguments, but has ${entries.length}.`);
  const characters = entries.reduce((sum, [name, value]) => sum + name.length + (typeof value === 'string' ? value.length : 0), 0);
  if (characters > maxArgumentCharacters)
    throw new InvalidOperationError(
      `The resource command arguments of a request may have at most ${maxArgumentCharacters} characters, but have ${characters}.`,
    );
}

function toText(name: string, value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new InvalidOperationError(`Resource command argument '${shownName(name)}' must be a string, number, boolean, or null.`);
}
