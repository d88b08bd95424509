import type { ArgumentDefinition } from './argument-definition.js';
import { kindOf, shownValue } from './message-text.js';

/** What is wrong with a declaration. Values are not told: they may be secrets. */
export interface DefinitionProblem {
  readonly expected: string;
  readonly found: string;
}

/** The most characters of an argument whose declaration does not say. */
export const defaultMaxLength = 8_000;

/** How many values a choice may offer, and how many characters they may have together with their labels. */
const maxOptions = 10_000;
const maxOptionCharacters = 1_048_576;

const types: readonly string[] = ['text', 'secret', 'choice', 'boolean', 'number'];

/** The first thing that is wrong with an argument by itself, before or after it was loaded; undefined when there is none. */
export function problemOfArgument(definition: ArgumentDefinition): DefinitionProblem | undefined {
  if (!types.includes(definition.type)) return { expected: `a type of ${types.join(', ')}`, found: shownValue(definition.type) };
  return (
    problemOfOptions(definition) ??
    problemOfLength(definition) ??
    problemOfDefault(definition) ??
    (definition.disabled && definition.required && !definition.load && definition.default === undefined
      ? { expected: 'an argument that is required to be enabled, or to have a default', found: 'one that is disabled for good' }
      : undefined)
  );
}

/** The values that a choice offers, with their labels. */
export function optionsOf({ options }: ArgumentDefinition): Readonly<Record<string, string | null>> | undefined {
  return isList(options) ? Object.fromEntries(options.map(value => [value, value])) : options;
}

function isList(options: ArgumentDefinition['options']): options is readonly string[] {
  return Array.isArray(options);
}

function problemOfOptions(definition: ArgumentDefinition): DefinitionProblem | undefined {
  const { type, options, allowCustomChoice, load } = definition;
  if (type !== 'choice') {
    if (options !== undefined) return { expected: `no options for type ${String(type)}`, found: 'some' };
    return allowCustomChoice ? { expected: `no 'allowCustomChoice' for type ${String(type)}`, found: 'true' } : undefined;
  }
  if (options === undefined)
    return load || allowCustomChoice ? undefined : { expected: "a choice to have 'options', 'load' or 'allowCustomChoice'", found: 'none of them' };
  if (typeof options !== 'object' || options === null) return { expected: 'options in a list or an object', found: kindOf(options) };
  return problemOfValues(isList(options) ? options.map(value => [value, null]) : Object.entries(options));
}

function problemOfValues(entries: readonly (readonly [value: unknown, label: unknown])[]): DefinitionProblem | undefined {
  if (entries.length > maxOptions) return { expected: `at most ${maxOptions} options`, found: `${entries.length}` };
  if (!entries.every(([value, label]) => typeof value === 'string' && (typeof label === 'string' || label === null)))
    return { expected: 'options that are texts, with labels that are texts or null', found: 'others' };
  if (entries.some(([value]) => value === '')) return { expected: 'options that are not empty', found: 'an empty one' };
  const characters = entries.reduce((sum, [value, label]) => sum + (value as string).length + ((label as string | null)?.length ?? 0), 0);
  return characters > maxOptionCharacters ? { expected: `options of at most ${maxOptionCharacters} characters together`, found: `${characters}` } : undefined;
}

function problemOfLength({ type, maxLength }: ArgumentDefinition): DefinitionProblem | undefined {
  if (maxLength === undefined) return undefined;
  if (type !== 'text' && type !== 'secret') return { expected: `no 'maxLength' for type ${String(type)}`, found: String(maxLength) };
  return Number.isSafeInteger(maxLength) && maxLength > 0 ? undefined : { expected: "'maxLength' to be a whole number above 0", found: String(maxLength) };
}

function problemOfDefault(definition: ArgumentDefinition): DefinitionProblem | undefined {
  const { type, default: value, maxLength = defaultMaxLength, allowCustomChoice, load } = definition;
  if (value === undefined) return undefined;
  const wanted = type === 'number' || type === 'boolean' ? type : 'string';
  if (typeof value !== wanted) return { expected: `a default of type ${wanted}`, found: kindOf(value) };
  if (typeof value === 'number' && !Number.isFinite(value)) return { expected: 'a default that is a finite number', found: String(value) };
  if (typeof value !== 'string') return undefined;
  const options = optionsOf(definition);
  if (type === 'choice' && options && !allowCustomChoice && !load && value !== '' && !Object.hasOwn(options, value))
    return { expected: 'a default among the options', found: 'another' };
  if ((type === 'text' || type === 'secret') && value.length > maxLength)
    return { expected: `a default of at most ${maxLength} characters`, found: `${value.length}` };
  return undefined;
}
