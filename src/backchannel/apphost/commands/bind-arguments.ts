import { trimWhiteSpace } from '../../../hosting/logging/white-space.js';
import { shownNames } from './message-text.js';
import type { ArgumentDefinition } from './argument-definition.js';
import type { ResourceCommandDefinition } from './resource-command-definition.js';
import { foldArgumentName, type SubmittedArguments } from './submitted-arguments.js';

/** An argument of a command in one request. */
export interface BoundArgument {
  readonly name: string;
  /** As it was declared, or as it has been loaded. */
  readonly definition: ArgumentDefinition;
  /** What the request gives for it, without blanks around it unless it is a secret; undefined for nothing and for null. */
  readonly submitted: string | undefined;
}

/** The arguments of a command in the order of their declaration, or why the request cannot be meant. */
export type Binding = { readonly refusal?: undefined; readonly bound: readonly BoundArgument[] } | { readonly refusal: string };

/**
 * Gives what a request submits to the arguments of the command.
 *
 * Refused are, in this order: more values than there are arguments, a value for an argument that is disabled for good, and names that are unknown.
 */
export function bindArguments({ name, arguments: declared = {} }: ResourceCommandDefinition, submitted: SubmittedArguments): Binding {
  const definitions = Object.entries(declared);
  if (submitted.kind === 'ordered' && submitted.values.length > definitions.length)
    return { refusal: `Command '${name}' accepts ${definitions.length} argument(s), but ${submitted.values.length} were provided.` };
  const given = definitions.map(([argument], index) =>
    submitted.kind === 'ordered' ? submitted.values[index] : submitted.values.get(foldArgumentName(argument)),
  );
  const disabled = definitions.filter(([, definition], index) => given[index] && isDisabledForGood(definition)).map(([argument]) => argument);
  if (disabled.length > 0) return { refusal: disabledText(name, disabled) };
  const unknown = unknownNames(definitions, submitted);
  if (unknown.length > 0) return { refusal: unknownText(name, unknown) };
  return {
    bound: definitions.map(([argument, definition], index) => ({
      name: argument,
      definition,
      submitted: trimUnlessSecret(given[index]?.text ?? undefined, definition),
    })),
  };
}

/** What counts for an argument: what was submitted, else its default. */
export function textOf({ submitted, definition }: BoundArgument): string | undefined {
  return submitted ?? defaultTextOf(definition);
}

/** The default of an argument as text, in the form that a submitted one has. */
export function defaultTextOf(definition: ArgumentDefinition): string | undefined {
  const { default: value } = definition;
  return value === undefined ? undefined : trimUnlessSecret(String(value), definition);
}

function trimUnlessSecret<T extends string | undefined>(text: T, { type }: ArgumentDefinition): T | string {
  return text === undefined || type === 'secret' ? text : trimWhiteSpace(text);
}

/** One that can be loaded may be enabled by that. */
function isDisabledForGood({ disabled, load }: ArgumentDefinition): boolean {
  return disabled === true && !load;
}

function unknownNames(definitions: readonly (readonly [name: string, definition: ArgumentDefinition])[], submitted: SubmittedArguments): readonly string[] {
  if (submitted.kind === 'ordered') return [];
  const known = new Set(definitions.map(([name]) => foldArgumentName(name)));
  return [...submitted.values].filter(([folded]) => !known.has(folded)).map(([, { name }]) => name);
}

function disabledText(command: string, names: readonly string[]): string {
  if (names.length === 1) return `Argument ${shownNames(names)} for command '${command}' is disabled.`;
  return `Arguments for command '${command}' are disabled: ${shownNames(names)}.`;
}

function unknownText(command: string, names: readonly string[]): string {
  if (names.length === 1) return `Unknown argument ${shownNames(names)} for command '${command}'.`;
  return `Unknown arguments for command '${command}': ${shownNames(names)}.`;
}
