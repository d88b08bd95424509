import { InvalidOperationError } from '../../../hosting/primitives/index.js';
import type { ValidationError } from '../../contract/index.js';
import { defaultMaxLength, optionsOf } from './argument-problems.js';
import { parseBooleanArgument, parseNumberArgument } from './argument-texts.js';
import { type BoundArgument, defaultTextOf, textOf } from './bind-arguments.js';
import { loadArguments } from './load-arguments.js';
import { cutMessage } from './message-text.js';
import type { ArgumentErrors } from './argument-definition.js';
import type { ResourceCommandDefinition } from './resource-command-definition.js';

type ArgumentValue = string | number | boolean | undefined;

/** The arguments of a request after everything that can be found wrong with them. */
export interface CheckedArguments {
  /** What the command gets; only to be used when there are no errors. */
  readonly values: Readonly<Record<string, ArgumentValue>>;
  /** As they are after loading. */
  readonly arguments: readonly BoundArgument[];
  readonly errors: readonly ValidationError[];
}

/**
 * Loads arguments, checks each against its declaration, and when all are right asks the validator of the command.
 *
 * @throws what the functions of the command throw
 * @see Aspire.Hosting.ApplicationModel, ResourceCommandService.ValidateArgumentsAsync
 */
export async function checkArguments(
  { name, validate }: ResourceCommandDefinition,
  bound: readonly BoundArgument[],
  signal: AbortSignal,
): Promise<CheckedArguments> {
  const loaded = await loadArguments(bound, signal);
  const outcomes = loaded.map(argument => [argument.name, valueOf(argument)] as const);
  const values = Object.fromEntries(outcomes.map(([argument, { value }]) => [argument, value]));
  const errors = outcomes.flatMap(([argumentName, { problem }]) => (problem === undefined ? [] : [{ argumentName, errorMessage: problem }]));
  if (errors.length > 0 || !validate) return { values, arguments: loaded, errors };
  return { values, arguments: loaded, errors: toErrors(name, await validate(values, signal)) };
}

interface Outcome {
  readonly value?: ArgumentValue;
  readonly problem?: string;
}

function valueOf(argument: BoundArgument): Outcome {
  const { definition, submitted } = argument;
  if (definition.disabled) return valueOfDisabled(argument);
  const text = textOf(argument);
  if (text) return parse(argument, text);
  if (definition.required) return { problem: 'Value is required.' };
  if (definition.type === 'text' || definition.type === 'secret') return { value: text };
  const fallback = submitted === '' ? defaultTextOf(definition) : undefined;
  return fallback ? parse(argument, fallback) : { value: undefined };
}

/** What is submitted for it may only repeat its default, which forms do. */
function valueOfDisabled(argument: BoundArgument): Outcome {
  const { definition, submitted } = argument;
  const fallback = defaultTextOf(definition);
  if (submitted && submitted !== fallback) return { problem: 'Argument is disabled.' };
  return fallback ? parse(argument, fallback) : { value: fallback };
}

function parse({ definition }: BoundArgument, text: string): Outcome {
  const { type, maxLength = defaultMaxLength, allowCustomChoice } = definition;
  switch (type) {
    case 'text':
    case 'secret':
      return text.length > maxLength ? { problem: `Value length exceeds ${maxLength} characters.` } : { value: text };
    case 'choice': {
      const options = optionsOf(definition);
      const isOffered = allowCustomChoice === true || (options !== undefined && Object.hasOwn(options, text));
      return isOffered ? { value: text } : { problem: 'Value must be one of the provided options.' };
    }
    case 'boolean':
      return orProblem(parseBooleanArgument(text), 'Value must be a valid boolean.');
    case 'number':
      return orProblem(parseNumberArgument(text), 'Value must be a valid number.');
  }
}

function orProblem(value: ArgumentValue, problem: string): Outcome {
  return value === undefined ? { problem } : { value };
}

/** @throws InvalidOperationError when a validator in JavaScript gives back something else */
function toErrors(command: string, found: ArgumentErrors | void): readonly ValidationError[] {
  if (found === undefined || found === null) return [];
  if (typeof found !== 'object' || Array.isArray(found))
    throw new InvalidOperationError(
      `The validator of command '${command}' returned ${Array.isArray(found) ? 'a list' : `a ${typeof found}`}; expected nothing or an object of texts.`,
    );
  return Object.entries(found).flatMap(([argumentName, problem]) =>
    problem === undefined || problem === '' ? [] : [{ argumentName, errorMessage: cutMessage(String(problem)) }],
  );
}
