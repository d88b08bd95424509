/** How `found` differs from `expected`, member by member; objects are compared as maps, lists in order. */
export function differencesOf(expected: unknown, found: unknown, path = ''): string[] {
  if (isContainer(expected) && isContainer(found) && Array.isArray(expected) === Array.isArray(found)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
    return [...names].flatMap(name => differencesOf(own(expected, name), own(found, name), path === '' ? name : `${path}.${name}`));
  }
  return Object.is(expected, found) ? [] : [`${path === '' ? 'the result' : path}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`];
}

function own(container: object, name: string): unknown {
  return Object.hasOwn(container, name) ? (container as Record<string, unknown>)[name] : undefined;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
