import type { StandardSchema } from './standard-schema.js';

/** The part of JSON Schema that says where secrets are. */
interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly writeOnly?: boolean;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** What libraries have that follow Standard JSON Schema, too. @see https://standardschema.dev/json-schema */
interface DescribesItself {
  readonly jsonSchema?: { input(options: { readonly target: string; readonly libraryOptions?: Readonly<Record<string, unknown>> }): JsonSchema };
}

/**
 * The options that a schema says are secret, by `writeOnly: true` or `format: 'password'` in its JSON Schema: `z.string().meta({ writeOnly: true })`. `*` stands for any key
 * of a record; lists have no part of their own. A schema that cannot be described as JSON Schema says nothing.
 */
export function secretsOf(schema: StandardSchema): string[] {
  const { jsonSchema } = schema['~standard'] as DescribesItself;
  try {
    // A date, which JSON does not have, is no reason for zod to say nothing of the others.
    const root = jsonSchema?.input({ target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } });
    return root ? [...new Set(secretPaths(root, root, [], new Set()))] : [];
  } catch {
    return [];
  }
}

function* secretPaths(node: JsonSchema | boolean | undefined, root: JsonSchema, path: readonly string[], above: ReadonlySet<JsonSchema>): Iterable<string> {
  // A schema that holds itself is followed down to itself: there would be no end to its paths.
  if (typeof node !== 'object' || above.has(node)) return;
  if (node.writeOnly === true || node.format === 'password') return void (yield path.join(':'));
  const inner = new Set([...above, node]);
  const definition = node.$ref?.startsWith('#/$defs/') ? root.$defs?.[node.$ref.slice('#/$defs/'.length)] : undefined;
  for (const same of [definition, node.items, ...(node.prefixItems ?? []), ...(node.allOf ?? []), ...(node.anyOf ?? []), ...(node.oneOf ?? [])])
    yield* secretPaths(same, root, path, inner);
  for (const [name, property] of Object.entries(node.properties ?? {})) yield* secretPaths(property, root, [...path, name], inner);
  yield* secretPaths(node.additionalProperties, root, [...path, '*'], inner);
}
