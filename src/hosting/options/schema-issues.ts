import { pathOf, type StandardIssue } from './standard-schema.js';

/** What is wrong at a place, with what the libraries that are known say beyond the standard. */
export interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** What is wanted there, when what is there is of another type. */
  readonly expected: string | undefined;
  /** Whether another type might be right. Libraries that do not say so are taken to mean it. */
  readonly isOfType: boolean;
}

/** What the libraries that are known put into an issue beside message and path. */
interface KnownIssue extends StandardIssue {
  /** zod, arktype */
  readonly code?: unknown;
  /** valibot */
  readonly kind?: unknown;
  readonly expected?: unknown;
  /** zod: of enumerations and literals */
  readonly values?: unknown;
  /** zod: of unions, for each alternative, with paths that begin at the union */
  readonly errors?: unknown;
  /** valibot: of unions, with paths that begin at the union */
  readonly issues?: unknown;
}

/** Codes of zod and arktype that say: this is of another type, or none of the values that are allowed. */
const typeCodes: ReadonlySet<unknown> = new Set(['invalid_type', 'invalid_union', 'invalid_value', 'invalid_key', 'domain', 'proto', 'unit', 'union']);

/** Reads an issue. */
export function toSchemaIssue(issue: StandardIssue): SchemaIssue {
  const { code, kind } = issue as KnownIssue;
  const isOfType = code !== undefined ? typeCodes.has(code) : kind !== undefined ? kind === 'schema' : true;
  return { path: pathOf(issue), message: issue.message, expected: isOfType ? expectedOf(issue) : undefined, isOfType };
}

/** The issue with those of which it consists, where it is that of a union. */
export function* withInnerIssues(issue: StandardIssue, base: readonly PropertyKey[] = []): Iterable<SchemaIssue> {
  const outer = toSchemaIssue(issue);
  const path = [...base, ...outer.path];
  yield { ...outer, path };
  const { errors, issues } = issue as KnownIssue;
  for (const inner of [errors, issues].filter(Array.isArray).flat(2) as StandardIssue[]) yield* withInnerIssues(inner, path);
}

function expectedOf(issue: StandardIssue): string | undefined {
  const { expected, values } = issue as KnownIssue;
  if (typeof expected === 'string') return expected;
  if (!Array.isArray(values)) return undefined;
  const texts = values.map(value => JSON.stringify(value) ?? String(value));
  return texts.length === 1 ? texts[0] : `one of ${texts.join(', ')}`;
}
