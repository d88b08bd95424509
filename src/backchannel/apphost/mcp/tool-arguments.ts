import { isDeepStrictEqual } from 'node:util';
import { InvalidOperationError } from '../../../hosting/primitives/index.js';
import { describeJson, isJsonObject } from '../../rpc/json-value.js';
import { shownName } from '../commands/message-text.js';

/** How much JSON a tool may be given. UTF-16 units of its text. */
const maxCharacters = 8_388_608;
/** How many mistakes are told. */
const maxProblems = 10;

/**
 * The arguments of a call; null and undefined are none.
 *
 * @throws InvalidOperationError when they are no object, or too long
 */
export function readToolArguments(json: unknown): Readonly<Record<string, unknown>> {
  if (json === null || json === undefined) return {};
  if (!isJsonObject(json)) throw new InvalidOperationError(`The arguments of an MCP tool must be a JSON object, but are ${describeJson(json)}.`);
  const { length } = JSON.stringify(json);
  if (length > maxCharacters) throw new InvalidOperationError(`The arguments of an MCP tool may have at most ${maxCharacters} characters, but have ${length}.`);
  return json;
}

/**
 * What is wrong with arguments by the top level of a JSON schema: `required`, `additionalProperties: false`, and the `type` and `enum` of the properties. Other keywords are the tool's
 * own affair. Empty when nothing is.
 *
 * Names what was expected and the kind of what was found; never a value, which may be a secret.
 */
export function problemsOfArguments(args: Readonly<Record<string, unknown>>, schema: Readonly<Record<string, unknown>>): readonly string[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const missing = required.filter((name): name is string => typeof name === 'string' && !Object.hasOwn(args, name));
  const unknown = schema['additionalProperties'] === false ? Object.keys(args).filter(name => !Object.hasOwn(properties, name)) : [];
  const wrong = Object.entries(properties).flatMap(([name, property]) =>
    isJsonObject(property) && Object.hasOwn(args, name) ? problemsOfValue(name, args[name], property) : [],
  );
  const problems = [...missing.map(name => `'${shownName(name)}' is missing`), ...unknown.map(name => `'${shownName(name)}' is unknown`), ...wrong];
  return problems.length > maxProblems ? [...problems.slice(0, maxProblems), `and ${problems.length - maxProblems} more`] : problems;
}

function problemsOfValue(name: string, value: unknown, { type, enum: choices }: Readonly<Record<string, unknown>>): readonly string[] {
  const types = (Array.isArray(type) ? type : [type]).filter((item): item is string => typeof item === 'string' && item in typeChecks);
  if (types.length > 0 && !types.some(item => typeChecks[item]!(value)))
    return [`'${shownName(name)}' must be of type ${types.join(' or ')}, but is ${describeJson(value)}`];
  if (Array.isArray(choices) && !choices.some(choice => isDeepStrictEqual(choice, value)))
    return [`'${shownName(name)}' is none of the values that it may have`];
  return [];
}

const typeChecks: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: value => typeof value === 'string',
  number: value => typeof value === 'number',
  integer: value => Number.isInteger(value),
  boolean: value => typeof value === 'boolean',
  null: value => value === null,
  array: value => Array.isArray(value),
  object: value => isJsonObject(value),
};
