import type { ConfigurationType, IConfiguration } from '../configuration/index.js';
import { foldCase } from '../configuration/key-case.js';
import { nearest } from '../dependency-injection/suggestions.js';
import { sourceOf } from './configuration-source.js';
import type { InputNode, InputOrigin } from './input-node.js';
import type { OptionsFailure } from './options-validation-error.js';

/** The keys of the configuration that the schema never asked for; below what it took as a whole, there are none. */
export function unknownNames(node: InputNode, path: string): OptionsFailure[] {
  const failures: OptionsFailure[] = [];
  for (const [name, child] of node.children) {
    const isKnown = node.isEnumerated || node.asked.size === 0 || node.asked.has(foldCase(name));
    if (isKnown) failures.push(...unknownNames(child, `${path}:${name}`));
    else if (child.origin) failures.push(unknownName(child.origin, [...node.asked.values()]));
  }
  return failures;
}

/** The keys of the configuration for which the type has no property. */
export function unknownKeys(configuration: IConfiguration, type: ConfigurationType): OptionsFailure[] {
  if (type.kind === 'scalar') return [];
  const children = configuration.getChildren();
  if (type.kind !== 'object') return children.flatMap(child => unknownKeys(child, type.kind === 'array' ? type.item : type.value));
  const properties = new Map(Object.entries(type.properties()).map(([name, property]) => [foldCase(name), { name, type: property }]));
  return children.flatMap(child => {
    const property = properties.get(foldCase(child.key))?.type;
    if (property) return unknownKeys(child, property.kind === 'property' ? property.type : property);
    const known = [...properties.values()].map(({ name }) => name);
    return [unknownName({ key: child.path, parent: configuration, name: child.key }, known)];
  });
}

/** The failure that says: no option is called so. */
function unknownName(origin: InputOrigin, known: readonly string[]): OptionsFailure {
  const source = sourceOf(origin);
  const [near] = nearest(origin.name, known);
  const advice = near !== undefined ? `did you mean ${near}?` : known.length > 0 ? `known are ${known.join(', ')}.` : 'there are none here.';
  return {
    message: `${origin.key}: there is no such option${source === undefined ? '' : ` (${source})`}; ${advice}`,
    key: origin.key,
    ...(source === undefined ? {} : { source }),
  };
}
