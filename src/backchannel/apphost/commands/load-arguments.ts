import { InvalidOperationError, throwIfAborted, toError } from '../../../hosting/primitives/index.js';
import { type BoundArgument, textOf } from './bind-arguments.js';
import { problemOfArgument } from './argument-problems.js';
import type { ArgumentDefinition, LoadedArgument } from './argument-definition.js';
import { kindOf } from './message-text.js';

/** What a function that loads an argument may change of it. */
const loadable: readonly string[] = ['options', 'default', 'disabled', 'placeholder'];

/**
 * Loads the arguments that are computed, in the order of their declaration: those that depend on no other, and those whose others all have a value by then.
 *
 * @throws InvalidOperationError when a function fails, or gives back what its argument cannot be
 * @throws OperationCanceledError when `signal` fires between two of them
 */
export async function loadArguments(bound: readonly BoundArgument[], signal: AbortSignal): Promise<readonly BoundArgument[]> {
  const loaded = [...bound];
  for (const [index, argument] of bound.entries()) {
    const { load, dependsOn = [] } = argument.definition;
    if (!load || !dependsOn.every(name => hasValue(loaded.find(other => other.name === name)))) continue;
    throwIfAborted(signal);
    loaded[index] = { ...argument, definition: await loadDefinition(argument, valuesOf(loaded), signal) };
  }
  return loaded;
}

function hasValue(argument: BoundArgument | undefined): boolean {
  return argument !== undefined && (textOf(argument) ?? '') !== '';
}

function valuesOf(bound: readonly BoundArgument[]): Readonly<Record<string, string | null>> {
  return Object.fromEntries(bound.map(argument => [argument.name, textOf(argument) ?? null]));
}

async function loadDefinition(
  { name, definition }: BoundArgument,
  values: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<ArgumentDefinition> {
  let changes: LoadedArgument | undefined;
  try {
    changes = await definition.load!({ values, signal });
  } catch (error) {
    // A cancellation is nobody's failure.
    if (signal.aborted) throw error;
    const cause = toError(error);
    throw loadError(name, cause.message, cause);
  }
  const loaded = { ...definition, ...changesOf(name, changes) } as ArgumentDefinition;
  const problem = problemOfArgument(loaded);
  if (problem) throw loadError(name, `expected ${problem.expected}, found ${problem.found}.`);
  return loaded;
}

function changesOf(name: string, changes: unknown): LoadedArgument {
  if (changes === undefined || changes === null) return {};
  if (typeof changes !== 'object' || Array.isArray(changes)) throw loadError(name, `expected an object, found ${kindOf(changes)}.`);
  return Object.fromEntries(Object.entries(changes).filter(([member, value]) => loadable.includes(member) && value !== undefined));
}

function loadError(argument: string, problem: string, cause?: Error): InvalidOperationError {
  return new InvalidOperationError(`Argument '${argument}' could not be loaded: ${problem}`, cause && { cause });
}
