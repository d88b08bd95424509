import { secretMask } from '../primitives/index.js';
import { sourceOf } from './configuration-source.js';
import type { InputNode } from './input-node.js';
import { isSecretPath } from './option-path.js';
import type { OptionsFailure } from './options-validation-error.js';
import { type SchemaIssue, toSchemaIssue } from './schema-issues.js';
import type { StandardIssue } from './standard-schema.js';
import { defaultFailureMessage } from './validate-function.js';

/** Where options stand, and what of them is secret. */
export interface FailurePlace {
  readonly sectionPath: string;
  readonly secrets: readonly string[];
}

/** Shorter texts are not looked for in messages: they would be found everywhere. */
const shortestSecret = 3;

/** What is wrong with what was configured, in the order in which the schema says it: key, what is expected, what was found and where it comes from. */
export function describeIssues(issues: readonly StandardIssue[], root: InputNode, place: FailurePlace): OptionsFailure[] {
  const secrets = [...secretTexts(root, [], place)].filter(text => text.length >= shortestSecret);
  const scrub = (text: string) => secrets.reduce((scrubbed, secret) => scrubbed.replaceAll(secret, secretMask), text);
  // Not valid, and nothing is said about it.
  if (issues.length === 0) return [{ message: defaultFailureMessage }];
  return issues.map(issue => describeIssue(toSchemaIssue(issue), root, place, scrub));
}

function describeIssue({ path, message, expected }: SchemaIssue, root: InputNode, place: FailurePlace, scrub: (text: string) => string): OptionsFailure {
  const node = root.find(path);
  const key = node?.origin?.key ?? [place.sectionPath, ...path.map(String)].filter(part => part !== '').join(':');
  const isSecret = isSecretPath(path, key, place.secrets);
  const isSingle = node !== undefined && node.children.size === 0;
  const source = !isSingle ? undefined : node.origin ? sourceOf(node.origin) : 'set by the program';
  const found = !isSingle ? undefined : isSecret ? secretMask : textOf(node);
  const wanted = expected === undefined ? undefined : wantedOf(scrub(expected), path);
  const problem = wanted !== undefined ? `expected ${wanted}, but ` : `${isSecret ? 'is not valid' : scrub(message)}; `;
  const finding = found !== undefined ? `found ${found}${source === undefined ? '' : ` (${source})`}` : node ? 'found keys below it' : 'nothing was found';
  const isWhole = found === undefined && node !== undefined && wanted === undefined;
  const text = `${key === '' ? '' : `${key}: `}${isWhole ? problem.replace(/; $/, '') : problem + finding}`;
  return { message: text, key, ...definedOf({ source, expected: wanted, found }) };
}

/** Where a key is missing, valibot expects it to be there, by its name. */
function wantedOf(expected: string, path: readonly PropertyKey[]): string {
  return expected === JSON.stringify(path.at(-1)) ? 'a value' : expected;
}

function textOf(node: InputNode): string {
  if (node.origin) return node.text === undefined ? 'null' : `'${node.text}'`;
  const { value } = node.reading;
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function* secretTexts(node: InputNode, path: readonly string[], place: FailurePlace): Iterable<string> {
  const key = node.origin?.key ?? [place.sectionPath, ...path].join(':');
  const { value } = node.reading;
  const text = node.text ?? (typeof value === 'string' ? value : undefined);
  if (text !== undefined && path.length > 0 && isSecretPath(path, key, place.secrets)) yield text;
  for (const [name, child] of node.children) yield* secretTexts(child, [...path, name], place);
}

function definedOf<T extends object>(facts: T): Partial<T> {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)) as Partial<T>;
}
