/** The arguments of a call as the client sent them; nobody has checked them against the schema. */
export type ToolArguments = Readonly<Record<string, unknown>>;

/** A problem with an argument, in words for the client. */
export interface ArgumentProblem {
  readonly problem: string;
}

/** The longest path that is looked at: no system has longer ones. */
const maxPathLength = 4_096;

/** The path in an argument that has to be there. The texts are those of the `aspire` CLI, where it has one. */
export function readPathArgument(args: ToolArguments, name: string): string | ArgumentProblem {
  const value = Object.hasOwn(args, name) ? args[name] : undefined;
  if (value === undefined || value === null) return { problem: `The '${name}' argument is required.` };
  if (typeof value !== 'string') return { problem: `The '${name}' argument must be a string, but it is ${describeType(value)}.` };
  if (value.trim() === '') return { problem: `The '${name}' argument cannot be empty.` };
  if (value.includes('\0')) return { problem: `The '${name}' argument must be a path, but it has a null character.` };
  if (value.length > maxPathLength)
    return { problem: `The '${name}' argument must be a path of up to ${maxPathLength} characters, but it has ${value.length}.` };
  return value;
}

function describeType(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
