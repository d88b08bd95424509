import { maxTimerMilliseconds } from '../../../hosting/time/span.js';
import { problemOfArgument } from './argument-problems.js';
import { lengthOfJson } from './json-length.js';
import { kindOf, shownName, shownValue } from './message-text.js';
import type { ArgumentDefinition } from './argument-definition.js';
import type { ResourceCommandDefinition } from './resource-command-definition.js';
import { ResourceOfferError } from './resource-offer-error.js';
import { foldArgumentName } from './submitted-arguments.js';

/** What a command line can give as a word that is no option. */
const commandName = /^(?!-)[^\s\p{C}]{1,100}$/u;
/** What can be an option of a command line. */
const argumentName = /^[A-Za-z][\w.-]{0,99}$/;

/** What a resource offers is part of each of its snapshots. UTF-16 units of its JSON. */
const maxCharacters = 262_144;

const visibilities: readonly (string | undefined)[] = [undefined, 'UI', 'Api', 'UI, Api'];

/**
 * Checks what a resource offers before anybody can ask for it.
 *
 * @throws ResourceOfferError for the first declaration that cannot work
 */
export function assertCommandDefinitions(resourceName: string, definitions: readonly ResourceCommandDefinition[]): void {
  const names = new Set<string>();
  for (const definition of definitions) {
    const refuse: Refuse = (expected, found, where = '') => {
      throw new ResourceOfferError(resourceName, `command '${shownName(String(definition?.name))}'${where}`, expected, found);
    };
    assertCommand(definition, refuse);
    if (names.has(definition.name)) refuse('a name of its own', 'one that another command has');
    names.add(definition.name);
    assertArguments(definition.arguments ?? {}, refuse);
  }
  const length = lengthOfJson(definitions);
  if (length === undefined || length > maxCharacters)
    throw new ResourceOfferError(
      resourceName,
      'its commands',
      `descriptions of at most ${maxCharacters} characters of JSON together`,
      String(length ?? 'none'),
    );
}

type Refuse = (expected: string, found: string, where?: string) => never;

function assertCommand(definition: ResourceCommandDefinition, refuse: Refuse): void {
  if (typeof definition !== 'object' || definition === null) refuse('an object', kindOf(definition));
  const { name, execute, state, validate, visibility, timeout, arguments: declared = {} } = definition;
  if (typeof name !== 'string' || !commandName.test(name)) refuse('a name of 1 to 100 characters without blanks that does not begin with a hyphen', 'another');
  if (typeof execute !== 'function') refuse("'execute' to be a function", kindOf(execute));
  for (const [member, value] of Object.entries({ state, validate }))
    if (value !== undefined && typeof value !== 'function') refuse(`'${member}' to be a function`, kindOf(value));
  if (!visibilities.includes(visibility)) refuse("a visibility of 'UI', 'Api' or 'UI, Api'", shownValue(visibility));
  if (!isTimeout(timeout)) refuse(`a timeout of 1 to ${maxTimerMilliseconds} whole milliseconds, or -1`, String(timeout));
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) refuse('arguments in an object, by name', kindOf(declared));
}

/** @internal */
export function isTimeout(timeout: number | undefined): boolean {
  return timeout === undefined || timeout === -1 || (Number.isSafeInteger(timeout) && timeout > 0 && timeout <= maxTimerMilliseconds);
}

function assertArguments(declared: Readonly<Record<string, ArgumentDefinition>>, refuse: Refuse): void {
  const options = new Map<string, string>();
  const earlier: string[] = [];
  for (const [name, definition] of Object.entries(declared)) {
    const where = `, argument '${shownName(name)}'`;
    if (!argumentName.test(name)) refuse('a name of letters, digits, points, hyphens and underscores that begins with a letter, 100 at most', 'another', where);
    if (typeof definition !== 'object' || definition === null) refuse('an object', kindOf(definition), where);
    for (const option of optionNames(name)) {
      const other = options.get(option);
      if (other !== undefined && other !== name) refuse('a name that is no other on a command line', `'${other}', which is --${option}, too`, where);
      options.set(option, name);
    }
    const problem = problemOfArgument(definition);
    if (problem) refuse(problem.expected, problem.found, where);
    assertLoading(definition, earlier, (expected, found) => refuse(expected, found, where));
    earlier.push(name);
  }
}

/** The options that the aspire CLI makes of a name, and the spelling in which case does not count. */
function optionNames(name: string): readonly string[] {
  return [foldArgumentName(name), name, name.replace(/[A-Z]/g, letter => `-${letter}`).toLowerCase()];
}

function assertLoading({ load, dependsOn }: ArgumentDefinition, earlier: readonly string[], refuse: Refuse): void {
  if (load !== undefined && typeof load !== 'function') refuse("'load' to be a function", kindOf(load));
  if (dependsOn === undefined) return;
  if (!load) refuse("'dependsOn' together with 'load'", 'no function that loads it');
  if (!Array.isArray(dependsOn)) refuse("'dependsOn' to be a list of names", kindOf(dependsOn));
  const late = (dependsOn as readonly string[]).find(name => !earlier.includes(name));
  // The order in which command lines ask is that of the declaration.
  if (late !== undefined) refuse("'dependsOn' to name arguments that are declared before it", `'${shownName(String(late))}'`);
}
